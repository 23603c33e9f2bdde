import * as v from "valibot"
import { deliveries } from "../components/member.ts"
import { credentials } from "../products/readers.ts"
import { list, may, need, type Rule, ruled, strict } from "./shapes.ts"
import * as is from "./values.ts"

const extraPlace = strict({
  name: need(is.name, "Its words in the resource's name: `backup script` is shown as `tw backup script`."),
  path: need(is.path, "The file: absolute, or `~/…`."),
  locator: need(
    is.words,
    "Where in the file: a config key, a variable's name, a `--flag`, `SERVICE.VARIABLE`, or `*` for the whole file.",
  ),
  format: may(is.format, "The file's format. Default: as its name says."),
  must: may(
    is.oneOf(["token", "nothing", "reference"]),
    "What it must hold: `token`, `nothing`, or the `reference` that is given. Default: `token`.",
  ),
  reference: may(is.opReference, "What it holds in place of a token, such as `op://Home/gatekey/token`."),
  why: may(is.words, "Why, in a few words."),
  overwrite: may(is.flag, "Write over a live value that is not known, at the first `up`. Default: that of the member."),
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
    "A file there of lines `NAME=value` that let the program in; gatekey neither writes nor reads it. Default: the variables of the process.",
  ),
  environment: list(
    is.variable,
    "Further variables of the process that the program may see. Default: those that its vault is known to need.",
  ),
})

const program = strict({
  command: need(
    v.pipe(
      v.array(is.words, "allowed: a list: the program (absolute, or starting with ~/ or ./) and its arguments"),
      v.check(([first]) => is.isProgram(first), "allowed: the program first: absolute, or starting with ~/ or ./"),
    ),
    "The program (absolute, or starting with `~/` or `./`) and its arguments, none of them a secret.",
  ),
  environment: may(
    v.record(is.variable, is.words, "allowed: a mapping from variables to texts, none of them a secret"),
    "Variables of the process, none of them a secret.",
  ),
  environmentFile: may(is.path, "A file of `NAME=value` lines that the process reads at its start."),
  folder: may(is.path, "The folder it runs in. Default: the home."),
  log: may(is.path, "The file that its output goes to."),
  description: may(is.words, "One line that the service manager shows."),
  restartDelay: may(is.seconds, "Whole seconds before it is started again."),
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
    "As what the gateway checks the secret (`gateway.auth.mode`), and a node sends it: `token` or `password`. Default: `token`; a node has the mode of its gateway.",
  ),
  service: may(
    is.oneOf(["manage", "watch", "none"]),
    "`manage`: what is installed and not switched off by its user is kept running, with the current token. `watch`: what differs is said, and nothing is done. `none`: it is not looked at. Default: `manage`.",
  ),
  program: may(
    program,
    "What it starts: its definition is then owned whole, and installed. Default: that of the product's own installer.",
  ),
  delivery: may(
    is.oneOf(deliveries),
    "How the token gets into the config: a `reference` to one secret file, a `copy`, or `exec`: a reference to a program that fetches it from the vault. Default: `reference`; `copy` for clawdbot.",
  ),
  reader: may(reader, "How `delivery: exec` reads the vault there."),
  profiles: list(
    is.path,
    "Profiles of sh, bash and zsh that must not export the token, such as `~/.zshrc`. Default: none.",
  ),
  dropIns: list(
    is.fileName,
    "Drop-ins of the systemd unit that must hold nothing: file names such as `10-token.conf`. Default: none.",
  ),
  places: list(place, "Further places on this host. Default: none."),
  predecessor: may(
    is.flag,
    "The places of the product that came before (clawdbot, for openclaw) must hold nothing. Default: true.",
  ),
  overwrite: may(is.flag, "Write over live values that are not known, at the first `up`. Default: false."),
}

/** Rules between the keys of a gateway or a node. */
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

/** Who else may have its port. */
export const listener = {
  owners: list(is.spec, "Others that may have its port, such as `docker:NAME` or `process:haproxy`. Default: none."),
  evict: list(is.spec, "Whom `up` stops when they have its port, and whose restart it switches off. Default: nobody."),
}
export const gateway = strict({
  ...member,
  port: may(is.port, "TCP port it listens on. Default: the product's (18789)."),
  tlsFingerprint: may(
    is.certificate,
    "SHA-256 of its certificate, where it speaks TLS (`gateway.tls`). Default: it speaks none.",
  ),
  guarded: may(
    is.flag,
    "Others may reach its port, as a proxy with TLS, a firewall or a VPN guards it. Default: false, and a preview warns of such a one.",
  ),
  ...listener,
})
export const node = strict({
  ...member,
  credential: may(
    is.oneOf(["token", "device"]),
    "What it shows the gateway once it is paired: the `token`, or its own `device` credential alone. Default: `token`.",
  ),
  gateway: may(is.name, "The gateway that it belongs to, by its name here. Default: the only one of its product."),
  url: may(is.route, "Its route there, such as `ws://studio.local:18789`. Default: what it was started with."),
  pairing: may(
    strict({
      name: may(is.words, "What it calls itself (`--display-name`). Default: its name here."),
      device: may(is.publicId, "The id of its device, to be known by as well."),
      approve: may(is.flag, "Its first pairing is approved. Default: false."),
    }),
    "How its gateway is to know it. Default: its pairing is not looked at.",
  ),
  stray: may(
    is.flag,
    "Whether a gateway that runs on this host is one too many. Default: true, but where a gateway is declared on the host.",
  ),
  ...listener,
})
