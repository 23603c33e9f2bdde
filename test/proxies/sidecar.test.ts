import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs"
import { request } from "node:http"
import { connect } from "node:net"
import { delimiter, join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { files as clientFiles, minterProgram } from "../../probes/keys/minter.ts"
import { renewalFiles } from "../../probes/proxies/renewal.ts"
import { clientsMap, type ProxyClient } from "../../proxies/client.ts"
import { files, guardConfiguration } from "../../proxies/guard.ts"
import { keyFiles } from "../../proxies/keys.ts"
import { sidecarConfiguration } from "../../proxies/sidecar.ts"
import { folder } from "../support/hosts/machine.ts"
import { freePort } from "../support/products/listener.ts"
import { forge, keyPair } from "../support/proxies/bearer.ts"
import { startEcho } from "../support/proxies/echo.ts"
import { noHaproxy, startHaproxy } from "../support/proxies/haproxy.ts"
import { pki } from "../support/proxies/pki.ts"

const header = "5f".repeat(32)
const jwt = /eyJ[\w-]+\.[\w-]+\.[\w-]{86}/

/** A node whose sidecar sends a bearer, and the guard that it leads to. */
async function behind(auth: "jwt" | "both") {
  const pair = keyPair()
  const tw: ProxyClient = { name: "tw", generation: 1, role: "node", auth, key: pair.publicKey }
  const [own, echo, guarded, port] = [await pki(), await startEcho(), await freePort(), await freePort()]
  const bearer = { domain: "home", audience: "studio" }
  const guard = folder()
  mkdirSync(join(guard, "keys"))
  const { pem } = await own.make({ name: "studio", role: "guard", names: ["studio.test"] })
  const settings = {
    address: "127.0.0.1",
    port: guarded,
    gateway: echo.port,
    digest: "0",
    header,
    clients: [tw],
    bearer,
  }
  writeAll(
    guard,
    new Map([
      [files.certificate, pem],
      [files.authority, own.authority.certificate],
      [files.clients, clientsMap([tw])],
      ...keyFiles([tw]),
    ]),
  )
  await startHaproxy(guard, guardConfiguration(settings))

  const at = folder()
  const configuration = sidecarConfiguration({
    port,
    auth,
    digest: "0",
    guard: { address: "127.0.0.1", port: guarded, name: "studio.test" },
  })
  const shown = auth === "both" ? [[files.certificate, (await own.make({ name: "tw" })).pem] as const] : []
  writeAll(
    at,
    new Map([
      ...shown,
      [files.authority, own.authority.certificate],
      ...renewalFiles(),
      [files.configuration, configuration],
      [clientFiles.key, pair.key],
      [clientFiles.minter, minterProgram({ ...bearer, name: "tw", generation: 1 })],
    ]),
  )
  chmodSync(join(at, clientFiles.minter), 0o700)
  // A clock that the test moves.
  const bin = join(at, "bin")
  mkdirSync(bin)
  writeFileSync(
    join(bin, "date"),
    '#!/bin/sh\n[ -f "$(dirname "$0")/ahead" ] || exec /bin/date "$@"\necho $(($(/bin/date +%s) + 3600))\n',
    { mode: 0o700 },
  )
  return { at, port, echo, pair, bin }
}

function writeAll(at: string, texts: ReadonlyMap<string, string>): void {
  for (const [name, text] of texts) writeFileSync(join(at, name), text, { mode: 0o600 })
}

function start({ at, bin }: { at: string; bin: string }): { readonly log: () => string; stop(): Promise<void> } {
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` }
  const child = spawn("/bin/sh", ["start.sh", "haproxy"], { cwd: at, env, stdio: ["ignore", "pipe", "pipe"] })
  let log = ""
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      log += chunk
    })
  const stop = async () => {
    if (child.exitCode !== null) return
    child.kill("SIGTERM")
    await once(child, "exit")
  }
  onTestFinished(stop)
  return { log: () => log, stop }
}

function ask(at: string, command: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(join(at, files.master), () => socket.end(`${command}\n`))
    let answer = ""
    socket.on("data", (chunk) => {
      answer += chunk
    })
    socket.on("close", () => resolve(answer))
    socket.on("error", () => resolve(""))
  })
}

async function worker(at: string): Promise<string> {
  return /^(\d+)\s+worker/m.exec(await ask(at, "show proc"))?.[1] ?? ""
}

const bearerIn = async (at: string) =>
  /bearer (\S+)/.exec(await ask(at, `@!${await worker(at)} show map bearer.map`))?.[1] ?? ""

/** What a WebSocket by the sidecar gets. */
function answer(port: number): Promise<string> {
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
  }
  return new Promise((resolve) => {
    const sent = request({
      host: "127.0.0.1",
      port,
      headers: { ...headers, authorization: "Bearer of-the-node" },
      agent: false,
    })
    sent.on("upgrade", (_response, socket) => {
      socket.destroy()
      resolve("101")
    })
    sent.on("response", (response) => {
      let body = ""
      response.on("data", (chunk) => {
        body += chunk
      })
      response.on("end", () => resolve(`${response.statusCode} ${body}`))
    })
    sent.on("error", (error: NodeJS.ErrnoException) => resolve(String(error.code)))
    sent.end()
  })
}

/** The processes that run in a folder; none on a system without /proc. */
function processesIn(at: string): string[] {
  const ids = existsSync("/proc/self") ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : []
  return ids.filter((id) => {
    try {
      return readlinkSync(`/proc/${id}/cwd`) === at
    } catch {
      return false
    }
  })
}

const patience = { timeout: 120_000 }

describe.skipIf(noHaproxy)(`a sidecar that sends a bearer${noHaproxy ? ` (${noHaproxy})` : ""}`, () => {
  test.each(["jwt", "both"] as const)(
    "lets in a node of auth %s, whose bearer is in no file and no argument",
    async (auth) => {
      const node = await behind(auth)
      const { log } = start(node)
      await expect.poll(() => answer(node.port), patience).toBe("101")
      expect(node.echo.requests.at(-1)?.headers).toMatchObject({ [header]: "node:tw", "x-openclaw-scopes": "," })
      expect(node.echo.requests.at(-1)?.headers).not.toHaveProperty("authorization")
      expect(await bearerIn(node.at)).toMatch(jwt)
      for (const name of readdirSync(node.at, { recursive: true, encoding: "utf8" }))
        if (![files.master, "bin"].includes(name))
          expect([name, readFileSync(join(node.at, name), "utf8")]).toEqual([name, expect.not.stringMatching(jwt)])
      expect(execFileSync("ps", ["-A", "-o", "args"], { encoding: "utf8" })).not.toMatch(jwt)
      expect(log()).not.toMatch(jwt)
    },
  )

  test("a bearer that is missing or has expired is not sent, and named", async () => {
    const node = await behind("jwt")
    await startHaproxy(node.at)
    const put = async (token: string) => ask(node.at, `@!${await worker(node.at)} set map bearer.map bearer ${token}`)
    expect(await answer(node.port)).toBe("503 sidecar: no-bearer")
    const now = Math.floor(Date.now() / 1000)
    await put(forge({ pair: node.pair, claims: { iat: now - 400, exp: now - 100 } }))
    expect(await answer(node.port)).toBe("503 sidecar: bearer-expired")
    await put(forge({ pair: keyPair(), header: { kid: "tw.g1" }, claims: { sub: "tw" } }))
    expect(await answer(node.port)).toBe("401 guard: bad-signature")
    expect(node.echo.requests).toEqual([])
    execFileSync("/bin/sh", ["renew.sh"], { cwd: node.at })
    expect(await answer(node.port)).toBe("101")
  })

  test("a bearer is renewed at once when the machine has slept, and what renews it ends with HAProxy", async () => {
    const node = await behind("jwt")
    const { stop } = start(node)
    await expect.poll(() => bearerIn(node.at), patience).toMatch(jwt)
    const before = await bearerIn(node.at)
    if (existsSync("/proc/self")) expect(processesIn(node.at).length).toBeGreaterThan(2)
    writeFileSync(join(node.bin, "ahead"), "")
    await expect.poll(() => bearerIn(node.at), patience).not.toBe(before)
    await stop()
    await expect.poll(() => processesIn(node.at), patience).toEqual([])
  })
})
