import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { connect as connectTcp } from "node:net"
import { join } from "node:path"
import { connect } from "node:tls"
import { expect, test } from "vitest"
import { openSession } from "../../gateways/gateway.ts"
import { clientsMap, type ProxyClient } from "../../proxies/client.ts"
import { files, guardConfiguration } from "../../proxies/guard.ts"
import { folder } from "../support/hosts/machine.ts"
import { noProduct } from "../support/products/gateway.ts"
import { freePort } from "../support/products/listener.ts"
import { startTrusting } from "../support/products/trusting-gateway.ts"
import { noHaproxy, startHaproxy } from "../support/proxies/haproxy.ts"
import { type Made, pki } from "../support/proxies/pki.ts"

const missing = noHaproxy ?? noProduct("openclaw")
const scopes = ["operator.admin", "operator.pairing", "operator.read"]

test.skipIf(missing)(
  `a real openclaw behind a guard: a client gets in by its certificate alone, and nobody past the guard${missing ? ` (${missing})` : ""}`,
  async () => {
    const header = randomBytes(32).toString("hex")
    const clients: readonly ProxyClient[] = [
      { name: "tw", generation: 1, role: "node" },
      { name: "laptop", generation: 1, role: "client" },
    ]
    const own = await pki()
    const { home, port } = await startTrusting(header, { "node:tw": [], "client:laptop": scopes })
    const guarded = await freePort()

    const guard = await proxy(
      own.authority.certificate,
      await own.make({ name: "studio", role: "guard", names: ["studio.test"] }),
    )
    writeFileSync(join(guard, files.clients), clientsMap(clients))
    const settings = { address: "127.0.0.1", port: guarded, gateway: port, digest: "0", header, clients }
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

async function statusOf(port: number, headers: Readonly<Record<string, string>>): Promise<number> {
  const { status } = await fetch(`http://127.0.0.1:${port}/tools/invoke`, { method: "POST", headers, body: "{}" })
  return status
}
