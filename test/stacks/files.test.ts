import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { parse } from "yaml"
import { planFleet } from "../../components/fleet-plan.ts"
import { parseConfig } from "../../stacks/config.ts"
import { fleetArgs } from "../../stacks/fleet-args.ts"

const project = join(import.meta.dirname, "../..")
const files = ["Pulumi.dev.yaml", ...readdirSync(join(project, "examples")).map((name) => `examples/${name}`)]

function configOf(file: string) {
  const { config } = parse(readFileSync(join(project, file), "utf8")) as { config: { [key: string]: unknown } }
  const own = Object.entries(config).map(([key, value]) => [key.replace(/^gatekey:/, ""), value])
  const parsed = parseConfig(Object.fromEntries(own))
  return "config" in parsed ? parsed.config : parsed.problems
}

test.each(files.filter((file) => file.endsWith(".yaml")))(
  "%s is valid, and no place in it is declared twice",
  (file) => {
    const config = configOf(file)
    expect(config).toHaveProperty("token")
    if ("token" in config) expect(() => planFleet(fleetArgs(config, project))).not.toThrow()
  },
)

test("the incident's fleet: a Mac with the gateway, a node on a second Mac over SSH, a container", () => {
  expect(configOf("examples/incident.yaml")).toMatchObject({
    gateways: { studio: { host: "local", manager: "launchd" } },
    nodes: { tw: { host: expect.stringMatching(/^ssh:/), manager: "launchd" } },
    containers: { old: { name: "clawdbot-gateway-secure" } },
  })
})

test("the example sandbox uses only paths in the sandbox", () => {
  const config = configOf("Pulumi.dev.yaml")
  if (!("gateways" in config)) throw new Error(config.join("\n"))
  const members = [config.gateways, config.nodes ?? {}, config.containers ?? {}].flatMap((group) =>
    Object.values(group),
  )
  for (const { host, home } of members)
    expect([host, home]).toEqual(["local", expect.stringMatching(/^\.\/\.sandbox\//)])
})

test("the example with a vault is valid", () => {
  expect(configOf("examples/vault.yaml")).toMatchObject({
    vault: { provider: "onepassword", role: "mirror", vault: "Home", item: "gateway" },
    gateways: { studio: { delivery: "exec" } },
    nodes: { tw: { delivery: "reference" } },
  })
})
