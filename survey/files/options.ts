import { Secret } from "../../core/secret.ts"
import type { Role } from "../../products/product.ts"

/** The options of a gateway's or node's command line. */
export interface Options {
  /** The value of `--token`. */
  readonly flag: Secret | undefined
  /** A node's route: `--url`, or `--host` with `--port`. */
  readonly route: string | undefined
  /** A gateway's port. */
  readonly port: number | undefined
  /** `--profile NAME`. */
  readonly profile: string | undefined
  /** A node's `--display-name`. */
  readonly displayName: string | undefined
  /** A gateway's authentication mode: `--auth`. */
  readonly auth: string | undefined
  /** Whether a gateway gets a password. */
  readonly password: boolean
}

const options = ["--token", "--url", "--host", "--port", "--profile", "--display-name", "--auth"]

export function optionsIn(words: readonly string[], role: Role): Options {
  const [flag, url, host, port, profile, displayName, auth] = options.map((name) => optionIn(words, name))
  const scheme = words.includes("--tls") ? "wss" : "ws"
  return {
    flag: flag === undefined ? undefined : new Secret(flag),
    route:
      role === "node" && (url || host || port)
        ? (url ?? `${scheme}://${host ?? "127.0.0.1"}:${port ?? 18789}`)
        : undefined,
    port: role === "gateway" && port && /^\d+$/.test(port) ? Number(port) : undefined,
    profile,
    displayName,
    auth: role === "gateway" ? auth : undefined,
    password: role === "gateway" && words.some((word) => /^--password(-file)?(=|$)/.test(word)),
  }
}

function optionIn(words: readonly string[], flag: string): string | undefined {
  const joined = words.find((word) => word.startsWith(`${flag}=`))
  if (joined !== undefined) return joined.slice(flag.length + 1)
  const at = words.indexOf(flag)
  return at < 0 ? undefined : words[at + 1]
}
