import * as v from "valibot"
import { publicKeyProblem } from "../../../core/access-token.ts"
import { isAddress } from "../../../core/address.ts"
import { nameProblem } from "../../../core/client-name.ts"
import { auths } from "../../../proxies/client.ts"
import { checkInputs } from "../../check-inputs.ts"
import { type Inputs, may, need, preset } from "../../declare.ts"
import { hasUnknown } from "../../inputs.ts"
import {
  digest,
  host,
  integers,
  list,
  object,
  oneOf,
  path,
  port,
  positive,
  string,
  strings,
  withRule,
} from "../../kinds.ts"
import type { Checked, Failure } from "../../resource.ts"
import type { Properties } from "../../wire.ts"
import { clientFailures } from "./clients.ts"

const word = withRule(string, (text) =>
  /^[A-Za-z0-9.:_-]+$/.test(text) ? undefined : "must be a host name or an address, without a port",
)
const scope = withRule(string, (text) =>
  /^[A-Za-z0-9._:-]+$/.test(text) ? undefined : "must be a scope, such as operator.read",
)
const client = object("ProxyClient", {
  name: need(withRule(string, nameProblem), "Whose certificate lets in, such as `tw`."),
  generation: preset(positive, 1, "The generation of the certificate that counts."),
  role: preset(oneOf(["node", "client"]), "node", "A `node` may open WebSockets only, and has no scopes."),
  auth: preset(
    oneOf(auths),
    "mtls",
    "What lets in: a certificate, a bearer that its key has signed (`jwt`), or `both`.",
  ),
  key: may(withRule(string, publicKeyProblem), "Of `jwt` and `both`: its public key for ES256, as PEM."),
  scopes: may(
    v.array(scope),
    "Of a `client`: what it may do at the gateway, such as `operator.read`. Default: nothing.",
  ),
})
const devices = object("ProxyDevices", {
  address: need(word, "The address on which it listens, such as `0.0.0.0`."),
  port: need(port, "The port on which it listens."),
})
const guard = object("ProxyGuard", {
  address: need(word, "The address on which it listens, such as `0.0.0.0`."),
  port: need(port, "The port on which it listens."),
  gateway: need(port, "The port of the gateway, on the loopback of the same host."),
  audience: may(withRule(string, nameProblem), "The guard's name in the bearers of its clients."),
  devices: may(
    devices,
    "A second port, for devices that show no certificate: the gateway decides by their own tokens.",
  ),
})
const addressRule = "is an address, expected a DNS name of its certificate: HAProxy compares no addresses"

const sidecar = object("ProxySidecar", {
  port: need(port, "The loopback port that the node connects to."),
  guard: need(word, "The address or name of the guard's host."),
  guardPort: need(port, "The port of the guard."),
  guardName: need(
    withRule(word, (name) => (isAddress(name) ? addressRule : undefined)),
    "The DNS name by which the guard's certificate is checked.",
  ),
  auth: preset(
    oneOf(auths),
    "mtls",
    "What it sends: its certificate, a bearer by the program `token` (`jwt`), or `both`.",
  ),
})

export const proxyDeclaration = {
  about: "The configuration of an HAProxy that checks certificates: in front of a gateway, or at a node.",
  inputs: {
    host: need(host, "`local` or `ssh://[user@]host[:port]`."),
    folder: need(path, "Its folder, which has its configuration and, as `own.pem`, its key and certificate."),
    authority: need(string, "The id of the Authority whose certificates count."),
    digest: may(
      digest,
      "The SHA-256 of its certificate, in hex: another one is loaded without dropping a connection. A sidecar of `jwt` has none.",
    ),
    trusts: may(
      integers,
      "The generations of the authorities whose certificates count: two while one takes the place of the other. Default: 1.",
    ),
    guard: may(guard, "In front of a gateway; either this or `sidecar`."),
    header: may(
      positive,
      "Of a guard: the generation of the header by which the gateway knows who is there; another one has another name.",
    ),
    clients: may(
      list(client, "a list"),
      "Of a guard: who is let in. Who is removed, or of another generation, is cut off.",
    ),
    sidecar: may(sidecar, "At a node: from its loopback to the guard; either this or `guard`."),
  },
  computed: {
    configured: need(string, "Describes its files."),
    loaded: need(string, "Describes what its process runs with."),
  },
  outputs: {
    earlier: may(
      positive,
      "Of a guard: the generation of its header before the last change. It sends that as well, as the gateway changes after it.",
    ),
    faults: may(strings, "Which of `configured` and `loaded` differ from the declaration; absent if none does."),
  },
}

/** A Proxy's inputs once they are checked and all known. */
export type ProxyInputs = Inputs<typeof proxyDeclaration>

export const identity = ["host", "folder"] as const

/** What `configured` and `loaded` have to be. */
export const right = { configured: "as declared", loaded: "its configuration" } as const

export function completed(news: Properties): Checked {
  const { given, failures } = checkInputs(proxyDeclaration, news)
  return { inputs: { ...given, ...right }, failures: [...failures, ...(failures.length > 0 ? [] : combined(given))] }
}

function combined({ guard, sidecar, clients, digest }: Properties): Failure[] {
  if ((guard === undefined) === (sidecar === undefined))
    return [{ property: "guard", reason: "expected either guard or sidecar" }]
  // That of a sidecar is made on its host, which may be off.
  if (digest === undefined && guard !== undefined)
    return [{ property: "digest", reason: "is missing; expected that of the guard's certificate" }]
  if (guard === undefined) return []
  return [
    ...(clients === undefined ? [{ property: "clients", reason: "is missing; a guard needs it" }] : []),
    ...clientFailures(Array.isArray(clients) ? clients : [], guard),
  ]
}

/** Returns the generations of the authorities that a proxy trusts. */
export function trustsOf({ trusts = [1] }: { readonly trusts?: readonly number[] }): readonly number[] {
  return trusts
}

/** Returns the generation of the header before its last change. @param olds its state */
export function earlierHeader(olds: Properties, news: Pick<ProxyInputs, "header">): number | undefined {
  const [before, after] = [numberOr(olds.header, 1), news.header ?? 1]
  return before === after ? earlierIn(olds) : before
}

/** Returns that generation from a state. */
export function earlierIn({ earlier }: Properties): number | undefined {
  return numberOr(earlier, undefined)
}

function numberOr<Other>(value: unknown, other: Other): number | Other {
  return typeof value === "number" ? value : other
}

export function isKnown(inputs: Properties): inputs is ProxyInputs {
  return !hasUnknown(inputs)
}

export function proxyId({ host, folder }: ProxyInputs): string {
  return `${host}|${folder}`
}
