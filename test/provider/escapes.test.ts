import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest"
import { createVaultPlace, type VaultSpec } from "../../core/vault.ts"
import { schema } from "../../provider/schema.ts"
import { bound, type Managed, managed } from "../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../support/engine/plugin.ts"
import type { Raw } from "../support/engine/wire.ts"
import { hostile, hostileOctal, rawIn, rawTexts, throwing } from "../support/hostile/escapes.ts"
import { hostilePrograms, hostileSsh } from "../support/hostile/hostile-programs.ts"
import { folder } from "../support/hosts/machine.ts"
import { answers, hostileGateway } from "../support/products/hostile-gateway.ts"
import { freePort, listens } from "../support/products/listener.ts"
import { lay } from "../support/tree.ts"

let plugin: Plugin
let token: Managed
let home: string
beforeEach(async () => {
  home = folder()
  const bin = hostilePrograms({
    ssh: hostileSsh(home),
    vault: `printf 'it is not so: ${hostileOctal}\\n' >&2; exit 3`,
    op: `printf '[ERROR] 2026/01/01 00:00:00 ${hostileOctal}\\n' >&2; exit 1`,
  })
  plugin = await startPlugin({ HOME: home, PATH: `${bin}:${dirname(process.execPath)}:${process.env.PATH}` })
  token = managed(plugin, "Token", "token")
  await token.up({ rotation: 1 })
})
afterEach(async () => {
  await plugin.stop()
  expect(rawTexts(plugin.messages.map(({ text }) => text))).toEqual([])
  expect([...plugin.stdout, ...plugin.stderr].flatMap(rawIn)).toEqual([])
})

let names = 0
const urnOf = (type: string) => `urn:pulumi:test::gatekey::gatekey:index:Fleet$gatekey:index:${type}::r${++names}`

/**
 * Previews, makes and looks again; an error is an answer as well. All of it is searched.
 * @param makes not what would be waited for
 */
async function walked(type: string, news: Raw, makes = !waits.includes(type)): Promise<void> {
  const [urn, before] = [urnOf(type), plugin.answers.length]
  const error = (problem: Error) => ({ problem: problem.message })
  const checked = await plugin.check(urn, news).catch(error)
  const inputs = "inputs" in checked && checked.failures.length === 0 ? checked.inputs : news
  await plugin.create(urn, inputs, true).catch(error)
  const made = makes ? await plugin.create(urn, inputs).catch(error) : { problem: "not made" }
  const { id, outputs } = "outputs" in made ? made : { id: "x", outputs: inputs }
  const seen = await plugin.read(urn, id, inputs, outputs).catch(error)
  if ("inputs" in seen) await plugin.diff(urn, id, seen.outputs, inputs).catch(error)
  await plugin.update(urn, id, { olds: outputs, oldInputs: inputs, news: inputs }, true).catch(error)
  const all = plugin.answers.slice(before)
  expect([type, rawTexts(all)]).toEqual([type, []])
}

const waits = ["Service", "Listener", "Incarnation", "Preflight", "Pairing"]

const hosts = ["local", "ssh://x.example"]

test.each(answers)("what a gateway answers: %s", async (answer) => {
  const port = await hostileGateway(home, answer)
  const at = (more: Raw) => ({ port, product: "openclaw", ...bound(token), ...more })
  for (const host of hosts) {
    await walked("Handshake", at({ host }))
    await walked("Pairing", at({ host, node: "tw", declared: ["tw"] }))
  }
  await walked("Listener", { port, product: "openclaw", manager: "process", name: "other" })
  const file = join(home, "token")
  writeFileSync(file, "x")
  await walked("Preflight", {
    rotation: 2,
    hosts: {},
    gateways: [{ name: "studio", host: "local", port, product: "openclaw", home }],
  })
})

test.each(hosts)("what the programs, files and processes of %s say", async (host) => {
  lay(home, {
    "broken.json": `{"${hostile}": "${hostile}`,
    "shape.json": JSON.stringify({ gateway: hostile }),
    "refers.json": JSON.stringify({ gateway: { auth: { token: { source: "file", provider: hostile, id: hostile } } } }),
    "variable.json": JSON.stringify({ gateway: { auth: { token: `\${${hostile}}` } } }),
    "broken.service": `[Service]\n${hostile}\nExecStart="${hostile}\n`,
    "compose.yml": `services: {${JSON.stringify(hostile)}: ${JSON.stringify(hostile)}, "a": !${hostile}`,
    "agent.plist": `<plist><dict><key>${hostile}`,
    ".gatekey/marker.json": `{"stack": ${JSON.stringify(hostile)}, "highest": 9}`,
  })
  for (const [name, locator] of [
    ...["broken.json", "shape.json", "refers.json", "variable.json"].map((name) => [name, "gateway.auth.token"]),
    ["broken.service", "OPENCLAW_GATEWAY_TOKEN"],
    ["compose.yml", "gw.OPENCLAW_GATEWAY_TOKEN"],
    ["agent.plist", "OPENCLAW_GATEWAY_TOKEN"],
  ])
    await walked("Placement", { host, path: `~/${name}`, locator, ...bound(token) })
  for (const manager of ["systemd", "container", "process", "launchd"])
    await walked("Service", {
      host,
      manager,
      name: "openclaw-gateway.service",
      path: "~/broken.service",
      variable: "OPENCLAW_GATEWAY_TOKEN",
      ...bound(token),
    })
  await walked("Containers", { host, ports: [18789], token: token.state?.id })
  await walked("Incarnation", { host, name: "gw", variable: "OPENCLAW_GATEWAY_TOKEN", ...bound(token) })
  const port = await freePort()
  await listens(port, {
    script: `${hostile.replaceAll("\\", "")}/openclaw/openclaw.mjs`,
    args: ["gateway", hostile],
    address: "0.0.0.0",
  })
  await walked("Listener", { host, port, product: "openclaw", manager: "systemd", name: "openclaw-gateway.service" })
  await walked("Reach", { hosts: [host] })
  await walked("Receipt", { stack: "dev", generation: 1, markers: { [host]: ["~/.gatekey/marker.json"] } })
  await walked("Preflight", {
    rotation: 2,
    hosts: { [host]: ["~/broken.json"] },
    markers: { [host]: ["~/.gatekey/marker.json"] },
  })
})

test("an ssh that fails, with its last words", async () => {
  const sayings = [
    `Permission denied (${hostileOctal}).`,
    `ssh: Could not resolve hostname ${hostileOctal}: no`,
    `kex_exchange_identification: ${hostileOctal}`,
    `${hostileOctal}`,
    `Unable to negotiate with 1: no matching ${hostileOctal}`,
    `x: line 1: Bad configuration option: ${hostileOctal}`,
  ]
  for (const saying of sayings) {
    const bin = hostilePrograms({ ssh: `printf '${saying}\\n' >&2; exit 255` })
    const other = await startPlugin({ PATH: `${bin}:${dirname(process.execPath)}:${process.env.PATH}` })
    onTestFinished(() => other.stop())
    const answer = await other.create(urnOf("Reach"), { hosts: ["ssh://x.example"] }).catch(({ message }) => message)
    expect(
      [answer, ...other.messages.map(({ text }) => text), ...other.stderr].flatMap((each) => rawTexts(each)),
    ).toEqual([])
  }
  for (const answer of [`printf '${hostileOctal}'; exit 3`, `printf '${hostileOctal}\\n' >&2; exit 127`]) {
    const bin = hostilePrograms({ ssh: answer })
    const other = await startPlugin({ PATH: `${bin}:${dirname(process.execPath)}:${process.env.PATH}` })
    onTestFinished(() => other.stop())
    const said = await other.create(urnOf("Reach"), { hosts: ["ssh://x.example"] }).catch(({ message }) => message)
    expect(rawTexts(said)).toEqual([])
  }
})

test("what a vault's program says", async () => {
  const specs: VaultSpec[] = [
    { provider: "exec", read: ["vault", "x"] },
    { provider: "onepassword", vault: "v", item: "i" },
  ]
  for (const spec of specs) {
    const { host, path } = createVaultPlace(spec, true)
    await walked("VaultSource", { host, path })
    await walked("VaultRecord", { host, path, ...bound(token), created: "2026-01-01" })
    await walked("Placement", { host, path, locator: "*", ...bound(token) })
  }
})

test("a fault of ours that nothing catches", async () => {
  const other = await startPlugin({ NODE_OPTIONS: throwing("SIGUSR2") })
  onTestFinished(() => other.stop())
  const ended = once(other.process, "close")
  other.process.kill("SIGUSR2")
  expect(await ended).toEqual([1, null])
  expect(other.stderr.join("\n")).toContain("gatekey failed: Error: x")
  expect(other.stderr.flatMap(rawIn)).toEqual([])
})

/** What a program gives as inputs, of every type: texts where texts are expected, and where they are not. */
test("what a program's own inputs hold is told escaped where it is refused", async () => {
  for (const [name, { inputProperties }] of Object.entries(schema.resources)) {
    const type = name.split(":").at(-1) ?? ""
    for (const news of [
      Object.fromEntries(Object.keys(inputProperties).map((key) => [key, hostile])),
      Object.fromEntries(Object.keys(inputProperties).map((key) => [key, [hostile]])),
      { [hostile]: hostile },
    ]) {
      const { failures } = await plugin.check(urnOf(type), news)
      expect(failures.flatMap(({ reason }) => rawIn(reason))).toEqual([])
      expect(failures.flatMap(({ property }) => rawIn(property))).toEqual([])
    }
  }
})
