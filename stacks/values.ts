import * as v from "valibot"
import { formatNames } from "../components/member.ts"
import { type DurationText, parseDuration } from "../core/duration.ts"
import { checkHost, checkPlaceHost, type HostText, hostRule, parseHost } from "../core/host.ts"
import { containsSecret } from "../core/kind.ts"
import { headerRule, isHeaderName, knownHeaders } from "../core/own-proxy.ts"
import { isPlainRoute, routeRule } from "../core/route.ts"
import { formatScalar } from "../core/scalar.ts"
import { formatSuggestion } from "../core/suggest.ts"
import { isVaultName, vaultNameRule } from "../core/vault.ts"
import { managers, productNames } from "../products/product.ts"

/** The part of a rule that JSON Schema can express. */
export interface ValueSchema {
  readonly type?: "string" | "integer" | "boolean"
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly anyOf?: readonly object[]
  /** The first one is in the documentation. */
  readonly examples?: readonly unknown[]
}

/** Describes a value that previews and the state show. Its message names only what is expected, never what was found. */
function leaf<T>(expected: string, test: (input: unknown) => boolean, json: ValueSchema = { type: "string" }) {
  const isSecret = (input: unknown) => typeof input === "string" && containsSecret(input)
  const message = ({ input }: { readonly input: unknown }) =>
    isSecret(input) ? `expected ${expected}, and nothing that looks like a secret` : `expected ${expected}`
  const isOpen = (input: unknown) => test(input) && !isSecret(input)
  return v.pipe(v.custom<T>(isOpen, message), v.description(`expected ${expected}`), v.metadata({ json }))
}

/** The schema of a string, of which that is an example. */
function stringLike(example: string): ValueSchema {
  return { type: "string", examples: [example] }
}

/** Describes a value that may look like a secret. */
function opaque<T>(expected: string, test: (input: unknown) => boolean, json: ValueSchema = { type: "string" }) {
  return v.pipe(v.custom<T>(test, `expected ${expected}`), v.description(`expected ${expected}`), v.metadata({ json }))
}

function matching<T extends string = string>(expected: string, pattern: RegExp, example?: string) {
  const json: ValueSchema = { type: "string", pattern: pattern.source, ...(example ? { examples: [example] } : {}) }
  return leaf<T>(expected, (input) => typeof input === "string" && pattern.test(input), json)
}

export function oneOf<const T extends readonly string[]>(known: T, choices = `one of ${known.join(", ")}`) {
  const expected = `expected ${choices}`
  const message = (issue: { input: unknown }) => formatSuggestion(formatScalar(issue.input), known) + expected
  const test = (input: unknown) => typeof input === "string" && known.includes(input)
  const json: ValueSchema = { type: "string", enum: known }
  return v.pipe(v.custom<T[number]>(test, message), v.description(expected), v.metadata({ json }))
}

function integer(expected: string, least: number, most: number, example: number) {
  return leaf<number>(
    expected,
    (input) => typeof input === "number" && Number.isSafeInteger(input) && input >= least && input <= most,
    { type: "integer", minimum: least, maximum: most, examples: [example] },
  )
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9 ._-]*$/
export const nameRule = "letters, digits, spaces, dots, hyphens and underscores, starting with a letter or digit"
export const name = matching(nameRule, namePattern, "studio")

export const host = leaf<HostText>(
  hostRule,
  (input) => typeof input === "string" && checkHost(input) === undefined,
  stringLike("ssh://me@tw.local"),
)

export const remoteHost = leaf<Exclude<HostText, "local">>(
  "ssh://[user@]name[:port]",
  (input) => typeof input === "string" && parseHost(input) !== undefined,
  stringLike("ssh://me@tw.local"),
)

/** Checks that a path has no `..` step and no control character. */
function plainPath(path: string): boolean {
  return !/\p{Cc}/u.test(path) && !path.split("/").includes("..")
}

const pathRule = "an absolute path or one that starts with ~/, without .."
function isPath(input: unknown): boolean {
  return typeof input === "string" && /^(?:~\/|\/)./.test(input) && plainPath(input)
}
export const path = leaf<string>(pathRule, isPath, stringLike("~/.zshrc"))

/** A folder on a host or in a container; Docker knows no `~`. */
export const folder = leaf<string>(
  "an absolute folder, without ..",
  (input) => isPath(input) && String(input).startsWith("/"),
  stringLike("/srv/openclaw"),
)

export function isProgram(input: unknown): boolean {
  return typeof input === "string" && /^(?:~\/|\.\/|\/)./.test(input) && plainPath(input)
}

/** A program and its arguments; a bar separates the parts of a place's name. */
export const commandLine = v.pipe(
  v.array(matching("words without |", /^[^|\p{Cc}]+$/u), "expected a list: a program and its arguments"),
  v.minLength(1, "expected a list: a program and its arguments"),
)

export const vaultName = leaf<string>(
  vaultNameRule,
  (input) => typeof input === "string" && isVaultName(input),
  stringLike("Home"),
)

const opPattern = /^op:\/\/[\w. -]+(?:\/[\w. -]+){2,3}$/
export const opReference = matching<`op://${string}`>("op://VAULT/ITEM/FIELD", opPattern, "op://Home/gatekey/token")

export const variable = matching("valid variable names", /^[A-Za-z_]\w*$/, "HTTPS_PROXY")

export const home = leaf<string>(
  "an absolute folder, or one that starts with ./ (in the project), without ..",
  (input) => {
    return typeof input === "string" && /^(?:\.\/|\/)./.test(input) && plainPath(input)
  },
  stringLike("/Users/tw"),
)

export const from = leaf<string>(
  "host|path|locator, such as local|~/.openclaw/openclaw.json|gateway.auth.token",
  (input) => {
    if (typeof input !== "string") return false
    const [at, file, locator, ...more] = input.split("|")
    return (
      at !== undefined &&
      checkPlaceHost(at) === undefined &&
      isPath(file) &&
      locator !== undefined &&
      locator !== "" &&
      more.length === 0
    )
  },
  stringLike("local|~/.openclaw/openclaw.json|gateway.auth.token"),
)

export const age = leaf<DurationText>(
  'a string such as "30d", "12h" or "2w"',
  (input) => {
    return typeof input === "string" && parseDuration(input) !== undefined
  },
  stringLike("30d"),
)

const specPattern = /^(docker|launchd|systemd|process):[^\s:][^\s]*$/
export const spec = matching(
  "docker:NAME, launchd:LABEL, systemd:UNIT or process:PROGRAM",
  specPattern,
  "docker:clawdbot-gateway-secure",
)
export const certificate = opaque<string>(
  "a SHA-256 fingerprint in hex, with colons or without",
  (input) => typeof input === "string" && /^(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/.test(input),
  stringLike(Array(32).fill("AB").join(":")),
)
export const listen = matching(
  "an address and a port, such as 0.0.0.0:18443",
  /^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):(?:[1-9]\d{0,4})$/,
  "0.0.0.0:18443",
)
export const lifetime = leaf<string>(
  'a string from "7d" to "398d"',
  (input) => {
    const days = typeof input === "string" ? (parseDuration(input) ?? 0) / 86_400_000 : 0
    return days >= 7 && days <= 398
  },
  stringLike("90d"),
)
export const route = leaf<string>(
  routeRule,
  (input) => typeof input === "string" && isPlainRoute(input),
  stringLike("ws://studio.local:18789"),
)
export const fileName = matching("a file name such as 10-token.conf", /^[A-Za-z0-9][A-Za-z0-9._-]*$/, "10-token.conf")
export const label = matching("one word", /^[A-Za-z0-9][A-Za-z0-9._-]*$/)
const isLine = (input: unknown) => typeof input === "string" && /^[^\p{Cc}]+$/u.test(input)
/** A public key or a device's id, as long as a token. */
export const publicId = opaque<string>("a line of text", isLine)
export const line = matching("a line of text", /^[^\p{Cc}]+$/u)
export const boolean = leaf<boolean>("true or false", (input) => typeof input === "boolean", { type: "boolean" })
export const port = integer("an integer from 1 to 65535", 1, 65_535, 18790)
export const rotation = integer("an integer from 1", 1, Number.MAX_SAFE_INTEGER, 2)
export const seconds = integer("an integer from 1 to 3600", 1, 3600, 10)
export const keep = integer("an integer from 1 to 100", 1, 100, 5)
export const product = oneOf(productNames)
export const manager = oneOf(managers)
export const format = oneOf(formatNames)
/** In the file it is encrypted. */
const encrypted = { type: "object", properties: { secure: { type: "string" } }, required: ["secure"] }
export const secret = opaque<string>("a secret string", (input) => typeof input === "string" && input !== "", {
  anyOf: [{ type: "string" }, encrypted],
})
export const identityHeader = opaque<string>(
  headerRule,
  (input) => typeof input === "string" && (isHeaderName(input) || Object.values(knownHeaders).includes(input)),
  { anyOf: [{ type: "string" }, encrypted] },
)
export const anyString = opaque<string>("a string", (input) => typeof input === "string")
