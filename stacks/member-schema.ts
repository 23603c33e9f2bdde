import * as v from "valibot"
import { deliveries } from "../components/member.ts"
import { formatScalar } from "../core/scalar.ts"
import { credentials, gatewayModes } from "../products/readers.ts"
import { access } from "./guard-schema.ts"
import { optional, optionalList, type Rule, required, strictMapping, withRules } from "./shapes.ts"
import * as values from "./values.ts"

const extraPlace = strictMapping({
  name: required(values.name, "Its part of the resource's name: `backup script` is shown as `tw backup script`.", {
    example: "backup script",
  }),
  path: required(values.path, "The file: absolute, or `~/…`.", { example: "~/bin/report.sh" }),
  locator: required(
    values.line,
    "Where in the file: a config key, a variable's name, a `--flag`, `SERVICE.VARIABLE`, or `*` for the whole file.",
    { example: "OPENCLAW_GATEWAY_TOKEN" },
  ),
  format: optional(values.format, "The file's format.", { default: "as the file's name says" }),
  must: optional(
    values.oneOf(["token", "nothing", "reference"]),
    "What it must contain: `token`, `nothing`, or the `reference` that is given.",
    { default: "`token`" },
  ),
  reference: optional(values.opReference, "What it contains instead of the token, such as `op://Home/gatekey/token`."),
  why: optional(values.line, "Why, in a few words.", { example: "the nightly report reads it" }),
  overwrite: optional(values.boolean, "Overwrite an unknown live value at the first `up`.", {
    default: "that of the member",
  }),
})

const place = withRules(extraPlace, {
  key: "reference",
  allowed: "op://VAULT/ITEM/FIELD with must: reference, and only with it",
  broken: ({ must, reference }) =>
    (must === "reference" && reference === undefined) ||
    (reference !== undefined && must !== undefined && must !== "reference"),
})

const reader = strictMapping({
  command: optional(values.commandLine, "The program and its arguments that print the token there.", {
    default: "`op read` of the vault's item, or the vault's own `read`",
    example: ["/usr/bin/op", "read", "op://Home/gatekey/token"],
  }),
  credentials: optional(
    values.path,
    "A file there of lines `NAME=value` with the credentials of the program; gatekey neither writes nor reads it.",
    { default: "the variables of the process", example: "~/.config/op/credentials.env" },
  ),
  environment: optionalList(values.variable, "Further variables of the process that the program may see.", {
    default: "those that its vault needs",
  }),
})

const program = strictMapping({
  command: required(
    v.pipe(
      v.array(values.line, "expected a list: the program (absolute, or starting with ~/ or ./) and its arguments"),
      v.check(([first]) => values.isProgram(first), "expected the program first: absolute, or starting with ~/ or ./"),
    ),
    "The program (absolute, or starting with `~/` or `./`) and its arguments, none of them a secret.",
    { example: ["/usr/local/bin/openclaw", "node", "run"] },
  ),
  environment: optional(
    v.record(values.variable, values.line, "expected a mapping from variables to strings, none of them a secret"),
    "Variables of the process, none of them a secret.",
    { example: { NODE_ENV: "production" } },
  ),
  environmentFile: optional(values.path, "A file of `NAME=value` lines that the process reads at its start.", {
    example: "~/.openclaw/node.env",
  }),
  folder: optional(values.path, "The folder it runs in.", { default: "the home", example: "~/work" }),
  log: optional(values.path, "The file for its output.", { example: "~/Library/Logs/openclaw.log" }),
  description: optional(values.line, "One line that the service manager shows.", { example: "The assistant's node" }),
  restartDelay: optional(values.seconds, "Seconds before it is restarted."),
})

export const whereabouts = {
  host: required(values.host, "Where it runs: `local`, or `ssh://[user@]name[:port]`."),
  home: optional(values.home, "Absolute folder in place of `~`, for a sandbox or another user.", {
    default: "the home of the host's user",
  }),
  product: optional(values.product, "`openclaw` or `clawdbot`.", { default: "`openclaw`" }),
}

const member = {
  ...whereabouts,
  manager: required(
    values.manager,
    "What starts it: `launchd`, `systemd` (a user unit), or `process` (nothing that keeps a file of its own).",
    { example: "launchd" },
  ),
  service: optional(
    values.oneOf(["manage", "watch", "none"]),
    "`manage`: what is installed and not disabled by its user is kept running, with the current token. `watch`: differences are reported only. `none`: it is not checked.",
    { default: "`manage`" },
  ),
  program: optional(program, "What it starts: gatekey then owns and installs the whole definition.", {
    default: "that of the product's own installer",
  }),
  delivery: optional(
    values.oneOf(deliveries),
    "How the config gets the token: a `reference` to one secret file, a `copy`, or `exec`: a reference to a program that fetches it from the vault.",
    { default: "`reference`; `copy` for clawdbot" },
  ),
  reader: optional(reader, "How `delivery: exec` reads the vault there."),
  profiles: optionalList(
    values.path,
    "Profiles of sh, bash and zsh that must not export the token, such as `~/.zshrc`.",
    { default: "none" },
  ),
  dropIns: optionalList(
    values.fileName,
    "Drop-ins of the systemd unit that must not contain the token: file names such as `10-token.conf`.",
    { default: "none" },
  ),
  places: optionalList(place, "Further places on this host.", { default: "none" }),
  predecessor: optional(
    values.boolean,
    "The places of the previous product (clawdbot, for openclaw) must not contain the token.",
    { default: "true" },
  ),
  overwrite: optional(values.boolean, "Overwrite unknown live values at the first `up`.", { default: "false" }),
}

/** The rules between the keys of a gateway or a node. */
export const memberRules: readonly Rule[] = [
  {
    key: "home",
    allowed: "an absolute folder, on a host other than local",
    broken: ({ host, home }) => formatScalar(host).startsWith("ssh:") && formatScalar(home).startsWith("./"),
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
  owners: optionalList(values.spec, "Other owners that may use its port, such as `docker:NAME` or `process:haproxy`.", {
    default: "none",
  }),
  evict: optionalList(values.spec, "What `up` stops if it uses the port, and keeps from restarting.", {
    default: "none",
  }),
}
export const gateway = strictMapping({
  ...member,
  mode: optional(
    values.oneOf(gatewayModes),
    "How it authenticates its clients (`gateway.auth.mode`): by a `token` or a `password`, or as its guard says (`trusted-proxy`), so that no secret lets in.",
    { default: "`token`" },
  ),
  bind: optional(
    values.oneOf(["loopback"]),
    "It listens on its loopback only (`gateway.bind`), so that no way leads past its guard.",
    { default: "as its config says" },
  ),
  port: optional(values.port, "TCP port it listens on.", { default: "the product's (18789)" }),
  tlsFingerprint: optional(values.certificate, "SHA-256 of its certificate, if it speaks TLS (`gateway.tls`).", {
    default: "it speaks none",
  }),
  guarded: optional(
    values.boolean,
    "Its port may be reached from other hosts, since a proxy with TLS, a firewall or a VPN protects it.",
    { default: "false, and a preview warns of it" },
  ),
  ...listener,
})
export const node = strictMapping({
  ...member,
  ...access,
  mode: optional(values.oneOf(credentials), "What it sends the secret as: `token` or `password`.", {
    default: "the mode of its gateway",
  }),
  credential: optional(
    values.oneOf(["token", "device"]),
    "What it sends to the gateway once it is paired: the `token`, or only its own `device` credential.",
    { default: "`token`" },
  ),
  gateway: optional(values.name, "The gateway that it belongs to, by its name here.", {
    default: "the only one of its product",
  }),
  url: optional(values.route, "Its route there, such as `ws://studio.local:18789`.", {
    default: "what it was started with",
  }),
  pairing: optional(
    strictMapping({
      name: optional(values.line, "What it calls itself (`--display-name`).", {
        default: "its name here",
        example: "tw",
      }),
      device: optional(values.publicId, "The id of its device, as a second identification.", {
        example: "3f1c0a9be2d44c75",
      }),
      approve: optional(values.boolean, "Its first pairing is approved.", { default: "false" }),
    }),
    "How its gateway identifies it.",
    { default: "its pairing is not checked" },
  ),
  stray: optional(values.boolean, "Whether a gateway that runs on this host is undeclared.", {
    default: "true, unless a gateway is declared on the host",
  }),
  ...listener,
})
