import { randomBytes } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { connect, type TLSSocket } from "node:tls"
import { beforeAll, describe, expect, test } from "vitest"
import { clientsMap } from "../../proxies/client.ts"
import { files, guardConfiguration, ownMachine, stampOf } from "../../proxies/guard.ts"
import { folder } from "../support/hosts/machine.ts"
import { freePort } from "../support/products/listener.ts"
import { badCertificates, certificatesFor, declaredClients } from "../support/proxies/bad-certificates.ts"
import { type Echo, startEcho } from "../support/proxies/echo.ts"
import { type Guarded, startGuard } from "../support/proxies/guarded.ts"
import { noHaproxy, startHaproxy } from "../support/proxies/haproxy.ts"
import { type Made, type Pki, pki } from "../support/proxies/pki.ts"

const header = `x-gk-${randomBytes(16).toString("hex")}`
/** The name of another generation, by which a gateway that is behind may still go. */
const otherHeader = `x-gk-${randomBytes(16).toString("hex")}`
const clients = declaredClients

/** The certificates of the rows, made once. */
let own: Pki
let shown: Readonly<Record<string, Made>>
beforeAll(async () => {
  own = await pki()
  shown = await certificatesFor(own)
})

interface EchoGuard extends Guarded {
  readonly echo: Echo
}

async function guarded(change: (configuration: string) => string = (text) => text): Promise<EchoGuard> {
  const echo = await startEcho()
  return { echo, ...(await startGuard({ own, shown, clients, header, gateway: echo.port, change })) }
}

const forged = {
  [header]: "client:laptop",
  [otherHeader]: "client:laptop",
  "x-forwarded-for": "203.0.113.7",
  forwarded: "for=203.0.113.7",
  "x-real-ip": "203.0.113.7",
  "x-openclaw-scopes": "operator.admin",
  "tailscale-user-login": "me@example",
  "cf-access-client-id": "x",
  authorization: "Bearer x",
}

/** What of the table a guard lets through, or passes on wrongly. */
async function breaches(guard: EchoGuard): Promise<string[]> {
  const found: string[] = []
  for (const [what, row] of badCertificates) {
    const before = guard.echo.requests.length
    await guard.try(row)
    if (guard.echo.requests.length > before) found.push(what)
  }
  const answer = await guard.try({ as: "tw", headers: forged })
  const seen = guard.echo.requests.at(-1)?.headers ?? {}
  if (answer.status !== 101) found.push("a good node is refused")
  if (seen[header] !== "node:tw") found.push(`identity ${String(seen[header])}`)
  if (seen["x-forwarded-for"] !== ownMachine) found.push(`forwarded for ${String(seen["x-forwarded-for"])}`)
  if (seen["x-openclaw-scopes"] !== ",") found.push(`scopes ${String(seen["x-openclaw-scopes"])}`)
  for (const name of [
    "forwarded",
    "x-real-ip",
    "tailscale-user-login",
    "cf-access-client-id",
    "authorization",
    otherHeader,
  ])
    if (seen[name] !== undefined) found.push(`passes ${name} on`)
  if (await resumes(guard)) found.push("resumes a session")
  return found
}

/** Whether a second connection can leave out the certificate, by what the first one got. */
async function resumes({ port }: EchoGuard): Promise<boolean> {
  const once = (session?: Buffer) =>
    new Promise<{ session?: Buffer; isReused: boolean }>((resolve) => {
      const { certificate: cert, key } = shown.n2 ?? {}
      const how = { host: "127.0.0.1", port, ca: own.authority.certificate, servername: "studio.test", cert, key }
      const socket: TLSSocket = connect(session ? { ...how, session } : how)
      let given: Buffer | undefined
      let isReused = false
      socket.on("secureConnect", () => {
        isReused = socket.isSessionReused()
      })
      socket.on("session", (each) => {
        given = each
      })
      socket.on("data", () => socket.destroy())
      socket.on("error", () => {})
      socket.on("close", () => resolve({ ...(given ? { session: given } : {}), isReused }))
      socket.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    })
  const { session } = await once()
  return session !== undefined && (await once(session)).isReused
}

describe.skipIf(noHaproxy)(`a guard${noHaproxy ? ` (${noHaproxy})` : ""}`, () => {
  test("lets nothing through that it should not, and nobody say who he is", async () => {
    const guard = await guarded()
    for (const [what, row, reason] of badCertificates) {
      const { status, body = "", error } = await guard.try(row)
      expect([what, error ?? `${status} ${body}`]).toEqual([what, expect.stringMatching(reason)])
    }
    expect(guard.echo.requests).toEqual([])
    expect(await breaches(guard)).toEqual([])
  })

  test("gives each client its identity, and a client its HTTP", async () => {
    const guard = await guarded()
    expect(await guard.try({ as: "n2" })).toMatchObject({ status: 101 })
    expect(await guard.try({ as: "laptop", upgrade: false, path: "/health" })).toEqual({ status: 200, body: "reached" })
    expect(guard.echo.requests.map(({ headers }) => headers[header])).toEqual(["node:n2", "client:laptop"])
    expect(guard.echo.requests.map(({ headers }) => headers["x-openclaw-scopes"])).toEqual([",", "operator.read"])
  })

  test("writes why it refuses to its log, without the header's name", async () => {
    const guard = await guarded()
    await guard.try({ as: "undeclared" })
    await guard.try({ as: "expired" })
    await guard.try({ as: "tw", headers: forged })
    await expect
      .poll(() => guard.log.join("\n"), { timeout: 60_000 })
      .toMatch(/"name":"n3\.g1".*"why":"unknown-client","status":403/)
    await expect.poll(() => guard.log.join("\n"), { timeout: 60_000 }).toMatch(/"verify":10,.*"name":"n2\.g1"/)
    await expect.poll(() => guard.log.join("\n"), { timeout: 60_000 }).toMatch(/"id":"node:tw"/)
    expect(guard.log.join("\n")).not.toContain(header)
  })

  test.each<[string, (text: string) => string, string]>([
    ["sessions kept", (text) => text.replace("tune.ssl.cachesize 0", "tune.ssl.cachesize 20000"), "resumes a session"],
    ["tickets on", (text) => text.replace(" no-tls-tickets", ""), "resumes a session"],
    [
      "any authority",
      (text) => text.replace("verify required", "verify optional crt-ignore-err all ca-ignore-err all"),
      "one of another authority, with the same name",
    ],
    [
      "the list of clients not asked",
      (text) => text.replaceAll("unless { var(txn.id) -m found }", "if FALSE"),
      "one of an earlier generation",
    ],
    ["scopes not set", (text) => text.replace(/^.*set-header X-OpenClaw-Scopes.*\n/gm, ""), "scopes undefined"],
    [
      "the forwarded address added to",
      (text) =>
        text.replaceAll("set-header X-Forwarded-For", "add-header X-Forwarded-For").replace("x-forwarded-.*|", ""),
      `forwarded for 203.0.113.7, ${ownMachine}`,
    ],
    ["a client's headers passed on", (text) => text.replace(/^.*del-header.*\n/m, ""), "passes forwarded on"],
    [
      "identity added to",
      (text) => text.replace(`set-header ${header}`, `add-header ${header}`).replace("x-gk-.*|", ""),
      "identity client:laptop, node:tw",
    ],
    ["HTTP for nodes", (text) => text.replace(/^.*deny .*a node may.*\n/m, ""), "a node's, to call a tool"],
    [
      "an upgrade of nodes that is none",
      (text) => text.replaceAll(" or is-node !is-upgrade", ""),
      "a node's, for HTTP that looks like an upgrade",
    ],
    [
      "any method for nodes",
      (text) => text.replaceAll(" or is-node !is-get", ""),
      "a node's, to call a tool by an upgrade",
    ],
  ])("a planted defect is found: %s", async (_what, change, breach) => {
    const intact = guardConfiguration({ address: "::1", port: 1, gateway: 2, digest: "0", header, clients })
    expect(change(intact), "the defect is planted").not.toBe(intact)
    expect(await breaches(await guarded(change))).toContain(breach)
  })

  test("a process tells which configuration it runs with", async () => {
    const settings = {
      address: "127.0.0.1",
      port: await freePort(),
      gateway: 1,
      digest: "0".repeat(64),
      header,
      clients,
    }
    const at = folder()
    writeFileSync(join(at, files.certificate), shown.guard?.pem ?? "")
    writeFileSync(join(at, files.authority), own.authority.certificate)
    writeFileSync(join(at, files.clients), clientsMap(clients))
    const configuration = guardConfiguration(settings)
    const { ask, workers } = await startHaproxy(at, configuration)
    const [worker = ""] = await workers()
    expect(await ask(`@!${worker} get var proc.gatekey`)).toContain(String(stampOf(configuration)))
    expect(stampOf(guardConfiguration({ ...settings, clients: clients.slice(1) }))).not.toBe(stampOf(configuration))
  })
})
