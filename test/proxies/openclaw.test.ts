import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { connect as connectTcp } from "node:net"
import { join } from "node:path"
import { connect } from "node:tls"
import { expect, test } from "vitest"
import { omitUndefined } from "../../core/given.ts"
import { openSession } from "../../gateways/gateway.ts"
import { clientsMap, type ProxyClient } from "../../proxies/client.ts"
import { files, guardConfiguration } from "../../proxies/guard.ts"
import { folder } from "../support/hosts/machine.ts"
import { createDevice, type Device, type Visit } from "../support/products/device.ts"
import { noProduct } from "../support/products/gateway.ts"
import { freePort } from "../support/products/listener.ts"
import { startTrusting } from "../support/products/trusting-gateway.ts"
import { attempt } from "../support/proxies/attempt.ts"
import { noHaproxy, startHaproxy } from "../support/proxies/haproxy.ts"
import { type Made, pki } from "../support/proxies/pki.ts"
import { strong } from "../support/tokens.ts"

const missing = noHaproxy ?? noProduct("openclaw")
const scopes = ["operator.admin", "operator.pairing", "operator.read"]

test.skipIf(missing)(
  `a real openclaw behind a guard: a client gets in by its certificate alone, a paired device by its own token at the second port, and nobody past the guard${missing ? ` (${missing})` : ""}`,
  async () => {
    const header = randomBytes(32).toString("hex")
    const clients: readonly ProxyClient[] = [
      { name: "tw", generation: 1, role: "node" },
      { name: "laptop", generation: 1, role: "client", scopes },
      { name: "viewer", generation: 1, role: "client", scopes: ["operator.read"] },
      { name: "guest", generation: 1, role: "client" },
    ]
    const own = await pki()
    const { home, port } = await startTrusting(header, {
      ...{ "node:tw": [], "client:laptop": scopes },
      ...{ "client:viewer": ["operator.read"], "client:guest": [] },
    })
    const [guarded, open] = [await freePort(), await freePort()]

    const guard = await proxy(
      own.authority.certificate,
      await own.make({ name: "studio", role: "guard", names: ["studio.test"] }),
    )
    writeFileSync(join(guard, files.clients), clientsMap(clients))
    const devices = { address: "127.0.0.1", port: open }
    const settings = { address: "127.0.0.1", port: guarded, gateway: port, digest: "0", header, clients, devices }
    await startHaproxy(guard, guardConfiguration(settings))

    const laptop = await own.make({ name: "laptop", role: "client" })
    const ask = async <Answer>(method: string, params?: object): Promise<Answer> => {
      const { session, verdict } = await openSession(
        behind(guarded, own.authority.certificate, laptop),
        undefined,
        scopes,
      )
      if (!session) throw new Error(`${method}: ${JSON.stringify(verdict)}`)
      try {
        return (await session.request(method, params)) as Answer
      } finally {
        session.close()
      }
    }
    await ask("node.list")

    // An identity alone may do everything by HTTP: the guard says what each client may.
    const invoked = async (who: Made) => invokeAt(guarded, own.authority.certificate, {}, who)
    const [viewer, guest] = [
      await own.make({ name: "viewer", role: "client" }),
      await own.make({ name: "guest", role: "client" }),
    ]
    // 400: who may call a tool has named none.
    expect([await invoked(laptop), await invoked(viewer), await invoked(guest)]).toEqual([400, 403, 403])

    // A phone shows no certificate: once it is paired, its own token lets it in at the second port.
    const phone = createDevice("operator", ["operator.read"])
    const { certificate: cert, key } = laptop
    const ca = own.authority.certificate
    const visit = async (device: Device, more: Partial<Visit>) => {
      const { socket, ...answer } = await device.visit({ url: `wss://127.0.0.1:${open}`, ca, ...more })
      socket.terminate()
      return answer
    }
    const byCertificate = { url: `wss://127.0.0.1:${guarded}`, cert, key }
    expect((await visit(phone, byCertificate)).result).toBe("PAIRING_REQUIRED")
    const { pending } = await ask<{ pending: { requestId: string }[] }>("device.pair.list")
    await ask("device.pair.approve", { requestId: pending[0]?.requestId })
    const { deviceToken = "none" } = await visit(phone, byCertificate)
    expect(await visit(phone, { deviceToken })).toMatchObject({ result: "accepted", scopes: ["operator.read"] })

    const forged = {
      ...{ [header]: "client:laptop", "x-openclaw-scopes": "operator.admin", "x-forwarded-for": "127.0.0.1" },
      ...{ "x-forwarded-proto": "https", "tailscale-user-login": "me@example.com", forwarded: "for=127.0.0.1" },
    }
    const strangers: readonly Partial<Visit>[] = [{}, { token: strong() }, { deviceToken }, { headers: forged }]
    for (const stranger of strangers)
      expect(
        await visit(createDevice("operator", ["operator.read"]), stranger),
        JSON.stringify(stranger),
      ).toMatchObject({
        result: expect.stringMatching(/^AUTH_/),
      })
    expect((await visit(phone, { headers: forged })).result).toMatch(/^AUTH_/)
    for (const headers of [{}, forged, { authorization: `Bearer ${deviceToken}` }])
      expect(await invokeAt(open, ca, headers)).toBe(401)
    // The identity of a certificate does not count there.
    expect((await visit(createDevice("operator"), { cert, key })).result).toMatch(/^AUTH_/)

    // Whoever reaches the gateway's own port without the header's name is nobody.
    const direct = { product: "openclaw", port, dial: async () => connectTcp(port, "127.0.0.1") }
    expect((await openSession(direct, undefined)).verdict.kind).not.toBe("accepted")
    expect(
      await statusOf(port, {
        "x-forwarded-user": "client:laptop",
        "x-forwarded-for": "192.0.2.7",
        "x-forwarded-proto": "https",
      }),
    ).toBe(401)

    const config = readFileSync(join(home, ".openclaw/openclaw.json"), "utf8")
    expect(JSON.stringify(JSON.parse(config).gateway.auth)).not.toMatch(/"(?:token|password)":/)
  },
)

/** A folder of a proxy, without its configuration. */
async function proxy(authority: string, { pem }: Made): Promise<string> {
  const at = folder()
  writeFileSync(join(at, files.certificate), pem)
  writeFileSync(join(at, files.authority), authority)
  return at
}

function behind(port: number, ca: string, { certificate: cert, key }: Made) {
  const dial = async () => {
    const socket = connect({ host: "127.0.0.1", port, ca, cert, key, servername: "studio.test" })
    await once(socket, "secureConnect")
    return socket
  }
  return { product: "openclaw", port, dial }
}

async function invokeAt(port: number, authority: string, headers: Readonly<Record<string, string>>, shows?: Made) {
  const asked = { port, authority, method: "POST", path: "/tools/invoke", upgrade: false, headers }
  const { status } = await attempt({ ...asked, ...omitUndefined({ shows }) })
  return status
}

async function statusOf(port: number, headers: Readonly<Record<string, string>>): Promise<number> {
  const { status } = await fetch(`http://127.0.0.1:${port}/tools/invoke`, { method: "POST", headers, body: "{}" })
  return status
}
