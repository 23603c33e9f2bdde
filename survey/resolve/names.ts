import { shown } from "../../core/escape.ts"
import { showPath } from "../../core/home.ts"
import { parseHost } from "../../core/host.ts"
import { maskStrictly } from "../../core/mask.ts"
import { products } from "../../products/index.ts"
import { productNames } from "../../products/product.ts"
import type { Member } from "../collect/member.ts"
import type { HomeSnapshot } from "../files/home-snapshot.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { isSessionFile } from "../files/session-files.ts"

// Names of files, units and machines are foreign text: all of it is escaped.

/** Names a place: `~/.openclaw/openclaw.json gateway.auth.token`. */
export function placeName({ path, locator, line }: PlaceCopy, home: string): string {
  if (locator === "*") return showPath(path, home)
  return `${showPath(path, home)} ${shown(locator)}${line === undefined ? "" : ` (line ${line})`}`
}

/** Names a host: `studio` for `ssh://me@studio.local`; the machine's own name for `local`. */
export function hostName(host: string, { name, label }: Pick<HomeSnapshot, "name" | "label">): string {
  if (label !== undefined) return shown(label, 300)
  return shown(parseHost(host)?.name ?? (name.split(".")[0] || "this machine"))
}

/** Adds labels that distinguish the homes of one host. */
export function withLabels<
  Looked extends { readonly target: { readonly host: string }; readonly snapshot: HomeSnapshot },
>(looks: readonly Looked[]): Looked[] {
  const names = looks.map(({ target, snapshot }) => hostName(target.host, snapshot))
  return looks.map((look, at) =>
    names.filter((name) => name === names[at]).length < 2
      ? look
      : { ...look, snapshot: { ...look.snapshot, label: `${names[at]} (${look.snapshot.home})` } },
  )
}

/** Names what starts a member: `openclaw-node.service`, `ai.openclaw.node`; else `openclaw node`. */
export function serviceName({ definitions, process, product, role }: Member): string {
  return shown(process?.service?.name ?? definitions[0]?.name ?? `${product} ${role}`)
}

/** Describes a copy's place in a sentence: `its LaunchAgent's environment`, `the drop-in ~/…/10-token.conf`. */
export function describeSource(copy: PlaceCopy, home: string): string {
  const path = showPath(copy.path, home)
  switch (copy.kind) {
    case "launch agent environment":
      return `its LaunchAgent's environment (${path})`
    case "launch agent arguments":
      return `--token in its LaunchAgent (${path})`
    case "unit arguments":
      return `--token in its unit (${path})`
    case "unit environment":
      return `the environment of its unit (${path})`
    case "unit drop-in":
      return `the environment in its unit's drop-in (${path})`
    case "unit env file":
    case "launch agent env file":
      return `the environment file ${path}`
    case "profile":
      return isSessionFile(copy.path) ? `systemd's environment (${path})` : `the environment of a shell (${path})`
    default:
      return path
  }
}

/** Describes a variable of a reference; it shows only plain names, because a token may also begin with `$`. */
export function describeVariable({ name, isBare }: { readonly name: string; readonly isBare?: boolean }): string {
  if (productNames.some((product) => products[product].variable === name)) return name
  const words = name.split("_")
  const isShort = words.length > 1 && name.length <= 20
  const isPlain =
    words.every((word) => /^(?:[A-Z]{1,16}|\d{1,2})$/.test(word)) && (isShort || words.some((word) => known.has(word)))
  return isPlain && !isBare ? maskStrictly(name) : "a variable"
}

const known = new Set(["TOKEN", "GATEWAY", "OPENCLAW", "CLAWDBOT", "SECRET", "PASSWORD", "KEY", "AUTH"])
