import type { OwnProxy } from "../../../core/own-proxy.ts"

/** What a proxy may lack. */
export type Fault =
  | "unreachable"
  | "server-certificate"
  | "no-certificate"
  | "foreign-authority"
  | "undeclared-name"
  | "other-generation"
  | "refused-client"
  | "client-address"
  | "identity"
  | "scopes"
  | "forged-identity"
  | "forwarded-address"

/** Returns how a fault is repaired: by the proxy's own setting, where it is known. */
export function fixOf(code: Fault, proxy: OwnProxy): string {
  return `${own[proxy]?.[code] ?? any[code]}; see docs/proxies.md`
}

const any: { readonly [code in Fault]: string } = {
  unreachable: "start the proxy, and check listen, names and from of gatekey:guard and the firewall",
  "server-certificate": "let it serve the certificate that gatekey keeps on the gateway's host, and reload it",
  "no-certificate": "require a client certificate",
  "foreign-authority": "verify client certificates by the stack's authority alone (pulumi stack output authority)",
  "undeclared-name": "refuse each certificate whose common name is not on a list",
  "other-generation": "compare the whole common name, such as tw.g1, and not the name alone",
  "refused-client": "add its common name to the list of the proxy, and reload it",
  "client-address": "let it say 192.0.2.1 for a client on its own host, or set from to another host",
  identity: "set the header identityHeader to the client's identity, and X-Forwarded-Proto to https",
  scopes: "set X-OpenClaw-Scopes for each client: a comma alone for a node",
  "forged-identity": "delete that header of a client's request, then set it",
  "forwarded-address": "set X-Forwarded-For to the client's address; do not append to it",
}

const own: { readonly [proxy in OwnProxy]?: { readonly [code in Fault]?: string } } = {
  nginx: {
    "no-certificate": "set ssl_verify_client on",
    "foreign-authority": "set ssl_verify_client on with ssl_client_certificate (pulumi stack output authority)",
    "undeclared-name": 'return 403 if $ssl_client_s_dn is not in the map (default "")',
    "other-generation": 'write whole names into the map of $ssl_client_s_dn: "CN=tw.g1"',
    identity: "set proxy_set_header for the header identityHeader and for X-Forwarded-Proto https",
    scopes: 'set proxy_set_header X-OpenClaw-Scopes from a map (default ",")',
    "forged-identity": "set proxy_pass_request_headers off, and proxy_set_header for that header",
    "forwarded-address": "use $remote_addr in proxy_set_header X-Forwarded-For, not $proxy_add_x_forwarded_for",
  },
  caddy: {
    "no-certificate": "set mode require_and_verify in client_auth",
    "foreign-authority": "set mode require_and_verify and trusted_ca_cert_file in client_auth",
    "undeclared-name": "respond 403 if {http.request.tls.client.subject} is not in the map",
    "other-generation": "write whole names into the map of {http.request.tls.client.subject}: CN=tw.g1",
    identity: "set request_header for the header identityHeader, and header_up X-Forwarded-Proto https",
    scopes: "set request_header X-OpenClaw-Scopes from a map (default a comma)",
    "forged-identity": "set request_header for that header to the identity, without + before its name",
    "forwarded-address": "set header_up X-Forwarded-For to {remote_host}, and no trusted_proxies",
  },
}
