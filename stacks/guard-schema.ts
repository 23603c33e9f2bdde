import * as v from "valibot"
import { authModes } from "../components/guard-args.ts"
import { phases } from "../core/authority-phase.ts"
import { ownProxies } from "../core/own-proxy.ts"
import { oneOfShapes, optional, optionalList, type Rule, required, strictMapping } from "./shapes.ts"
import * as values from "./values.ts"

const lifetime = optional(
  values.lifetime,
  "How long its certificate and those of its clients are valid: `7d` to `398d`. Any `up` renews one once a third is over.",
  { default: "`365d`" },
)
const haproxy = optional(values.path, "The program.", {
  default: "`/usr/sbin/haproxy`, with launchd `/opt/homebrew/bin/haproxy`",
  example: "/opt/homebrew/bin/haproxy",
})

/** The keys of a member that gets in by a guard. */
export const access = {
  sidecar: optional(values.port, "The loopback port of its sidecar, its way to the guard.", { default: "none" }),
  auth: optional(values.oneOf(authModes), "How it proves who it is to the guard: `mtls`, `jwt` or `both`.", {
    default: "as the guard says",
  }),
  generation: optional(
    values.rotation,
    "Raised to make every earlier certificate of it worthless: the next `up` cuts off who has one.",
    { default: "1" },
  ),
}

const place = {
  gateway: optional(values.name, "The gateway that it is in front of, on the same host.", { default: "the only one" }),
  listen: required(values.listen, "The address and port on which it listens, such as `0.0.0.0:18443`."),
  names: required(
    v.pipe(
      v.array(values.label, "expected a list of names and addresses, without a port"),
      v.minLength(1, "expected a list of names and addresses, without a port"),
    ),
    "DNS names and addresses by which its clients reach it; sidecars connect to the first one.",
    { example: ["studio.local"] },
  ),
}

const haproxyGuard = strictMapping({
  ...place,
  mode: optional(
    values.oneOf(authModes),
    "How its clients prove who they are, unless they say otherwise: by a certificate (`mtls`), by bearers that their keys sign (`jwt`), or by `both`.",
    { default: "`mtls`" },
  ),
  devices: optional(
    strictMapping({
      listen: required(values.listen, "The address and port on which it listens, such as `0.0.0.0:18444`."),
    }),
    "A second port for phones, browsers and the Mac app, which show no certificate: the gateway lets in devices that are paired.",
    { default: "none" },
  ),
  manager: optional(values.manager, "What keeps it running.", { default: "what its gateway has", example: "launchd" }),
  haproxy,
  lifetime,
  header: optional(
    values.rotation,
    "The generation of the header by which the gateway knows who is there; raised for another name.",
    { default: "1" },
  ),
})

const identity = strictMapping({
  identity: required(values.line, "What the proxy says of a user, such as `me@example.com`.", {
    example: "me@example.com",
  }),
  scopes: optionalList(values.label, "What it may do at the gateway, such as `operator.read`.", {
    default: "nothing",
    example: ["operator.read"],
  }),
})

/** A proxy of the user's own in front of a gateway. */
const ownProxyGuard = strictMapping({
  bring: required(
    values.oneOf(ownProxies),
    "Which proxy of your own stands there: gatekey starts and configures none, and tries yours in each preview.",
  ),
  ...place,
  identityHeader: optional(
    values.identityHeader,
    "The header in which it says who is there, as a secret: `pulumi config set --secret --path`.",
    { default: "its own, if it has one", example: { secure: "v1:…" } },
  ),
  identities: optionalList(identity, "Further identities that it hands over, and what they may do.", {
    default: "none",
  }),
  from: optional(values.host, "The host from which it is tried.", { default: "that of the gateway" }),
  lifetime,
})

/** Accepts HAProxy by gatekey, or a proxy of the user's own, which has keys that a guard does not have. */
export const guard = oneOfShapes([haproxyGuard, ownProxyGuard], (input) => {
  const { bring, identityHeader, identities, from } = Object(input)
  return (bring ?? identityHeader ?? identities ?? from) === undefined ? 0 : 1
})

export const authority = strictMapping({
  generation: optional(values.rotation, "Raised, with a phase, to rotate the certificate authority.", { default: "1" }),
  phase: optional(
    values.oneOf(phases),
    "How far the rotation to this generation has come: `trust`, `clients`, `servers`, in this order, one `up` each.",
    { default: "it is complete" },
  ),
})

/** The rules between the keys of the authority. */
export const authorityRules: readonly Rule[] = [
  {
    key: "phase",
    allowed: "no value with generation 1, as there is no earlier authority",
    broken: ({ generation = 1, phase }) => generation === 1 && phase !== undefined,
  },
]

export const client = strictMapping({
  host: required(values.host, "Where it runs: `local`, or `ssh://[user@]name[:port]`."),
  home: optional(values.home, "Absolute folder in place of `~`.", { default: "the home of the host's user" }),
  guard: optional(values.name, "The guard that lets it in.", { default: "the only one" }),
  scopes: optionalList(values.label, "What it may do at the gateway, such as `operator.read`.", {
    default: "nothing",
    example: ["operator.read"],
  }),
  manager: optional(values.manager, "What keeps its sidecar running; needed with `sidecar`.", { example: "launchd" }),
  haproxy,
  ...access,
})

/** The rules between the keys of a client. */
export const clientRules: readonly Rule[] = [
  {
    key: "manager",
    allowed: "what keeps its sidecar running: launchd, systemd or process",
    broken: ({ sidecar, manager }) => sidecar !== undefined && manager === undefined,
  },
]
