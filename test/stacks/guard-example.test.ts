import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { parse } from "yaml"
import { planFleet } from "../../components/fleet-plan.ts"
import { parseConfig } from "../../stacks/config.ts"
import { fleetArgs } from "../../stacks/fleet-args.ts"

const root = join(import.meta.dirname, "../..")

test("the example with a guard is a fleet that can be planned, and its page names its hosts", () => {
  const text = readFileSync(join(root, "examples/guard/stack.yaml"), "utf8")
  const { config } = parse(text) as { config: Readonly<Record<string, unknown>> }
  const own = Object.entries(config).map(([key, value]) => [key.replace(/^gatekey:/, ""), value])
  const parsed = parseConfig(Object.fromEntries(own))
  if (!("config" in parsed)) throw new Error(parsed.problems.join("\n"))
  expect(() => planFleet(fleetArgs(parsed.config, root))).not.toThrow()
  const page = readFileSync(join(root, "examples/guard/README.md"), "utf8")
  for (const [, host = ""] of text.matchAll(/ssh:\/\/me@([\w.]+)/g)) expect(page).toContain(host)
})
