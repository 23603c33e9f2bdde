import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { checkout, type Outcome, root } from "./checkout.ts"

/** As far as the point where it would look for its configuration: refusals come before. */
const sandbox = (args: string[], env: Record<string, string> = {}): Promise<Outcome> =>
  checkout(["node"]).start("tools/sandbox", args, { SANDBOX_CONFIG: "none.yaml", ...env }).end

test.each([
  { args: ["preview", "--debug"], what: "--debug" },
  { args: ["up", "--yes", "--debug=true"], what: "--debug" },
  { args: ["up", "-d"], what: "-d" },
  { args: ["up", "-yd"], what: "-yd" },
  { args: ["preview", "-v=9"], what: "-v 9" },
  { args: ["preview", "-v9"], what: "-v 9" },
  { args: ["preview", "-v", "9"], what: "-v 9" },
  { args: ["-v", "11", "preview"], what: "-v 11" },
  { args: ["preview", "--verbose=9"], what: "-v 9" },
  { args: ["preview", "--verbose", "10"], what: "-v 10" },
  { args: ["up", "--json"], what: "up --json" },
  { args: ["update", "--yes", "--json"], what: "update --json" },
  { args: ["--json", "up"], what: "up --json" },
  { args: ["up", "-yj"], what: "up -yj" },
  { args: ["up", "--event-log", "file"], what: "--event-log" },
  { args: ["up", "--tracing=file:./trace"], what: "--tracing" },
  { args: ["preview"], env: { PULUMI_DEBUG_GRPC: "grpc.json" }, what: "PULUMI_DEBUG_GRPC" },
])("refuses `$args`, under which Pulumi prints tokens: $what", async ({ args, env, what }) => {
  const { code, output } = await sandbox(args, env)
  const line = `sandbox: ${what} makes Pulumi itself print tokens in the clear, so it is refused here. See SECURITY.md.\n`
  expect({ code, output }).toEqual({ code: 1, output: line })
})

test.each([
  ["preview", "--json"],
  ["preview", "--diff", "-v=8", "--logtostderr"],
  ["preview", "-v", "3"],
  ["up", "--yes", "--message", "ends with a d"],
  ["up", "-y", "-s", "dev"],
  ["up", "-ym", "word"],
  ["up", "--yes", "--debug=false"],
  ["stack", "output", "--json"],
])("lets `%s %s %s` through", async (...args) => {
  expect((await sandbox(args)).output).toBe(
    "sandbox: none.yaml is missing: the sandbox reads its configuration from there.\n",
  )
})

test("SECURITY.md names every refused setting", () => {
  const text = readFileSync(join(root, "SECURITY.md"), "utf8")
  for (const word of ["--debug", "up --json", "-v=9", "PULUMI_DEBUG_GRPC", "--event-log", "--tracing"])
    expect(text).toContain(word)
})
