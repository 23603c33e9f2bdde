import { readFileSync, writeFileSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { bound, type Managed, managed } from "../../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../support/engine/plugin.ts"
import { type Raw, revealed } from "../../support/engine/wire.ts"
import {
  connected,
  type Gateway,
  noProduct,
  type RunningNode,
  startGateway,
  startNode,
} from "../../support/products/gateway.ts"
import { freePort } from "../../support/products/listener.ts"
import { until } from "../../support/until.ts"
import { showedNoToken } from "./placement/placements.ts"

let plugin: Plugin
let token: Managed
let names = 0
beforeAll(async () => {
  plugin = await startPlugin()
  token = managed(plugin, "Token", "token")
  await token.up({ rotation: 1 })
  await token.up({ rotation: 2 })
})
afterAll(async () => {
  await plugin.stop()
  showedNoToken(plugin)
})

const fresh = () => managed(plugin, "Pairing", `pairing ${++names}`)
const secretOf = ({ state }: Managed) => revealed(state?.outputs.value)
const pairingOf = ({ state }: Managed) => state?.outputs.pairing
/** What stays at the terminal, without how long it took on a busy machine. */
const told = ({ urn }: Managed) =>
  plugin.messages
    .filter((message) => message.urn === urn && !/^waiting for |: connected only after /.test(message.text))
    .map(({ severity, text }) => `${severity}: ${text}`)

function ended(node: RunningNode): RunningNode {
  onTestFinished(() => node.stop())
  return node
}

/** Nodes try again ever later: milliseconds. */
const patience = 120_000

/** Changes its config, which it watches. */
async function configure({ config: file, log }: Gateway, change: (gateway: Raw) => Raw, key: string): Promise<void> {
  const config = JSON.parse(readFileSync(file, "utf8"))
  writeFileSync(file, JSON.stringify({ ...config, gateway: change(config.gateway) }), { mode: 0o600 })
  await until(() => log().includes(`config hot reload applied (${key})`), patience)
}

describe.skipIf(noProduct("openclaw"))(`openclaw [${noProduct("openclaw") ?? "installed"}]`, () => {
  let gateway: Gateway
  beforeAll(async () => {
    gateway = await startGateway("openclaw", secretOf(token))
  })
  afterAll(() => gateway?.stop())

  const asked = (more: Raw): Raw => ({ port: gateway.port, ...bound(token), ...more })

  test("a node that its gateway lets in by itself", async () => {
    const tw = fresh()
    const inputs = (more = {}) => asked({ node: "tw", ...more })
    const node = ended(startNode(gateway, "tw"))
    await connected(gateway, "tw")
    expect(await tw.up(inputs())).toBe("create")
    expect(told(tw)).toEqual([
      expect.stringMatching(
        /^info: tw: connected, what it may do is pending \(request [\w-]+\)\. Approve what it may do: openclaw nodes approve [\w-]+$/,
      ),
    ])
    expect((await tw.preview(inputs())).step).toBe("same")

    const approving = inputs({ approve: true })
    expect((await tw.preview(approving)).step).toBe("update")
    expect(await tw.up(approving)).toBe("update")
    expect(told(tw).slice(-2)).toEqual([
      expect.stringMatching(/^info: was connected, what it .*: approved; now it is approved silently, connected$/),
      expect.stringMatching(
        /^warning: tw: approved silently, connected\. The gateway approved it by itself, and removes it/,
      ),
    ])
    expect((await tw.preview(approving)).step).toBe("same")

    // Where the gateway's word is enough, nothing is left to say.
    const said = told(tw).length
    expect(await tw.up(inputs())).toBe("update")
    expect([pairingOf(tw), told(tw).length]).toEqual(["approved, connected", said])
    expect(tw.state?.outputs).toMatchObject({
      code: "connected",
      since: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/),
    })

    // A rotation closes a connection that was opened with the token: it comes back by its device's own.
    await token.up({ rotation: 3 })
    await configure(
      gateway,
      (old) => ({ ...old, auth: { mode: "token", token: secretOf(token) } }),
      "gateway.auth.token",
    )
    expect(await tw.up(inputs())).toBe("update")
    expect([pairingOf(tw), told(tw).length]).toEqual(["approved, connected", said])

    await node.end()
    expect((await tw.preview(inputs())).step).toBe("update")
    const words =
      "tw: approved, not connected. Start the node, or restart it if it waits for its approval: `openclaw node restart`"
    expect(told(tw).at(-1)).toMatch(`warning: ${words}`)
    await expect(tw.up(inputs())).rejects.toThrow(words)

    // As the gateway does by itself when another one of that name pairs silently.
    await gateway.request("device.pair.remove", { deviceId: String(tw.state?.outputs.pairedDevice) })
    expect((await tw.preview(inputs())).step).toBe("update")
    expect(told(tw).at(-1)).toContain("warning: tw: pruned. Restart the node with the gateway's token")
  })

  test("a gateway that takes another token: told, for the Handshake to judge", async () => {
    const other = managed(plugin, "Token", "another token")
    await other.up({ rotation: 1 })
    const tw = fresh()
    const inputs = asked({ node: "tw", ...bound(other) })
    await tw.up(inputs)
    expect(told(tw)).toEqual(["info: tw: unknown: refused: AUTH_TOKEN_MISMATCH"])
    expect((await tw.preview(inputs)).step).toBe("same")
  })

  test("a node that must be approved", async () => {
    const [box, strays] = [fresh(), fresh()]
    const inputs = (more = {}) => asked({ node: "box", ...more })
    const nodes = { pairing: { autoApproveLocal: false } }
    await configure(gateway, (old) => ({ ...old, nodes }), "gateway.nodes.pairing")
    await expect(box.up(inputs())).rejects.toThrow(
      'box: unknown to the gateway. Start the node, under the display name "box": `openclaw node restart` on its host',
    )

    const node = startNode({ ...gateway, token: secretOf(token) }, "box")
    onTestFinished(() => node.stop())
    await until(() => node.log().includes("waiting for operator action"), patience)
    const request = /requestId: ([\w-]+)/.exec(node.log())?.[1]
    await expect(box.up(inputs())).rejects.toThrow(
      `box: pending (request ${request}). Approve it: openclaw devices approve ${request} (or approve: true), then restart`,
    )
    await strays.up(asked({ declared: ["tw"] }))
    expect(told(strays)).toEqual([
      `info: the gateway's pairings: 1 stray: box (asks, request ${request}). Declare them, or list them: openclaw devices list`,
    ])

    // It waits for a start of its own: until then it is not connected, whoever approved it.
    const approving = inputs({ approve: true })
    expect(await box.up(approving)).toBe("create")
    expect(told(box)).toEqual([
      `info: was pending (request ${request}): approved; now it is approved, not connected`,
      expect.stringMatching(/^info: box: approved, not connected\. Start the node, or restart it if it waits/),
    ])
    await node.end()
    const again = ended(node.again())
    await connected(gateway, "box")
    // What it may do is approved once it has asked for it.
    expect(await box.up(approving)).toBe("update")
    expect(pairingOf(box)).toBe("approved, connected")
    expect((await box.preview(approving)).step).toBe("same")

    const device = String(box.state?.outputs.pairedDevice)
    expect(await strays.up(asked({ declared: ["tw"] }))).toBe("update")
    expect(pairingOf(strays)).toBe(`1 stray: box (device ${device.slice(0, 12)}…)`)
    expect((await strays.preview(asked({ declared: ["tw"] }))).step).toBe("same")
    expect(await strays.up(asked({ declared: [device] }))).toBe("update")
    expect(pairingOf(strays)).toBe("no strays")

    await gateway.request("device.token.revoke", { deviceId: device, role: "node" })
    await until(() => again.log().includes("higher role"), patience)
    expect((await box.preview(approving)).step).toBe("update")
    expect(pairingOf(box)).toBe("revoked")
    // What somebody revoked stays revoked.
    await expect(box.up(approving)).rejects.toThrow(
      /box: revoked\. To accept it again: openclaw devices approve [\w-]+, then `openclaw node restart`/,
    )
    await gateway.request("device.pair.remove", { deviceId: device })
    await box.refresh()
    expect(pairingOf(box)).toBe("revoked: the gateway no longer knows it")
  })
})

describe.skipIf(noProduct("clawdbot"))(`clawdbot [${noProduct("clawdbot") ?? "installed"}]`, () => {
  test("two machines of one name; a gateway that goes", async () => {
    const gateway = await startGateway("clawdbot", secretOf(token))
    onTestFinished(() => gateway.stop())
    const asked = (more: Raw): Raw => ({ port: gateway.port, product: "clawdbot", ...bound(token), ...more })
    const inputs = asked({ node: "tw", approve: true })
    const [tw, strays] = [fresh(), fresh()]
    ended(startNode(gateway, "tw"))
    await connected(gateway, "tw")
    expect(await tw.up(inputs)).toBe("create")
    expect([pairingOf(tw), told(tw)]).toEqual(["approved, connected", []])
    expect((await tw.preview(inputs)).step).toBe("same")

    ended(startNode(gateway, "tw"))
    const devices = async () =>
      (await gateway.request<{ paired: { displayName?: string }[] }>("device.pair.list")).paired
    await until(async () => (await devices()).filter(({ displayName }) => displayName === "tw").length === 2, patience)
    await expect(tw.up(inputs)).rejects.toThrow("tw: 2 devices have this name")
    const device = String(tw.state?.outputs.pairedDevice)
    const named = { ...inputs, device }
    expect(await tw.up(named)).toBe("update")
    await strays.up(asked({ declared: [device] }))
    expect(told(strays)).toEqual([expect.stringContaining("1 stray: tw (device ")])

    await gateway.end()
    expect((await tw.preview(named)).step).toBe("update")
    expect(await tw.up(named)).toBe("update")
    expect(told(tw).at(-1)).toBe("warning: tw: unknown: no gateway: connection refused")
    expect((await tw.preview(named)).step).toBe("same")
  })
})

test("without a gateway: told once, and the next preview is silent", async () => {
  const inputs = { port: await freePort(), node: "tw", ...bound(token) }
  const tw = fresh()
  expect((await tw.preview(inputs)).step).toBe("create")
  expect(await tw.up(inputs)).toBe("create")
  expect(told(tw)).toEqual(["info: tw: unknown: no gateway: connection refused"])
  expect((await tw.preview(inputs)).step).toBe("same")
  // Nor is it told again by a rotation.
  await token.up({ rotation: 9 })
  expect(await tw.up({ ...inputs, ...bound(token) })).toBe("update")
  expect(told(tw)).toHaveLength(1)
  await tw.destroy()
})

test.each([
  [{}, "node: give either one node, or `declared` with all declared nodes"],
  [{ node: "tw", declared: [] }, "node: give either one node"],
  [{ node: "" }, "node: is empty"],
  [{ declared: [], device: "a" }, "node: is missing"],
  [{ node: "tw", port: 0 }, "port: must be an integer from 1 to 65535"],
  [{ node: "tw", tlsFingerprint: "ab" }, "tlsFingerprint: must be a SHA-256 in hex"],
  [{ node: "tw", approve: "yes" }, "approve: must be true or false"],
  [{ node: "tw", host: "studio" }, "host:"],
])("%j is refused", async (inputs, problem) => {
  await expect(fresh().checked({ port: 1, ...bound(token), ...inputs })).rejects.toThrow(problem)
})
