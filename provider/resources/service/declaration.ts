import { may, need, preset } from "../../declare.ts"
import {
  anyObject,
  boolean,
  digest,
  host,
  object,
  oneOf,
  path,
  port,
  positive,
  record,
  secret,
  string,
  strings,
  variable,
} from "../../kinds.ts"
import { bound } from "../bound.ts"

/** A definition that gatekey owns as a whole. */
export const program = object("Program", {
  command: need(strings, "The program, as an absolute path or one that starts with `~/`, and its arguments."),
  environment: may(record(string), "Variables of its environment."),
  environmentFile: may(
    string,
    "A file of `NAME=value` lines, mode 0600, that is added to its environment at each start; it may contain the token.",
  ),
  folder: may(string, "Its working directory. Default: the home folder."),
  log: may(string, "The file that gets its output. Default: the log of the manager."),
  description: may(string, "A description, in one line."),
  restartDelay: may(
    positive,
    "Seconds until it is started again: after its end (systemd), or after its last start (the others). Default: 5.",
  ),
})

/** A gateway on the host of its service. */
const gateway = object("ServiceGateway", {
  port: need(port, "The TCP port of the gateway."),
  product: need(string, "The product that the gateway belongs to."),
  tlsFingerprint: may(digest, "The SHA-256 of its certificate in hex, if it speaks TLS."),
})

const codes = object("ServiceCodes", {
  definition: need(string, "The code of the definition's state."),
  process: need(string, "The code of the process's state."),
  runsWith: need(string, "The code of what it runs with."),
})

export const serviceDeclaration = {
  about: "What really runs: the definition as it is loaded, the live process, and the token that it runs with.",
  inputs: {
    host: preset(host, "local", "The host: `local`, or `ssh://[user@]name[:port]`."),
    manager: need(
      oneOf(["launchd", "systemd", "process", "container"]),
      "What keeps it running: launchd, systemd (a user unit), a plain process, or a container engine.",
    ),
    name: need(string, "The label, the unit, the container, or a name for the process."),
    path: may(path, "The file of its definition. Default: where the manager looks for one of that name."),
    variable: need(variable, "The environment variable that can carry the token."),
    must: preset(oneOf(["token", "nothing"]), "nothing", "What the environment of the live process must contain."),
    reads: may(path, "A file of one token that the process reads at its start, and keeps from then on."),
    gateway: may(gateway, "The gateway that it is, which accepts a new token without a restart. Default: none."),
    otherwise: preset(string, "device pairing", "How it authenticates if it has no token, in a few words."),
    keepAlive: may(string, "Why it must be started again whenever it ends, in a few words. Default: not needed."),
    program: may(program, "Its definition, owned as a whole. Default: the definition of the product's own installer."),
    optional: may(boolean, "Accept that it is not installed, or disabled by its user. Default: false."),
    overwrite: may(boolean, "Replace a definition that gatekey did not write by `program`. Default: false."),
    act: preset(oneOf(["manage", "watch"]), "manage", "`watch`: differences are reported, and nothing is done."),
    revisions: may(
      strings,
      "The revisions of the places that it is made of: a changed one plans its reload or restart.",
    ),
    why: may(string, "Why, in a few words; shown with a drift."),
    ...bound,
  },
  computed: {
    definition: need(string, "Describes the definition: `loaded`, `not loaded`, `edited on disk but not reloaded`."),
    process: need(string, "Describes the process: `running since …`, `not running (exit 1, 7 restarts)`."),
    runsWith: need(string, "Describes what it runs with: `generation 2 (fp:…)`, `no token (device pairing)`."),
  },
  outputs: {
    codes: may(codes, "The codes of what `definition`, `process` and `runsWith` describe."),
    keepsAlive: may(boolean, "Its manager starts it again whenever it ends."),
    advice: may(string, "What its user should change, in words."),
    ran: may(anyObject, "The last process that was seen, and what was tried on it."),
    ring: may(secret, "The fingerprints of the Token's values."),
  },
}
