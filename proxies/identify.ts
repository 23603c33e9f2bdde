import { commonName } from "../certificates/identity.ts"
import { audienceOf, clockSkew, issuerOf, longestLife, tokenAlgorithm, tokenType } from "../core/access-token.ts"
import { proxyAnswers } from "../core/proxy-answers.ts"
import type { ProxyClient } from "./client.ts"
import { bearerClients, keyFile } from "./keys.ts"

/** What the bearers of a guard's clients have to say. */
export interface BearerSettings {
  /** Of the Authority. */
  readonly domain: string
  /** The guard's name. */
  readonly audience: string
}

const known = "map_str(clients.map)"
const certificateRules = `    http-request set-var(txn.name) ssl_c_s_dn(cn)
    http-request set-var(txn.id) var(txn.name),${known}
    http-request set-var(txn.why) str(unknown-client) unless { var(txn.id) -m found }
    http-request deny deny_status 403 content-type text/plain string "${proxyAnswers["unknown-client"]}" unless { var(txn.id) -m found }`

/** Returns the rules by which a guard finds out who a client is: of certificates alone if no client has a bearer. */
export function identification(clients: readonly ProxyClient[], settings: BearerSettings | undefined): string {
  const bearers = bearerClients(clients)
  if (bearers.length === 0) return certificateRules
  if (!settings) throw new Error("clients with a bearer, and nothing that a bearer has to say")
  const ids = bearers.map(commonName).join(" ")
  const both = bearers.filter(({ auth }) => auth === "both").map(commonName)
  return `    # A bearer identifies who shows no certificate, and the clients that need one. A certificate alone identifies the others.
    http-request set-var(txn.name) ssl_c_s_dn(cn)
    acl has-certificate ssl_c_used
    acl is-bearer var(txn.way) -m str bearer
    acl is-refused var(txn.why) -m found
    http-request set-var(txn.way) str(bearer) if !has-certificate or { var(txn.name) -m str ${ids} }
    http-request set-var(txn.id) var(txn.name),${known} if !is-bearer
    http-request set-var(txn.why) str(unknown-client) if !is-bearer !{ var(txn.id) -m found }
    http-request deny deny_status 403 content-type text/plain string "${proxyAnswers["unknown-client"]}" if is-refused
    http-request set-var(txn.token) http_auth_bearer if is-bearer
${claims.map(([name, query]) => `    http-request set-var(txn.${name}) var(txn.token),${query} if is-bearer`).join("\n")}
    http-request set-var(txn.now) date
    # The algorithm is fixed, the name of the key chooses the file, and the file decides who it is.
${bearers.map(signatureRule).join("\n")}
${checks(settings, both)
  .map(([why, condition]) => `    http-request set-var(txn.why) str(${why}) if is-bearer !is-refused ${condition}`)
  .join("\n")}
    http-request set-var(txn.name) var(txn.key) if is-bearer
    http-request return status 401 content-type text/plain hdr WWW-Authenticate 'Bearer error="invalid_token"' lf-string "guard: %[var(txn.why)]" if is-refused
    http-request set-var(txn.id) var(txn.key),${known} if is-bearer`
}

/** What is read from a bearer, and how. */
const claims: readonly (readonly [name: string, query: string])[] = [
  ["alg", "jwt_header_query('$.alg')"],
  ["typ", "jwt_header_query('$.typ')"],
  ["kid", "jwt_header_query('$.kid')"],
  ["iss", "jwt_payload_query('$.iss')"],
  ["aud", "jwt_payload_query('$.aud')"],
  ["sub", "jwt_payload_query('$.sub')"],
  ["exp", "jwt_payload_query('$.exp','int')"],
  ["iat", "jwt_payload_query('$.iat','int')"],
  ["nbf", "jwt_payload_query('$.nbf','int')"],
  ["claims", "field(2,.),ub64dec"],
]

function signatureRule(client: Parameters<typeof keyFile>[0]): string {
  const id = commonName(client)
  const verified = `var(txn.token),jwt_verify("${tokenAlgorithm}","${keyFile(client)}") -m int 1`
  return `    http-request set-var(txn.key) str(${id}) if is-bearer { var(txn.kid) -m str ${id} } { ${verified} }`
}

/** HAProxy reads a string, a fraction and 1e30 as some number: only digits count, wherever the name stands. */
const notInteger = `'"(exp|iat|nbf)"[[:space:]]*:[[:space:]]*([^0-9[:space:]]|[0-9]+[^0-9[:space:],}]|[0-9]{11})'`

/** Why a bearer is refused, and when: the first that applies. Each fails when what it looks at is missing. */
function checks({ domain, audience }: BearerSettings, both: readonly string[]): (readonly [string, string])[] {
  return [
    ["no-bearer", "!{ var(txn.token) -m found }"],
    ["two-bearers", "{ req.fhdr_cnt(authorization) gt 1 }"],
    ["bad-alg", `!{ var(txn.alg) -m str ${tokenAlgorithm} }`],
    ["bad-typ", `!{ var(txn.typ) -m str ${tokenType} }`],
    ["unknown-client", `!{ var(txn.kid),${known} -m found }`],
    ["bad-signature", "!{ var(txn.key) -m found }"],
    ["sub-not-key", "!{ var(txn.key),field(1,.),strcmp(txn.sub) eq 0 }"],
    ["bad-iss", `!{ var(txn.iss) -m str ${issuerOf(domain)} }`],
    ["bad-aud", `!{ var(txn.aud) -m str ${audienceOf(audience)} }`],
    ["bad-time", `{ var(txn.claims) -m reg ${notInteger} }`],
    ["no-exp", "!{ var(txn.exp) -m int gt 0 }"],
    ["no-iat", "!{ var(txn.iat) -m int gt 0 }"],
    ["expired", `!{ var(txn.now),sub(txn.exp) -m int le ${clockSkew} }`],
    ["iat-in-future", `!{ var(txn.iat),sub(txn.now) -m int le ${clockSkew} }`],
    ["life-too-long", `!{ var(txn.exp),sub(txn.iat) -m int le ${longestLife} }`],
    ["not-yet", `{ var(txn.nbf) -m found } !{ var(txn.nbf),sub(txn.now) -m int le ${clockSkew} }`],
    ...(both.length > 0
      ? [["no-certificate", `!has-certificate { var(txn.key) -m str ${both.join(" ")} }`] as const]
      : []),
    ["sub-not-cert", "has-certificate !{ var(txn.name),strcmp(txn.key) eq 0 }"],
  ]
}
