import type { Duplex } from "node:stream"
import { connect } from "node:tls"
import { describeErrno } from "../core/errno.ts"
import { UserError } from "../core/errors.ts"
import { waitForHandshake } from "./tls.ts"

/** Reads the SHA-256 fingerprint, in hex, of the server's certificate without checking it. @throws UserError if there is no TLS */
export async function readCertificateFingerprint(stream: Duplex): Promise<string> {
  const socket = connect({ socket: stream, rejectUnauthorized: false })
  try {
    await waitForHandshake(socket)
    return (socket.getPeerCertificate().fingerprint256 ?? "").replaceAll(":", "").toLowerCase()
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(`no TLS: ${describeErrno(error)}`)
  } finally {
    socket.destroy()
    stream.destroy()
  }
}
