import * as v from "valibot"
import { deliveries } from "../components/member.ts"
import { credentials, gatewayModes } from "../products/readers.ts"
import { access } from "./guard-schema.ts"
import { optional, optionalList, type Rule, required, strictMapping, withRules } from "./shapes.ts"
import * as values from "./values.ts"

const extraPlace = strictMapping({
  name: required(values.name, "Its part of the resource's name: `backup script` is shown as `tw backup script`."),
  path: required(values.path, "The file: absolute, or `~/…`."),
  locator: required(
    values.line,
    "Where in the file: a config key, a variable's name, a `--flag`, `SERVICE.VARIABLE`, or `*` for the whole file.",
  ),
  format: optional(values.format, "The file's format. Default: as the file's name says."),
  must: optional(
    values.oneOf(["token", "nothing", "reference"]),
    "What it must contain: `token`, `nothing`, or the `reference` that is given. Default: `token`.",
  ),
  reference: optional(values.opReference, "What it contains instead of the token, such as `op://Home/gatekey/token`."),
  why: optional(values.line, "Why, in a few words."),
  overwrite: optional(
    values.boolean,
    "Overwrite an unknown live value at the first `up`. Default: that of the member.",
  ),
})

const place = withRules(extraPlace, {
  key: "reference",
  allowed: "op://VAULT/ITEM/FIELD with must: reference, and only with it",
  broken: ({ must, reference }) =>
    (must === "reference" && reference === undefined) ||
    (reference !== undefined && must !== undefined && must !== "reference"),
})

const reader = strictMapping({
  command: optional(
    values.commandLine,
    "The program and its arguments that print the token there. Default: `op read` of the vault's item, or the vault's own `read`.",
  ),
  credentials: optional(
    values.path,
    "A file there of lines `NAME=value` with the credentials of the program; gatekey neither writes nor reads it. Default: the variables of the process.",
  ),
  environment: optionalList(
    values.variable,
    "Further variables of the process that the program may see. Default: those that its vault needs.",
  ),
})

const program = strictMapping({
  command: required(
    v.pipe(
      v.array(values.line, "expected a list: the program (absolute, or starting with ~/ or ./) and its arguments"),
      v.check(([first]) => values.isProgram(first), "expected the program first: absolute, or starting with ~/ or ./"),
    ),
    "The program (absolute, or starting with `~/` or `./`) and its arguments, none of them a secret.",
  ),
  environment: optional(
    v.record(values.variable, values.line, "expected a mapping from variables to strings, none of them a secret"),
    "Variables of the process, none of them a secret.",
  ),
  environmentFile: optional(values.path, "A file of `NAME=value` lines that the process reads at its start."),
  folder: optional(values.path, "The folder it runs in. Default: the home."),
  log: optional(values.path, "The file for its output."),
  description: optional(values.line, "One line that the service manager shows."),
  restartDelay: optional(values.seconds, "Seconds before it is restarted."),
})

export const whereabouts = {
  host: required(values.host, "Where it runs: `local`, or `ssh://[user@]name[:port]`."),
  home: optional(
    values.home,
    "Absolute folder in place of `~`, for a sandbox or another user. Default: the home of the host's user.",
  ),
  product: optional(values.product, "`openclaw` or `clawdbot`. Default: `openclaw`."),
}

const member = {
  ...whereabouts,
  manager: required(
    values.manager,
    "What starts it: `launchd`, `systemd` (a user unit), or `process` (nothing that keeps a file of its own).",
  ),
  service: optional(
    values.oneOf(["manage", "watch", "none"]),
    "`manage`: what is installed and not disabled by its user is kept running, with the current token. `watch`: differences are reported only. `none`: it is not checked. Default: `manage`.",
  ),
  program: optional(
    program,
    "What it starts: gatekey then owns and installs the whole definition. Default: that of the product's own installer.",
  ),
  delivery: optional(
    values.oneOf(deliveries),
    "How the config gets the token: a `reference` to one secret file, a `copy`, or `exec`: a reference to a program that fetches it from the vault. Default: `reference`; `copy` for clawdbot.",
  ),
  reader: optional(reader, "How `delivery: exec` reads the vault there."),
  profiles: optionalList(
    values.path,
    "Profiles of sh, bash and zsh that must not export the token, such as `~/.zshrc`. Default: none.",
  ),
  dropIns: optionalList(
    values.fileName,
    "Drop-ins of the systemd unit that must not contain the token: file names such as `10-token.conf`. Default: none.",
  ),
  places: optionalList(place, "Further places on this host. Default: none."),
  predecessor: optional(
    values.boolean,
    "The places of the previous product (clawdbot, for openclaw) must not contain the token. Default: true.",
  ),
  overwrite: optional(values.boolean, "Overwrite unknown live values at the first `up`. Default: false."),
}

/** The rules between the keys of a gateway or a node. */
export const memberRules: readonly Rule[] = [
  {
    key: "home",
    allowed: "an absolute folder, on a host other than local",
    broken: ({ host, home }) => String(host).startsWith("ssh:") && String(home).startsWith("./"),
  },
  {
    key: "delivery",
    allowed: "copy, since clawdbot understands no reference",
    broken: ({ product, delivery }) => product === "clawdbot" && (delivery === "reference" || delivery === "exec"),
  },
  {
    key: "reader",
    allowed: "only with delivery: exec",
    broken: ({ delivery, reader }) => reader !== undefined && delivery !== "exec",
  },
  {
    key: "program",
    allowed: "what the process starts, such as {command: [/usr/local/bin/openclaw, node, run]}; or service: none",
    broken: ({ manager, service, program }) =>
      manager === "process" && program === undefined && (service === "manage" || service === "watch"),
  },
  {
    key: "bind",
    allowed: "only with mode: trusted-proxy",
    broken: ({ bind, mode }) => bind === "loopback" && mode !== "trusted-proxy",
  },
  {
    key: "mode",
    allowed: "token or password, since clawdbot trusts no proxy",
    broken: ({ product, mode }) => product === "clawdbot" && mode === "trusted-proxy",
  },
  {
    key: "dropIns",
    allowed: "only with manager: systemd",
    broken: ({ manager, dropIns }) => dropIns !== undefined && (manager === "launchd" || manager === "process"),
  },
]

/** The keys for other processes on its port. */
export const listener = {
  owners: optionalList(
    values.spec,
    "Other owners that may use its port, such as `docker:NAME` or `process:haproxy`. Default: none.",
  ),
  evict: optionalList(values.spec, "What `up` stops if it uses the port, and keeps from restarting. Default: none."),
}
export const gateway = strictMapping({
  ...member,
  mode: optional(
    values.oneOf(gatewayModes),
    "How it authenticates its clients (`gateway.auth.mode`): by a `token` or a `password`, or as its guard says (`trusted-proxy`), so that no secret lets in. Default: `token`.",
  ),
  bind: optional(
    values.oneOf(["loopback"]),
    "It listens on its loopback only (`gateway.bind`), so that no way leads past its guard. Default: as its config says.",
  ),
  port: optional(values.port, "TCP port it listens on. Default: the product's (18789)."),
  tlsFingerprint: optional(
    values.certificate,
    "SHA-256 of its certificate, if it speaks TLS (`gateway.tls`). Default: it speaks none.",
  ),
  guarded: optional(
    values.boolean,
    "Its port may be reached from other hosts, since a proxy with TLS, a firewall or a VPN protects it. Default: false, and a preview warns of it.",
  ),
  ...listener,
})
export const node = strictMapping({
  ...member,
  ...access,
  mode: optional(
    values.oneOf(credentials),
    "What it sends the secret as: `token` or `password`. Default: the mode of its gateway.",
  ),
  credential: optional(
    values.oneOf(["token", "device"]),
    "What it sends to the gateway once it is paired: the `token`, or only its own `device` credential. Default: `token`.",
  ),
  gateway: optional(
    values.name,
    "The gateway that it belongs to, by its name here. Default: the only one of its product.",
  ),
  url: optional(values.route, "Its route there, such as `ws://studio.local:18789`. Default: what it was started with."),
  pairing: optional(
    strictMapping({
      name: optional(values.line, "What it calls itself (`--display-name`). Default: its name here."),
      device: optional(values.publicId, "The id of its device, as a second identification."),
      approve: optional(values.boolean, "Its first pairing is approved. Default: false."),
    }),
    "How its gateway identifies it. Default: its pairing is not checked.",
  ),
  stray: optional(
    values.boolean,
    "Whether a gateway that runs on this host is undeclared. Default: true, unless a gateway is declared on the host.",
  ),
  ...listener,
})
