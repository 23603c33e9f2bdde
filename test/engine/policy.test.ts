import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { expect, onTestFinished, test } from "vitest"
import { stringify } from "yaml"
import { describeEngine, type Outcome, type Stack, stack } from "../support/engine/engine.ts"
import { plugins } from "../support/engine/plugins.ts"
import { root } from "../support/engine/program.ts"
import { noDockerEngine, startDockerEngine } from "../support/hosts/docker-engine.ts"

const pack = ["--policy-pack", join(root, "policy")]

/** What the policies said, as `[level] policy (type: name)`. */
function violations({ output }: Outcome): string[] {
  const found = output.matchAll(/- \[(\w+)\] +([a-z-]+) +\(([^\n]+)\)$/gm)
  return [
    ...new Set([...found].map(([, level, policy, of = ""]) => `${level} ${policy} ${of.replace(/^.*: /, "")}`)),
  ].sort()
}

/** Its own settings, by policy, in a file as `--policy-pack-config` takes it. */
function configured(dev: Stack, settings: object): string[] {
  const file = join(dev.folder, "policy.json")
  writeFileSync(file, JSON.stringify(settings))
  return [...pack, "--policy-pack-config", file]
}

const agent = (token: string) => `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict><key>Label</key><string>ai.openclaw.node</string>
<key>EnvironmentVariables</key><dict><key>OPENCLAW_GATEWAY_TOKEN</key><string>${token}</string></dict></dict></plist>
`
const plist = "Library/LaunchAgents/ai.openclaw.node.plist"
const places = {
  "tw config": { path: "~/openclaw.json", locator: "gateway.remote.token" },
  "tw dotenv": { path: "~/.env", locator: "OPENCLAW_GATEWAY_TOKEN", must: "nothing" },
  "tw agent": { path: `~/${plist}`, locator: "OPENCLAW_GATEWAY_TOKEN", must: "nothing" },
} as const

describeEngine("the policy pack", () => {
  test("reports nothing if all is right, and each violation until `up` has fixed it", async () => {
    const dev = await stack({ token: { maxAge: "1d" }, places })
    dev.write(plist, agent("clawdbot-local-dev"))
    const first = await dev.preview(...pack)
    expect(first.code, first.output).toBe(0)
    expect(violations(first)).toEqual(["advisory launch-agent-token tw agent", "advisory public-default tw agent"])

    const up = await dev.up(...pack)
    expect(up.code, up.output).toBe(0)
    expect(violations({ ...up, output: up.output.split("Updating (")[1] ?? "" })).toEqual([])
    expect(violations(await dev.preview(...pack))).toEqual([])

    const token = await dev.token()
    dev.write("openclaw.json", dev.read("openclaw.json"), 0o644)
    dev.write(".env", `OPENCLAW_GATEWAY_TOKEN=${token}\n`, 0o640)
    dev.write(plist, agent(token), 0o600)
    const spoilt = await dev.preview(...pack)
    expect(violations(spoilt)).toEqual([
      "advisory launch-agent-token tw agent",
      "advisory readable-place tw config",
      "advisory readable-place tw dotenv",
    ])
    expect(spoilt.output).toContain("other users can read or change this file, which contains a token")
    expect(spoilt.code).toBe(0)

    const healed = await dev.up(...pack)
    expect(healed.code, healed.output).toBe(0)
    expect(violations(await dev.preview(...pack))).toEqual([])
    expect([dev.mode("openclaw.json"), dev.mode(".env")]).toEqual(["0600", "0640"])
  })

  test("uses the user's settings: the maximum age of a token, and the level that stops an `up`", async () => {
    const dev = await stack({ places: { "tw config": places["tw config"] } })
    expect((await dev.up("--skip-preview")).code).toBe(0)
    const strict = configured(dev, { "token-age": { enforcementLevel: "mandatory", maxAge: "1s" } })
    const before = dev.look()
    const late = await dev.up(...strict)
    expect(violations(late)).toEqual(["mandatory token-age token"])
    expect(late.output).toMatch(
      /generation 1 was made on \d{4}-\d\d-\d\d; the maximum age is 1s: rotate \(raise .* to 2\)/,
    )
    expect(late.code).not.toBe(0)
    expect(late.output).not.toContain("Updating (")
    expect(dev.look()).toEqual(before)
    expect(violations(await dev.preview(...configured(dev, { "token-age": { maxAge: "1d" } })))).toEqual([])
    const off = configured(dev, { "token-age": { enforcementLevel: "disabled", maxAge: "1s" } })
    expect((await dev.preview(...off)).code).toBe(0)
    const wrong = await dev.preview(...configured(dev, { "token-age": { maxAge: "soon" } }))
    expect(wrong.code).not.toBe(0)
    expect(wrong.output).toContain("maxAge")
  })

  test("stops a token in a unit's arguments before it is written", async () => {
    const unit = { path: "~/.config/systemd/user/gw.service", locator: "--token" }
    const dev = await stack({ places: { "box unit": unit } })
    dev.write(".config/systemd/user/gw.service", "[Service]\nExecStart=/usr/bin/openclaw gateway run\n")
    const before = dev.look()
    const up = await dev.up(...pack)
    expect(up.code).not.toBe(0)
    expect(violations(up)).toEqual(["mandatory token-in-arguments box unit"])
    expect(up.output).not.toContain("Updating (")
    expect(dev.look()).toEqual(before)
  })

  test.skipIf(noDockerEngine)(`${judges} [${noDockerEngine ?? "real Docker"}]`, async () => {
    const engine = await startDockerEngine()
    onTestFinished(() => engine.stop())
    const { providers, env } = plugins("docker", "command")
    const dev = await stack({ places: {} }, { env: { ...env, ...engine.env } })
    const gatekey = { name: "gatekey", path: join(root, "provider") }
    const yaml = { name: "engine", runtime: { name: "nodejs", options: { typescript: false } } }
    writeFileSync(
      join(dev.folder, "project/Pulumi.yaml"),
      stringify({ ...yaml, plugins: { providers: [gatekey, ...providers] } }),
    )
    const program = join(dev.folder, "project/index.ts")
    await dev.secret("weak", "aaaabbbbccccdddd")
    const strong = dev.foreign()
    await dev.secret("strong", strong)
    writeFileSync(program, `${readFileSync(program, "utf8")}\n${containers}`)
    const preview = await dev.preview(...pack)
    expect(violations(preview), preview.output).toEqual([
      "advisory unpinned-image bad",
      "mandatory exposed-gateway bad",
      "mandatory exposed-gateway studio incarnation",
      "mandatory token-in-arguments bad command",
      "mandatory weak-token bad",
    ])
    expect(preview.code).not.toBe(0)
    const guarded = configured(dev, { "exposed-gateway": { guarded: ["docker|18789", "local|19000"] } })
    expect(violations(await dev.preview(...guarded)).join()).not.toContain("exposed-gateway")
  })
})

const judges = "evaluates containers and commands of other providers without showing their secrets"

const containers = `
import { GatewayContainer } from ${JSON.stringify(pathToFileURL(join(root, "components/gateway-container.ts")).href)}
import * as docker from "@pulumi/docker"
import * as command from "@pulumi/command"
const env = (name) => pulumi.interpolate\`OPENCLAW_GATEWAY_TOKEN=\${config.requireSecret(name)}\`
const good = "ghcr.io/openclaw/openclaw:2026.9.1@sha256:${"0123456789abcdef".repeat(4)}"
const port = { internal: 18789, external: 18789 }
new GatewayContainer("studio", { token, host: "local", name: "studio", role: "gateway", image: good, pull: false, port: 19000, bind: "0.0.0.0", data: process.env.HOME })
new docker.Container("bad", { name: "bad", image: "ghcr.io/openclaw/openclaw:latest", envs: [env("weak")], ports: [port] })
new docker.Container("good", { name: "good", image: good, envs: [env("strong")], ports: [{ ...port, ip: "127.0.0.1" }] })
new command.local.Command("bad command", { create: pulumi.interpolate\`tell --token \${config.requireSecret("strong")}\` })
new command.local.Command("good command", { create: "tell", stdin: config.requireSecret("strong") })
`
