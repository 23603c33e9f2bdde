import { execFileSync } from "node:child_process"
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
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
import { keyPair } from "../../support/proxies/bearer.ts"
import { startEcho } from "../../support/proxies/echo.ts"
import { noHaproxy, startHaproxy } from "../../support/proxies/haproxy.ts"

let plugin: Plugin
let names = 0
beforeAll(async () => {
  plugin = await startPlugin()
})
afterAll(() => plugin.stop())

const fresh = (type: "Authority" | "Certificate" | "ClientKey" | "Haproxy"): Managed =>
  managed(plugin, type, `${type} ${++names}`)

/** A client of auth jwt, whose key is on this machine. */
interface Client {
  readonly key: Managed
  readonly inputs: Raw
  /** Its entry in the guard's list. */
  entry(): Raw
  /** A bearer by its own program. */
  token(): string
}

async function site() {
  const home = folder()
  const at = join(home, "guard")
  const authority = fresh("Authority")
  await authority.up({ domain: "home" })
  const signed = { authority: authority.state?.id ?? unknown, host: "local" }
  const own = fresh("Certificate")
  await own.up({ ...signed, path: join(at, files.certificate), name: "studio", role: "guard", names: ["studio.test"] })
  const [echo, port] = [await startEcho(), await freePort()]
  const guard = fresh("Haproxy")
  const client = async (name: string, generation = 1): Promise<Client> => {
    const key = fresh("ClientKey")
    const at = join(home, `${name}.${generation}`)
    const inputs = { ...signed, folder: at, name, generation, audience: "studio" }
    await key.up(inputs)
    const entry = () => ({
      name,
      generation,
      role: "client",
      auth: "jwt",
      key: key.state?.outputs.publicKey ?? unknown,
    })
    return { key, inputs, entry, token: () => execFileSync(join(at, "token"), { encoding: "utf8" }).trim() }
  }
  const ca = () => String(authority.state?.outputs.certificate)
  return {
    ...{ at, guard, client, echo },
    /** The name of the header by which the gateway knows who is there. */
    header: () => /set-header (x-gk-\w+) /.exec(readFileSync(join(at, files.configuration), "utf8"))?.[1] ?? "none",
    inputs: (clients: readonly Raw[], more: Raw = {}): Raw => ({
      ...{ ...signed, folder: at, digest: own.state?.outputs.digest ?? unknown },
      guard: { address: "127.0.0.1", port, gateway: echo.port, audience: "studio" },
      header: 1,
      clients: [...clients],
      ...more,
    }),
    try: (token: string): Promise<Answer> =>
      attempt({ port, authority: ca(), headers: { authorization: `Bearer ${token}` } }),
    async open(token: string): Promise<WebSocket> {
      const headers = { authorization: `Bearer ${token}` }
      const socket = new WebSocket(`wss://127.0.0.1:${port}`, { headers, rejectUnauthorized: false })
      onTestFinished(() => socket.terminate())
      await new Promise((resolve, reject) => {
        socket.once("message", resolve)
        socket.once("error", reject)
      })
      return socket
    },
    reported: () =>
      plugin.messages.filter(({ urn, ephemeral }) => urn === guard.urn && !ephemeral).map(({ text }) => text),
  }
}

const refused = (why: string) => ({ status: 401, body: `guard: ${why}` })
const through = expect.objectContaining({ status: 101 })
const isClosed = (socket: WebSocket) => socket.readyState === WebSocket.CLOSED

/** Whether a WebSocket still gets an answer. */
async function answers(socket: WebSocket): Promise<boolean> {
  const answer = new Promise<boolean>((resolve) => {
    socket.once("message", (data) => resolve(String(data) === "still there"))
    socket.once("close", () => resolve(false))
  })
  socket.send("still there")
  return answer
}

describe.skipIf(noHaproxy)(`a guard's clients with bearers${noHaproxy ? ` (${noHaproxy})` : ""}`, () => {
  test("are let in by what their programs print; their public keys lie closed, and nothing changes when nothing changed", async () => {
    const one = await site()
    const laptop = await one.client("laptop")
    await one.guard.up(one.inputs([laptop.entry(), { name: "tw" }]))
    expect(readdirSync(one.at).sort()).toEqual([
      "ca.pem",
      "clients.map",
      "gateway.map",
      "keys",
      "own.pem",
      "proxy.cfg",
      "start.sh",
    ])
    expect(readdirSync(join(one.at, "keys"))).toEqual(["laptop.g1.pem"])
    expect(statSync(join(one.at, "keys")).mode & 0o777).toBe(0o700)
    expect(statSync(join(one.at, "keys/laptop.g1.pem")).mode & 0o777).toBe(0o600)
    const haproxy = await startHaproxy(one.at)
    expect(await one.try(laptop.token())).toEqual(through)
    expect(one.echo.requests.at(-1)?.headers[one.header()]).toBe("client:laptop")
    const workers = await haproxy.workers()
    expect(await one.guard.up(one.inputs([laptop.entry(), { name: "tw" }]))).toBe("same")
    expect(await haproxy.workers()).toEqual(workers)
  })

  test("one that is removed is cut off in every worker, and no other connection is dropped", async () => {
    const one = await site()
    const [laptop, phone] = [await one.client("laptop"), await one.client("phone")]
    await one.guard.up(one.inputs([laptop.entry(), phone.entry()]))
    const haproxy = await startHaproxy(one.at)
    const [cut, stays] = [await one.open(laptop.token()), await one.open(phone.token())]
    // Two reloads later the connections are in a worker that is retired.
    for (const name of ["n3", "n4"]) await one.guard.up(one.inputs([laptop.entry(), phone.entry(), { name }]))
    expect((await haproxy.workers()).length).toBeGreaterThan(1)
    expect([isClosed(cut), isClosed(stays)]).toEqual([false, false])
    const earlier = laptop.token()
    await one.guard.up(one.inputs([phone.entry()]))
    await expect.poll(() => isClosed(cut), { timeout: 60_000 }).toBe(true)
    expect(await answers(stays)).toBe(true)
    expect(await one.try(earlier)).toEqual(refused("unknown-client"))
    expect(await one.try(phone.token())).toEqual(through)
    expect(readdirSync(join(one.at, "keys"))).toEqual(["phone.g1.pem"])
  })

  test("a key that changed is loaded without dropping a connection; the earlier one counts no more", async () => {
    const one = await site()
    const laptop = await one.client("laptop")
    await one.guard.up(one.inputs([laptop.entry()]))
    await startHaproxy(one.at)
    const [open, earlier] = [await one.open(laptop.token()), laptop.token()]
    rmSync(join(String(laptop.inputs.folder), "client.key"))
    await laptop.key.up(laptop.inputs)
    expect(await one.try(laptop.token())).toEqual(refused("bad-signature"))
    expect((await one.guard.preview(one.inputs([laptop.entry()]))).step).toBe("update")
    await one.guard.up(one.inputs([laptop.entry()]))
    expect(await one.try(laptop.token())).toEqual(through)
    expect(await one.try(earlier)).toEqual(refused("bad-signature"))
    expect(await answers(open)).toBe(true)
  })

  test("two generations overlap: no call is lost from one to the other, and the earlier one is then cut off alone", async () => {
    const one = await site()
    const [first, second] = [await one.client("laptop"), await one.client("laptop", 2)]
    await one.guard.up(one.inputs([first.entry()]))
    await startHaproxy(one.at)
    // Calls all the while: by the earlier key until both are listed, then by the later one.
    let program = first
    const answered: unknown[] = []
    let isOver = false
    const calls = (async () => {
      while (!isOver) answered.push((await one.try(program.token())).status)
    })()
    const [cut, stays] = [
      await one.open(first.token()),
      await (async () => {
        await one.guard.up(one.inputs([first.entry(), second.entry()]))
        program = second
        return one.open(second.token())
      })(),
    ]
    const some = answered.length
    await expect.poll(() => answered.length, { timeout: 60_000 }).toBeGreaterThan(some + 2)
    await one.guard.up(one.inputs([second.entry()]))
    expect(one.reported().join("\n")).not.toContain("laptop.g2")
    await expect.poll(() => isClosed(cut), { timeout: 60_000 }).toBe(true)
    isOver = true
    await calls
    expect(new Set(answered)).toEqual(new Set([101]))
    expect(await answers(stays)).toBe(true)
    expect(await one.try(first.token())).toEqual(refused("unknown-client"))
    expect(one.echo.requests.every(({ headers }) => headers[one.header()] === "client:laptop")).toBe(true)
  })

  test.each<[string, (file: string) => void, string]>([
    ["another key", (file) => writeFileSync(file, keyPair().publicKey), "keys/laptop.g1.pem differs"],
    ["no key", (file) => rmSync(file), "keys/laptop.g1.pem is missing"],
    ["one that others can read", (file) => chmodSync(file, 0o644), "keys/laptop.g1.pem can be read by others"],
  ])("drift of a public key is named and repaired: %s", async (_what, spoil, configured) => {
    const one = await site()
    const laptop = await one.client("laptop")
    await one.guard.up(one.inputs([laptop.entry()]))
    await startHaproxy(one.at)
    spoil(join(one.at, "keys/laptop.g1.pem"))
    expect((await one.guard.preview(one.inputs([laptop.entry()]))).step).toBe("update")
    expect(one.guard.state?.outputs.configured).toBe(configured)
    expect(one.reported().at(-1)).toContain(configured)
    await one.guard.up(one.inputs([laptop.entry()]))
    expect(await one.guard.up(one.inputs([laptop.entry()]))).toBe("same")
    expect(await one.try(laptop.token())).toEqual(through)
  })

  test("a preview that does not know the key yet plans the change", async () => {
    const one = await site()
    const laptop = await one.client("laptop")
    const coming = { ...laptop.entry(), key: unknown }
    expect((await one.guard.preview(one.inputs([coming]))).step).toBe("create")
    await one.guard.up(one.inputs([laptop.entry()]))
    expect((await one.guard.preview(one.inputs([coming]))).step).toBe("update")
    expect(readFileSync(join(one.at, "keys/laptop.g1.pem"), "utf8")).toBe(laptop.entry().key)
  })

  test("deleting removes the public keys", async () => {
    const one = await site()
    await one.guard.up(one.inputs([(await one.client("laptop")).entry()]))
    await one.guard.destroy()
    expect(readdirSync(one.at)).toEqual([files.certificate])
  })
})

describe("refused before anything is written", () => {
  const { publicKey } = keyPair()
  const jwt = { name: "laptop", auth: "jwt", key: publicKey }
  const guard = { address: "127.0.0.1", port: 1, gateway: 2 }
  test.each<[string, readonly Raw[], Raw, RegExp]>([
    [
      "a bearer without a key",
      [{ name: "laptop", auth: "jwt" }],
      {},
      /clients: has laptop with auth jwt and no key; set key/,
    ],
    [
      "a key that is not used",
      [{ name: "laptop", key: publicKey }],
      {},
      /clients: has laptop with a key, which auth mtls does not use/,
    ],
    ["a private key", [{ ...jwt, key: keyPair().key }], {}, /clients\.\d+\.key: must be a public key for ES256/],
    ["text after the key", [{ ...jwt, key: `${publicKey}global\n` }], {}, /key: must be a public key for ES256/],
    ["another way in", [{ ...jwt, auth: "token" }], {}, /auth: must be one of mtls, jwt, both/],
    ["one generation twice", [jwt, { ...jwt, auth: "both" }], {}, /clients: has laptop\.g1 twice/],
    ["no name of the guard", [jwt], { guard }, /guard\.audience: is missing; clients of auth jwt and both need it/],
  ])("%s", async (_what, clients, more, reason) => {
    const one = await site()
    await expect(one.guard.preview(one.inputs(clients, more))).rejects.toThrow(reason)
    expect(readdirSync(one.at)).toEqual([files.certificate])
  })

  test("a guard without a certificate; that of a sidecar is made on its host, which may be off", async () => {
    const route = { port: 1, guard: "studio.test", guardPort: 2, guardName: "studio.test" }
    const inputs = (auth: string) => ({
      host: "local",
      folder: `/${auth}`,
      authority: "a",
      sidecar: { ...route, auth },
    })
    for (const auth of ["mtls", "both", "jwt"]) await fresh("Haproxy").checked(inputs(auth))
    const { sidecar: _, ...others } = inputs("mtls")
    const asGuard = { ...others, folder: "/guard", guard: { address: "127.0.0.1", port: 1, gateway: 2 }, clients: [] }
    await expect(fresh("Haproxy").checked(asGuard)).rejects.toThrow(
      /digest: is missing; expected that of the guard's certificate/,
    )
  })
})
