import { proxyAnswers } from "../core/proxy-answers.ts"
import type { ProxyClient } from "./client.ts"
import { files, preamble, stamped, trusting } from "./guard.ts"

export interface SidecarSettings {
  /** The loopback port that the node connects to. */
  readonly port: number
  /** Where the guard is, and by which name its certificate is checked. */
  readonly guard: { readonly address: string; readonly port: number; readonly name: string }
  /** As of a guard; absent for auth jwt. */
  readonly digest?: string
  /** As of a guard. */
  readonly authority?: string
  readonly auth: NonNullable<ProxyClient["auth"]>
}

/** Returns the configuration of a sidecar: the node's loopback port to the guard, with what lets the node in. */
export function sidecarConfiguration({ port, guard, digest, auth, authority }: SidecarSettings): string {
  const shown = auth === "jwt" ? "" : ` crt ${files.certificate}`
  const tls = `ssl${shown} ca-file ${files.authority} verify required verifyhost ${guard.name} sni str(${guard.name})`
  return stamped(`${preamble}
# ${auth === "jwt" ? "No certificate is shown" : `${files.certificate} is ${digest}`}${trusting(authority)}.
frontend node
    bind 127.0.0.1:${port}
    # 502: the guard ended the connection without an answer, as it does if it rejects the certificate.
    http-error status 502 content-type text/plain string "${proxyAnswers["no-guard"]}"
    http-error status 503 content-type text/plain string "${proxyAnswers["no-guard"]}"
    http-request set-header Host ${guard.name}
${auth === "mtls" ? "" : bearerRules}    default_backend guard

backend guard
    server guard ${guard.address}:${guard.port} ${tls} alpn http/1.1 ssl-min-ver TLSv1.3
`)
}

/** A bearer is in the memory of the process alone; one that has expired is not sent. */
const bearerRules = `    http-request set-var(txn.token) str(bearer),map_str(bearer.map)
    http-request set-var(txn.exp) var(txn.token),jwt_payload_query('$.exp','int')
    http-request set-var(txn.now) date
    acl is-refused var(txn.why) -m found
    http-request set-var(txn.why) str(no-bearer) unless { var(txn.exp) -m int gt 0 }
    http-request set-var(txn.why) str(bearer-expired) if !is-refused !{ var(txn.now),sub(txn.exp) -m int lt 0 }
    http-request return status 503 content-type text/plain lf-string "sidecar: %[var(txn.why)]" if is-refused
    http-request set-header Authorization "Bearer %[var(txn.token)]"
`
