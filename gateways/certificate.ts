import type { Duplex } from "node:stream"
import { connect } from "node:tls"
import { describeErrno } from "../core/errno.ts"
import { UserError } from "../core/errors.ts"
import { shaken } from "./tls.ts"

/** The SHA-256 fingerprint of the certificate that is shown, whatever it is; in hex. @throws UserError where there is none */
export async function certificateOf(stream: Duplex): Promise<string> {
  const socket = connect({ socket: stream, rejectUnauthorized: false })
  try {
    await shaken(socket)
    return (socket.getPeerCertificate().fingerprint256 ?? "").replaceAll(":", "").toLowerCase()
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(`no TLS: ${describeErrno(error)}`)
  } finally {
    socket.destroy()
    stream.destroy()
  }
}
