import { once } from "node:events"
import type { Duplex } from "node:stream"
import { connect, type TLSSocket } from "node:tls"
import { UserError } from "../core/errors.ts"
import type { Verdict } from "./verdict.ts"

/**
 * The same stream inside TLS. The gateway's certificate is its own, so it is known by its fingerprint, as its clients do.
 * @param fingerprint SHA-256 in hex, with colons or without
 */
export async function secured(stream: Duplex, fingerprint: string): Promise<Duplex | Verdict> {
  const socket = connect({ socket: stream, rejectUnauthorized: false })
  try {
    await shaken(socket)
  } catch (error) {
    stream.destroy()
    if (error instanceof UserError) return { kind: "tls", reason: error.message }
    const { code = "" } = error as NodeJS.ErrnoException
    if (code === "ECONNREFUSED") throw error
    return { kind: "tls", reason: "it does not speak TLS" }
  }
  const plain = (print: string) => print.replaceAll(":", "").toLowerCase()
  if (plain(socket.getPeerCertificate().fingerprint256 ?? "") === plain(fingerprint)) return socket
  socket.destroy()
  return { kind: "tls", reason: "TLS fingerprint differs" }
}

const patienceMilliseconds = 10_000

/** Waits until the other side has shown its certificate. @throws UserError when it is silent */
export async function shaken(socket: TLSSocket): Promise<void> {
  const silent = new UserError(`no TLS within ${patienceMilliseconds / 1000} s`)
  const timer = setTimeout(() => socket.destroy(silent), patienceMilliseconds)
  try {
    await once(socket, "secureConnect")
  } finally {
    clearTimeout(timer)
  }
}
