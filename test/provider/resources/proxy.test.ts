import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { WebSocket } from "ws"
import { files } from "../../../proxies/guard.ts"
import { type Managed, managed } from "../../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../support/engine/plugin.ts"
import { type Raw, unknown } from "../../support/engine/wire.ts"
import { folder } from "../../support/hosts/machine.ts"
import { freePort } from "../../support/products/listener.ts"
import { type Answer, attempt } from "../../support/proxies/attempt.ts"
import { startEcho } from "../../support/proxies/echo.ts"
import { noHaproxy, startHaproxy } from "../../support/proxies/haproxy.ts"

let plugin: Plugin
let names = 0
beforeAll(async () => {
  plugin = await startPlugin()
})
afterAll(() => plugin.stop())

const fresh = (type: "Authority" | "Certificate" | "Haproxy"): Managed => managed(plugin, type, `${type} ${++names}`)

interface Site {
  readonly home: string
  readonly at: string
  readonly guard: Managed
  /** The guard's inputs, with these clients. */
  inputs(clients: readonly Raw[], more?: Raw): Raw
  /** A client's certificate, made by a resource, and tried at the guard. */
  try(name: string, generation?: number): Promise<Answer>
  /** A WebSocket through the guard, and whether it is closed. */
  open(name: string): Promise<WebSocket>
  told(): string[]
}

const tw = { name: "tw" }
const n2 = { name: "n2" }

async function site(): Promise<Site> {
  const home = folder()
  const at = join(home, "guard")
  const authority = fresh("Authority")
  await authority.up({ domain: "home" })
  const signed = { authority: authority.state?.id ?? unknown, host: "local" }
  const own = fresh("Certificate")
  await own.up({ ...signed, path: join(at, files.certificate), name: "studio", role: "guard", names: ["studio.test"] })
  const [echo, port] = [await startEcho(), await freePort()]
  const guard = fresh("Haproxy")
  const certificate = async (name: string, generation: number) => {
    const path = join(home, `${name}.${generation}.pem`)
    if (!existsSync(path)) await fresh("Certificate").up({ ...signed, path, name, generation })
    const pem = readFileSync(path, "utf8")
    const start = pem.indexOf("-----BEGIN CERTIFICATE-----")
    return { key: pem.slice(0, start), certificate: pem.slice(start), pem }
  }
  const ca = () => String(authority.state?.outputs.certificate)
  return {
    home,
    at,
    guard,
    inputs: (clients, more = {}) =>
      known({
        ...signed,
        folder: at,
        digest: own.state?.outputs.digest ?? unknown,
        guard: { address: "127.0.0.1", port, gateway: echo.port },
        header: 1,
        clients,
        ...more,
      }),
    try: async (name, generation = 1) => attempt({ port, authority: ca(), shows: await certificate(name, generation) }),
    async open(name) {
      const { key, certificate: cert } = await certificate(name, 1)
      const socket = new WebSocket(`wss://127.0.0.1:${port}`, { key, cert, rejectUnauthorized: false })
      onTestFinished(() => socket.terminate())
      await new Promise((resolve, reject) => {
        socket.once("message", resolve)
        socket.once("error", reject)
      })
      return socket
    },
    told: () => plugin.messages.filter(({ urn, ephemeral }) => urn === guard.urn && !ephemeral).map(({ text }) => text),
  }
}

/** Without what is undefined: it has no form on the wire. */
const known = (inputs: Raw): Raw =>
  Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined))

const isClosed = (socket: WebSocket) => socket.readyState === WebSocket.CLOSED

describe.skipIf(noHaproxy)(`a guard's configuration${noHaproxy ? ` (${noHaproxy})` : ""}`, () => {
  test("is written closed, and runs; nothing changes when nothing changed", async () => {
    const one = await site()
    expect((await one.guard.preview(one.inputs([tw]))).step).toBe("create")
    expect(readdirSync(one.at)).toEqual([files.certificate])
    await one.guard.up(one.inputs([tw]))
    expect(readdirSync(one.at).sort()).toEqual([
      "ca.pem",
      "clients.map",
      "gateway.map",
      "own.pem",
      "proxy.cfg",
      "start.sh",
    ])
    for (const name of readdirSync(one.at)) expect(statSync(join(one.at, name)).mode & 0o777).toBe(0o600)
    const haproxy = await startHaproxy(one.at)
    expect(await one.try("tw")).toMatchObject({ status: 101 })
    expect(await one.try("n2")).toMatchObject({ status: 403 })
    const before = readdirSync(one.at).map((name) => statSync(join(one.at, name), { bigint: true }).ctimeNs)
    const workers = await haproxy.workers()
    expect(await one.guard.up(one.inputs([tw]))).toBe("same")
    expect(readdirSync(one.at).map((name) => statSync(join(one.at, name), { bigint: true }).ctimeNs)).toEqual(
      expect.arrayContaining(before),
    )
    expect(await haproxy.workers()).toEqual(workers)
    const [, header = "none"] =
      /set-header (x-gk-\w+)/.exec(readFileSync(join(one.at, files.configuration), "utf8")) ?? []
    expect(header).toMatch(/^x-gk-[0-9a-f]{32}$/)
    expect(JSON.stringify([one.told(), one.guard.state])).not.toContain(header)
  })

  test("a client that comes is let in, and one that goes is cut off in every worker; no other connection is dropped", async () => {
    const one = await site()
    await one.guard.up(one.inputs([tw, n2]))
    const haproxy = await startHaproxy(one.at)
    const [first, stays] = [await one.open("tw"), await one.open("n2")]
    // Two reloads later the connections are in a worker that is retired.
    for (const more of ["n3", "n4"]) {
      await one.guard.up(one.inputs([tw, n2, { name: more }]))
      expect(await one.try(more)).toMatchObject({ status: 101 })
    }
    expect((await haproxy.workers()).length).toBeGreaterThan(1)
    const second = await one.open("tw")
    expect([first, second, stays].filter(isClosed)).toEqual([])

    const preview = await one.guard.preview(one.inputs([n2]))
    expect(preview.step).toBe("update")
    expect(one.told().at(-1)).toMatch(
      /^its declaration changes\. `pulumi up` writes and loads it; no other connection is dropped, and cuts off tw\.g1/i,
    )
    await one.guard.up(one.inputs([n2]))
    await expect.poll(() => [isClosed(first), isClosed(second)], { timeout: 60_000 }).toEqual([true, true])
    expect(isClosed(stays)).toBe(false)
    expect(await one.try("tw")).toMatchObject({ status: 403 })
    expect(await one.try("n2")).toMatchObject({ status: 101 })
  })

  test("another role ends its sessions, and lets it in again", async () => {
    const one = await site()
    await one.guard.up(one.inputs([tw]))
    await startHaproxy(one.at)
    const socket = await one.open("tw")
    await one.guard.up(one.inputs([{ ...tw, role: "client" }]))
    await expect.poll(() => isClosed(socket), { timeout: 60_000 }).toBe(true)
    expect(await one.try("tw")).toMatchObject({ status: 101 })
    expect(await one.guard.up(one.inputs([{ ...tw, role: "client" }]))).toBe("same")
  })

  test("another generation cuts off the one before", async () => {
    const one = await site()
    await one.guard.up(one.inputs([tw]))
    await startHaproxy(one.at)
    const socket = await one.open("tw")
    await one.guard.up(one.inputs([{ ...tw, generation: 2 }]))
    await expect.poll(() => isClosed(socket), { timeout: 60_000 }).toBe(true)
    expect(await one.try("tw", 1)).toMatchObject({ status: 403 })
    expect(await one.try("tw", 2)).toMatchObject({ status: 101 })
  })

  test.each<[string, (at: string) => void, string]>([
    [
      "a client added by hand",
      (at) => writeFileSync(join(at, files.clients), "tw.g1 node:tw\nx.g1 node:x\n"),
      "clients.map differs",
    ],
    ["a file that is gone", (at) => writeFileSync(join(at, files.authority), ""), "ca.pem differs"],
    [
      "a configuration that others can read",
      (at) => chmodSync(join(at, files.configuration), 0o644),
      "proxy.cfg can be read by others",
    ],
  ])("drift is named and repaired: %s", async (_what, spoil, configured) => {
    const one = await site()
    await one.guard.up(one.inputs([tw]))
    await startHaproxy(one.at)
    spoil(one.at)
    expect((await one.guard.preview(one.inputs([tw]))).step).toBe("update")
    expect(one.guard.state?.outputs.configured).toBe(configured)
    expect(one.told().at(-1)).toContain(configured)
    await one.guard.up(one.inputs([tw]))
    expect(await one.guard.up(one.inputs([tw]))).toBe("same")
    expect(await one.try("tw")).toMatchObject({ status: 101 })
  })

  test("a process that runs with an earlier configuration is named, and loads the new one", async () => {
    const one = await site()
    await one.guard.up(one.inputs([tw]))
    const earlier = readFileSync(join(one.at, files.configuration), "utf8")
    await one.guard.up(one.inputs([tw, n2]))
    const later = readFileSync(join(one.at, files.configuration), "utf8")
    await startHaproxy(one.at, earlier)
    writeFileSync(join(one.at, files.configuration), later)
    expect((await one.guard.preview(one.inputs([tw, n2]))).step).toBe("update")
    expect(one.guard.state?.outputs).toMatchObject({ configured: "as declared", loaded: "an earlier configuration" })
    await one.guard.up(one.inputs([tw, n2]))
    expect(await one.guard.up(one.inputs([tw, n2]))).toBe("same")
    expect(await one.try("n2")).toMatchObject({ status: 101 })
  })

  test("what HAProxy refuses never takes the place of what runs", async () => {
    const one = await site()
    await one.guard.up(one.inputs([tw]))
    await startHaproxy(one.at)
    const before = readFileSync(join(one.at, files.configuration), "utf8")
    const wrong = one.inputs([tw], { guard: { address: "no.such.host.test", port: 1, gateway: 2 } })
    await expect(one.guard.up(wrong)).rejects.toThrow(/HAProxy refuses the configuration: .*no\.such\.host\.test/)
    expect(readFileSync(join(one.at, files.configuration), "utf8")).toBe(before)
    expect(readdirSync(one.at)).not.toContain("proxy.cfg.next")
    expect(await one.try("tw")).toMatchObject({ status: 101 })
  })

  test("deleting removes its files, and leaves the key and its certificate", async () => {
    const one = await site()
    await one.guard.up(one.inputs([tw]))
    await one.guard.destroy()
    expect(readdirSync(one.at)).toEqual([files.certificate])
  })
})

describe("refused before anything is written", () => {
  test.each<[string, Raw, RegExp]>([
    [
      "two clients of one name",
      { clients: [tw, { ...tw, role: "client" }] },
      /clients: has tw.g1 twice; the names or generations must differ/,
    ],
    ["neither guard nor sidecar", { guard: undefined }, /guard: expected either guard or sidecar/],
    [
      "an address with a directive in it",
      { guard: { address: "0.0.0.0:1 ssl\n", port: 1, gateway: 2 } },
      /guard\.address: must be a host name or an address/,
    ],
    ["no list of clients", { clients: undefined }, /clients: is missing/],
  ])("%s", async (_what, more, reason) => {
    const one = await site()
    await expect(one.guard.preview(one.inputs([tw], more))).rejects.toThrow(reason)
    expect(readdirSync(one.at)).toEqual([files.certificate])
  })

  test("a configuration of somebody else", async () => {
    const one = await site()
    mkdirSync(one.at, { recursive: true })
    writeFileSync(join(one.at, files.configuration), "global\n")
    await expect(one.guard.preview(one.inputs([tw]))).rejects.toThrow(/has a configuration that gatekey did not write/)
    expect(readFileSync(join(one.at, files.configuration), "utf8")).toBe("global\n")
  })
})
