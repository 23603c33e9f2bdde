import { once } from "node:events"
import type { Duplex } from "node:stream"
import { connect, type TLSSocket } from "node:tls"
import { UserError } from "../core/errors.ts"
import type { Verdict } from "./verdict.ts"

/**
 * Wraps a stream in TLS. The gateway's certificate is self-signed, so it is checked by its fingerprint, as the product's clients do.
 * @param fingerprint SHA-256 in hex, with colons or without
 */
export async function wrapInTls(stream: Duplex, fingerprint: string): Promise<Duplex | Verdict> {
  const socket = connect({ socket: stream, rejectUnauthorized: false })
  try {
    await waitForHandshake(socket)
  } catch (error) {
    stream.destroy()
    if (error instanceof UserError) return { kind: "tls", reason: error.message }
    const { code = "" } = error as NodeJS.ErrnoException
    if (code === "ECONNREFUSED") throw error
    return { kind: "tls", reason: "it does not speak TLS" }
  }
  const normalize = (fingerprint: string) => fingerprint.replaceAll(":", "").toLowerCase()
  if (normalize(socket.getPeerCertificate().fingerprint256 ?? "") === normalize(fingerprint)) return socket
  socket.destroy()
  return { kind: "tls", reason: "TLS fingerprint differs" }
}

const timeoutMilliseconds = 10_000

/** Waits for the end of the TLS handshake. @throws UserError if the server does not answer in time */
export async function waitForHandshake(socket: TLSSocket): Promise<void> {
  const timeout = new UserError(`no TLS within ${timeoutMilliseconds / 1000} s`)
  const timer = setTimeout(() => socket.destroy(timeout), timeoutMilliseconds)
  try {
    await once(socket, "secureConnect")
  } finally {
    clearTimeout(timer)
  }
}
