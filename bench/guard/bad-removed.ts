import { connect } from "node:tls"
import type { Guarded } from "../../test/support/proxies/guarded.ts"
import type { Made, Pki } from "../../test/support/proxies/pki.ts"
import type { Row } from "./row.ts"

interface Removed {
  readonly own: Pki
  /** Its certificate, by the name of the rows, and itself. */
  readonly as: string
  readonly shown: Made | undefined
  /** Its name and generation. */
  readonly id: string
}

/** A client that gets in, keeps what a TLS session could be resumed by, and is taken out of the list. */
export async function removedRows(guard: Guarded, { own, as, shown, id }: Removed): Promise<Row[]> {
  const before = await sessionOf(guard.port, own.authority.certificate, shown)
  if ((await guard.try({ as })).status !== 101) throw new Error(`${id} does not get in before it is removed`)
  console.log(`bad: the guard ${before ? "gives a session that can be resumed" : "gives no session to resume"}`)
  const session = before ? { session: before } : {}
  await guard.remove(id)
  return [
    ["a client that is removed", { as }, /unknown client/],
    ["a client that is removed, on its TLS session from before", { as, ...session }, /unknown client/],
    ["a client that is removed, on that session without its certificate", { ...session }, /./],
  ]
}

/** The last session that a server gives for a resumption. */
function sessionOf(port: number, ca: string, made: Made | undefined): Promise<Buffer | undefined> {
  const { certificate: cert, key } = made ?? {}
  return new Promise((resolve, reject) => {
    let session: Buffer | undefined
    const socket = connect({ host: "127.0.0.1", port, ca, servername: "studio.test", cert, key })
    socket.on("session", (each) => {
      session = each
    })
    socket.on("data", () => socket.end())
    socket.on("error", reject)
    socket.on("close", () => resolve(session))
    socket.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
  })
}
