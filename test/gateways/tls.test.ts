import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { connect } from "node:net"
import { createServer } from "node:tls"
import { beforeAll, expect, onTestFinished, test } from "vitest"
import { checkServer, openSession } from "../../gateways/gateway.ts"
import { type Made, type Pki, pki } from "../support/proxies/pki.ts"

let own: Pki
let shown: Readonly<Record<string, Made>>
beforeAll(async () => {
  own = await pki()
  const studio = { name: "studio", role: "guard" as const, names: ["studio.test"] }
  shown = {
    good: await own.make(studio),
    over: await own.make(studio, -40),
    tomorrow: await own.make(studio, 2),
    attic: await own.make({ ...studio, names: ["attic.test"] }),
    rogue: await (await pki()).make(studio),
  }
})

/** The port of a server with one of the certificates, until the test ends. */
async function serve(name: string): Promise<number> {
  const { certificate: cert, key } = shown[name] as Made
  const server = createServer({ cert, key }).listen(0, "127.0.0.1")
  server.on("tlsClientError", () => {})
  onTestFinished(() => void server.close())
  await once(server, "listening")
  return (server.address() as AddressInfo).port
}

test.each<[string, string | undefined]>([
  ["good", undefined],
  ["over", "it has expired"],
  ["tomorrow", "it is not valid yet"],
  ["attic", "it has another name"],
  ["rogue", "it is of another authority"],
])("says what a server's certificate is: %s", async (name, reason) => {
  const port = await serve(name)
  const dial = async () => connect(port, "127.0.0.1")
  const problem = await checkServer(dial, { authority: own.authority.certificate, name: "studio.test" })
  expect(problem).toEqual(reason === undefined ? undefined : { layer: "tls", reason })
})

test.each(["00".repeat(32), ""])(
  "a gateway whose certificate has another fingerprint than %j is not spoken to",
  async (tlsFingerprint) => {
    const port = await serve("good")
    const dial = async () => connect(port, "127.0.0.1")
    const route = { product: "openclaw", port, tlsFingerprint, dial }
    expect(await openSession(route, undefined)).toEqual({ verdict: { kind: "tls", reason: "TLS fingerprint differs" } })
  },
)
