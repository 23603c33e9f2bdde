import { once } from "node:events"
import type { Duplex } from "node:stream"
import { checkServerIdentity as checkIdentity, connect, type PeerCertificate, type TLSSocket } from "node:tls"
import { isAddress } from "../core/address.ts"
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

/** Why a TLS server cannot be used: it cannot be reached, or its certificate is not the expected one. */
export interface ServerProblem {
  readonly layer: "tcp" | "tls"
  readonly reason: string
  /** The server ended the handshake: a client's certificate that it rejects, or none. */
  readonly isRefusal?: true
}

/** The server that a client expects, and the certificate that it shows. */
export interface ExpectedServer {
  /** The certificates of which one must have issued the server's, as PEM. Default: those that Node trusts. */
  readonly authority?: string
  /** The DNS name or address that it must have. */
  readonly name: string
  /** Default: the client shows none. */
  readonly own?: { readonly certificate: string; readonly key: string }
}

/** Checks a server's certificate, without showing one. */
export async function checkServer(
  dial: () => Promise<Duplex>,
  server: ExpectedServer,
): Promise<ServerProblem | undefined> {
  const opened = await openTls(dial, server)
  if ("layer" in opened) return opened
  opened.destroy()
  return undefined
}

/** Opens a TLS connection. A server of TLS 1.3 that rejects the client's certificate cuts it later. */
export async function openTls(
  dial: () => Promise<Duplex>,
  { authority, name, own }: ExpectedServer,
): Promise<Duplex | ServerProblem> {
  let stream: Duplex
  try {
    stream = await dial()
  } catch (error) {
    if (error instanceof UserError) return { layer: "tcp", reason: error.message }
    throw error
  }
  const servername = isAddress(name) ? {} : { servername: name }
  const checkServerIdentity = (_: string, certificate: PeerCertificate) => checkIdentity(name, certificate)
  const shown = own ? { cert: own.certificate, key: own.key } : {}
  const ca = authority === undefined ? {} : { ca: authority }
  const socket = connect({ socket: stream, checkServerIdentity, ...ca, ...servername, ...shown })
  try {
    await waitForHandshake(socket)
    return socket
  } catch (error) {
    socket.destroy()
    stream.destroy()
    const { code = "", message } = error as NodeJS.ErrnoException
    const isRefusal = /ALERT|ECONNRESET/.test(code)
    return { layer: "tls", reason: reasons[code] ?? (code || message), ...(isRefusal ? { isRefusal } : {}) }
  }
}

/** What a server's certificate is, by Node's codes. */
const reasons: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "it has expired",
  CERT_NOT_YET_VALID: "it is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "it has another name",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "it is of another authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "it is of another authority",
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
