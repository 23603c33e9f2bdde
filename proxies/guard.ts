import { createHash } from "node:crypto"
import type { Forwarding } from "../core/forwarding.ts"
import { proxyAnswers } from "../core/proxy-answers.ts"
import { clientsMap, type ProxyClient, scopeLines, serverLines } from "./client.ts"
import { type BearerSettings, identification } from "./identify.ts"
import { bearerClients, keyFiles } from "./keys.ts"

/** The names of a proxy's files in its folder. */
export const files = {
  /** Of its key and certificate. */
  certificate: "own.pem",
  configuration: "proxy.cfg",
  clients: "clients.map",
  /** How the guard hands clients on. */
  gateway: "gateway.map",
  authority: "ca.pem",
  master: "master.sock",
} as const

/** Returns the file by which a guard knows how to hand clients on. */
export function gatewayMap(forwarding: Forwarding): string {
  return forwarding === "plain" ? "gateway plain\n" : ""
}

export interface GuardSettings {
  /** Where it listens. */
  readonly address: string
  readonly port: number
  /** The gateway's port, on the loopback of the same host. */
  readonly gateway: number
  /** The SHA-256 of its certificate: another one is another configuration, which has to be loaded. */
  readonly digest: string
  /** The certificates of its authorities, as PEM, if they are not those that the stack began with. */
  readonly authority?: string
  /** The name of the header by which the gateway knows who is there; nobody else may know it. */
  readonly header: string
  /** The name before its last change. The guard sends it as well, so that the gateway may change after the guard. */
  readonly earlier?: string
  readonly clients: readonly ProxyClient[]
  /** A second port, for devices that show no certificate. */
  readonly devices?: { readonly address: string; readonly port: number }
  /** Of clients that have a bearer: what it has to say. */
  readonly bearer?: BearerSettings
}

/**
 * Returns the configuration of a guard: HAProxy (2.6 or later) in front of a gateway that trusts it. Clients show a
 * certificate or send a bearer; its name is looked up in the file of clients, and only what is there goes on.
 */
export function guardConfiguration(settings: GuardSettings): string {
  const { address, port, gateway, digest, header, earlier, clients, bearer, authority, devices } = settings
  const headers = [header, ...(earlier === undefined ? [] : [earlier])]
  // A certificate that is shown and not valid ends the handshake either way.
  const verify = bearerClients(clients).length > 0 ? "optional" : "required"
  const keys = [...keyFiles(clients)].map(([name, text]) => `, ${name} is ${digestOf(text)}`)
  return stamped(`${preamble}
# ${files.certificate} is ${digest}, ${files.clients} is ${digestOf(clientsMap(clients))}${keys.join("")}${trusting(authority)}.
frontend guard
    bind ${address}:${port} ssl crt ${files.certificate} ca-file ${files.authority} verify ${verify} alpn http/1.1
${identification(clients, bearer)}
    default_backend gateway
${devices ? devicesPort(devices, gateway, headers) : ""}
backend gateway
    http-error status 503 content-type text/plain string "${proxyAnswers["no-gateway"]}"
${hygiene}
    # A gateway that does not trust its guard yet refuses whatever has an address of a client.
    acl is-plain str(gateway),map_str(${files.gateway}) -m str plain
    # A gateway accepts no loopback address for a client's: a client on this machine gets one of RFC 5737.
    acl is-here src 127.0.0.0/8 ::1
    http-request set-header X-Forwarded-For %[src] if !is-plain !is-here
    http-request set-header X-Forwarded-For ${ownMachine} if !is-plain is-here
    http-request set-header X-Forwarded-Proto https if !is-plain
${headers.map((each) => `    http-request set-header ${each} %[var(txn.id)] if !is-plain`).join("\n")}
    acl is-node var(txn.id) -m beg node:
    acl is-websocket req.hdr(upgrade) -i -m str websocket
    # Without it HAProxy passes the request on as a plain one.
    acl is-upgrade req.hdr(connection) -i -m sub upgrade
    acl is-get method GET
    # A node opens WebSockets and nothing else.
    http-request set-var(txn.why) str(node-http) if is-node !is-websocket or is-node !is-upgrade or is-node !is-get
    http-request deny deny_status 403 content-type text/plain string "${proxyAnswers["node-http"]}" if is-node !is-websocket or is-node !is-upgrade or is-node !is-get
    # What a client may do by HTTP, where an identity alone may do everything.
${scopeLines(clients)}
${serverLines(clients, gateway)}
`)
}

const hygiene = `    # What a client may not say of itself.
    http-request del-header ^(?:forwarded|x-forwarded-.*|x-real-ip|x-client-ip|true-client-ip|via|tailscale-.*|x-openclaw-.*|cf-.*|x-gk-.*|authorization|proxy-.*|cookie)$ -m reg`

/**
 * Returns the port of devices that show no certificate. The guard says nothing of who is there, so the gateway goes by the
 * device's own token, and refuses everything as long as it does not trust the guard.
 */
function devicesPort(
  { address, port }: NonNullable<GuardSettings["devices"]>,
  gateway: number,
  headers: readonly string[],
): string {
  return `
frontend devices
    bind ${address}:${port} ssl crt ${files.certificate} alpn http/1.1
    http-request set-var(txn.name) str(device)
    default_backend devices

backend devices
    http-error status 503 content-type text/plain string "${proxyAnswers["no-gateway"]}"
${hygiene}
${headers.map((each) => `    http-request del-header ${each}`).join("\n")}
    acl is-here src 127.0.0.0/8 ::1
    http-request set-header X-Forwarded-For %[src] unless is-here
    http-request set-header X-Forwarded-For ${ownMachine} if is-here
    http-request set-header X-Forwarded-Proto https
    server device 127.0.0.1:${gateway}
`
}

/** The address by which a gateway gets a client on its own machine. */
export const ownMachine = "192.0.2.1"

/** What `get var proc.gatekey` answers in a process that runs with this configuration. */
export function stampOf(configuration: string): string | undefined {
  return /^ {4}set-var proc\.gatekey str\(([0-9a-f]{64})\)$/m.exec(configuration)?.[1]
}

/** The first line of every configuration of ours. */
export const mark = "# Written by gatekey: `pulumi up` writes it again."

/** What every configuration begins with, after the mark. */
export const preamble = `${mark}
global
    default-path config
    log stdout format raw local0 info
    # A resumed session would pass a certificate that is not let in any more.
    ssl-default-bind-options ssl-min-ver TLSv1.3 no-tls-tickets
    tune.ssl.cachesize 0
    # No connection outlives a reload by more.
    hard-stop-after 1h
    set-var proc.gatekey str(STAMP)

defaults
    mode http
    log global
    log-format '{"at":"%tr","from":"%ci","name":"%[var(txn.name)]","id":"%[var(txn.id)]","why":"%[var(txn.why)]","status":%ST,"end":"%ts","ms":%Ta}'
    error-log-format '{"at":"%T","from":"%ci","tls":"%[ssl_fc_err_str]","verify":%[ssl_c_err],"authority":%[ssl_c_ca_err],"name":"%[ssl_c_s_dn(cn)]"}'
    timeout connect 5s
    timeout client 90s
    timeout server 90s
    timeout tunnel 1h
    timeout http-request 10s
`

/** Names the authorities in the comment on the files: others have to be loaded. */
export function trusting(authority: string | undefined): string {
  return authority === undefined ? "" : `, ${files.authority} is ${digestOf(authority)}`
}

/** Puts a configuration's digest into it. */
export function stamped(text: string): string {
  return text.replace("STAMP", digestOf(text))
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex")
}
