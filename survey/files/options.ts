import { Secret } from "../../core/secret.ts"
import type { Role } from "../../products/product.ts"

/** What the words of a gateway or a node say. */
export interface Options {
  /** Of `--token`. */
  readonly flag: Secret | undefined
  /** Where a node goes: `--url`, or `--host` with `--port`. */
  readonly route: string | undefined
  /** A gateway's. */
  readonly port: number | undefined
  /** `--profile NAME`. */
  readonly profile: string | undefined
  /** What a node calls itself: `--display-name`. */
  readonly displayName: string | undefined
  /** How a gateway lets clients in: `--auth`. */
  readonly auth: string | undefined
  /** Whether a gateway is given a password. */
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
