import { shellWord } from "./escape.ts"
import { parseHost } from "./host.ts"
import { containsSecret } from "./kind.ts"

/** A command of the user's own, run once for every new generation in force. */
export interface Hook {
  /** What previews call it. Default: `after rotation PROGRAM`, with the host where it is another. */
  readonly name?: string
  /** `local`, or `ssh://user@name[:port]`; the name is no alias of an ssh config, which the plugin does not read. */
  readonly host: string
  /** POSIX sh, a line or more. It stands in previews, errors and the state, so no secret may stand in it. */
  readonly command: string
  /** The token is a line of its standard input; what it prints is then thrown away. Default: false. */
  readonly token?: boolean
  /** The public key that the host must show, such as `ssh-ed25519 AAAA…`; needed with `ssh://`. */
  readonly hostKey?: string
  /** Where a local one runs. Default: the program's folder. */
  readonly folder?: string
}

type Unchecked = { readonly [Key in keyof Hook]?: unknown }

/** The rules of a hook beyond the types of its values, each with the allowed values. */
export const hookRules: readonly {
  readonly key: keyof Hook
  readonly allowed: string | ((hook: Unchecked) => string)
  readonly broken: (hook: Unchecked) => boolean
}[] = [
  {
    key: "command",
    allowed: "a command for sh, not empty, without control characters",
    broken: ({ command }) => typeof command === "string" && !isScript(command),
  },
  {
    key: "command",
    allowed: "a command without a secret in it; token: true gives it the token on standard input",
    broken: ({ command }) => typeof command === "string" && containsSecret(command),
  },
  {
    key: "host",
    allowed: "a host with its user, ssh://user@name[:port], since no ssh config is read for a hook",
    broken: ({ host }) => remote(host) !== undefined && remote(host)?.user === undefined,
  },
  {
    key: "hostKey",
    allowed: (hook) => `the key that the host shows, such as "ssh-ed25519 AAAA…", ed25519 or ecdsa: ${keyAdvice(hook)}`,
    broken: ({ host, hostKey }) => remote(host) !== undefined && !isHostKey(hostKey),
  },
  {
    key: "hostKey",
    allowed: "only with ssh://",
    broken: ({ host, hostKey }) => host === "local" && hostKey !== undefined,
  },
]

export function hookName({ name, host, command }: Hook): string {
  const program = /^\s*([\w./~-]+)(?=\s|$)/.exec(command)?.[1]?.split("/").at(-1) || "hook"
  const where = remote(host)?.name
  return name ?? `after rotation ${program}${where === undefined ? "" : ` on ${where}`}`
}

function remote(host: unknown) {
  return typeof host === "string" ? parseHost(host) : undefined
}

function isScript(command: string): boolean {
  return command.trim() !== "" && !/[^\P{Cc}\n\t]/u.test(command)
}

/** Checks an OpenSSH public key, whose bytes repeat its type. RSA is refused: the plugin would use SHA-1, which sshd refuses. */
function isHostKey(key: unknown): boolean {
  const [, type = "", blob = ""] =
    /^(ssh-ed25519|ecdsa-sha2-nistp(?:256|384|521)) ([A-Za-z0-9+/]{40,}={0,2})(?: \S.*)?$/.exec(String(key)) ?? []
  const bytes = Buffer.from(blob, "base64")
  return (
    type !== "" && bytes.readUInt32BE(0) === type.length && bytes.subarray(4, 4 + type.length).equals(Buffer.from(type))
  )
}

function keyAdvice({ host }: Unchecked): string {
  const { name = "NAME", port } = remote(host) ?? {}
  const scan = [
    "ssh-keyscan",
    "-t",
    "ed25519",
    ...(port === undefined ? [] : ["-p", String(port)]),
    shellWord(containsSecret(name) ? "NAME" : name),
  ]
  return `\`${scan.join(" ")}\` prints it after the name; compare it there with \`cat /etc/ssh/ssh_host_ed25519_key.pub\``
}
