import * as v from "valibot"
import { deliveries } from "../components/member.ts"
import { credentials } from "../products/readers.ts"
import { list, may, need, type Rule, ruled, strict } from "./shapes.ts"
import * as is from "./values.ts"

const extraPlace = strict({
  name: need(is.name, "Its part of the resource's name: `backup script` is shown as `tw backup script`."),
  path: need(is.path, "The file: absolute, or `~/…`."),
  locator: need(
    is.words,
    "Where in the file: a config key, a variable's name, a `--flag`, `SERVICE.VARIABLE`, or `*` for the whole file.",
  ),
  format: may(is.format, "The file's format. Default: as the file's name says."),
  must: may(
    is.oneOf(["token", "nothing", "reference"]),
    "What it must contain: `token`, `nothing`, or the `reference` that is given. Default: `token`.",
  ),
  reference: may(is.opReference, "What it contains instead of the token, such as `op://Home/gatekey/token`."),
  why: may(is.words, "Why, in a few words."),
  overwrite: may(is.flag, "Overwrite an unknown live value at the first `up`. Default: that of the member."),
})

const place = ruled(extraPlace, {
  key: "reference",
  allowed: "op://VAULT/ITEM/FIELD with must: reference, and only with it",
  broken: ({ must, reference }) =>
    (must === "reference" && reference === undefined) ||
    (reference !== undefined && must !== undefined && must !== "reference"),
})

const reader = strict({
  command: may(
    is.programWords,
    "The program and its arguments that print the token there. Default: `op read` of the vault's item, or the vault's own `read`.",
  ),
  credentials: may(
    is.path,
    "A file there of lines `NAME=value` with the credentials of the program; gatekey neither writes nor reads it. Default: the variables of the process.",
  ),
  environment: list(
    is.variable,
    "Further variables of the process that the program may see. Default: those that its vault needs.",
  ),
})

const program = strict({
  command: need(
    v.pipe(
      v.array(is.words, "expected a list: the program (absolute, or starting with ~/ or ./) and its arguments"),
      v.check(([first]) => is.isProgram(first), "expected the program first: absolute, or starting with ~/ or ./"),
    ),
    "The program (absolute, or starting with `~/` or `./`) and its arguments, none of them a secret.",
  ),
  environment: may(
    v.record(is.variable, is.words, "expected a mapping from variables to strings, none of them a secret"),
    "Variables of the process, none of them a secret.",
  ),
  environmentFile: may(is.path, "A file of `NAME=value` lines that the process reads at its start."),
  folder: may(is.path, "The folder it runs in. Default: the home."),
  log: may(is.path, "The file for its output."),
  description: may(is.words, "One line that the service manager shows."),
  restartDelay: may(is.seconds, "Seconds before it is restarted."),
})

export const whereabouts = {
  host: need(is.host, "Where it runs: `local`, or `ssh://[user@]name[:port]`."),
  home: may(
    is.home,
    "Absolute folder in place of `~`, for a sandbox or another user. Default: the home of the host's user.",
  ),
  product: may(is.product, "`openclaw` or `clawdbot`. Default: `openclaw`."),
}

const member = {
  ...whereabouts,
  manager: need(
    is.manager,
    "What starts it: `launchd`, `systemd` (a user unit), or `process` (nothing that keeps a file of its own).",
  ),
  mode: may(
    is.oneOf(credentials),
    "What the gateway checks the secret as (`gateway.auth.mode`), and a node sends it: `token` or `password`. Default: `token`; a node has the mode of its gateway.",
  ),
  service: may(
    is.oneOf(["manage", "watch", "none"]),
    "`manage`: what is installed and not disabled by its user is kept running, with the current token. `watch`: differences are reported only. `none`: it is not checked. Default: `manage`.",
  ),
  program: may(
    program,
    "What it starts: gatekey then owns and installs the whole definition. Default: that of the product's own installer.",
  ),
  delivery: may(
    is.oneOf(deliveries),
    "How the config gets the token: a `reference` to one secret file, a `copy`, or `exec`: a reference to a program that fetches it from the vault. Default: `reference`; `copy` for clawdbot.",
  ),
  reader: may(reader, "How `delivery: exec` reads the vault there."),
  profiles: list(
    is.path,
    "Profiles of sh, bash and zsh that must not export the token, such as `~/.zshrc`. Default: none.",
  ),
  dropIns: list(
    is.fileName,
    "Drop-ins of the systemd unit that must not contain the token: file names such as `10-token.conf`. Default: none.",
  ),
  places: list(place, "Further places on this host. Default: none."),
  predecessor: may(
    is.flag,
    "The places of the previous product (clawdbot, for openclaw) must not contain the token. Default: true.",
  ),
  overwrite: may(is.flag, "Overwrite unknown live values at the first `up`. Default: false."),
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
    key: "dropIns",
    allowed: "only with manager: systemd",
    broken: ({ manager, dropIns }) => dropIns !== undefined && (manager === "launchd" || manager === "process"),
  },
]

/** The keys for other processes on its port. */
export const listener = {
  owners: list(
    is.spec,
    "Other owners that may use its port, such as `docker:NAME` or `process:haproxy`. Default: none.",
  ),
  evict: list(is.spec, "What `up` stops if it uses the port, and keeps from restarting. Default: none."),
}
export const gateway = strict({
  ...member,
  port: may(is.port, "TCP port it listens on. Default: the product's (18789)."),
  tlsFingerprint: may(
    is.certificate,
    "SHA-256 of its certificate, if it speaks TLS (`gateway.tls`). Default: it speaks none.",
  ),
  guarded: may(
    is.flag,
    "Its port may be reached from other hosts, since a proxy with TLS, a firewall or a VPN protects it. Default: false, and a preview warns of it.",
  ),
  ...listener,
})
export const node = strict({
  ...member,
  credential: may(
    is.oneOf(["token", "device"]),
    "What it sends to the gateway once it is paired: the `token`, or only its own `device` credential. Default: `token`.",
  ),
  gateway: may(is.name, "The gateway that it belongs to, by its name here. Default: the only one of its product."),
  url: may(is.route, "Its route there, such as `ws://studio.local:18789`. Default: what it was started with."),
  pairing: may(
    strict({
      name: may(is.words, "What it calls itself (`--display-name`). Default: its name here."),
      device: may(is.publicId, "The id of its device, as a second identification."),
      approve: may(is.flag, "Its first pairing is approved. Default: false."),
    }),
    "How its gateway identifies it. Default: its pairing is not checked.",
  ),
  stray: may(
    is.flag,
    "Whether a gateway that runs on this host is undeclared. Default: true, unless a gateway is declared on the host.",
  ),
  ...listener,
})
