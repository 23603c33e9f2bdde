import * as v from "valibot"
import { formatNames } from "../components/member.ts"
import { parseDuration } from "../core/duration.ts"
import { checkHost, checkPlaceHost, hostRule, parseHost } from "../core/host.ts"
import { containsSecret } from "../core/kind.ts"
import { isPlainRoute, routeRule } from "../core/route.ts"
import { formatSuggestion } from "../core/suggest.ts"
import { isVaultName, vaultNameRule } from "../core/vault.ts"
import { managers, productNames } from "../products/product.ts"

/** What JSON Schema can say of a value: no more than its rule does. */
export interface ValueSchema {
  readonly type?: "string" | "integer" | "boolean"
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly anyOf?: readonly object[]
}

/** One value that stands in the open, in previews and the state. Its message says only what is allowed, and never what was found. */
function leaf<T>(allowed: string, test: (input: unknown) => boolean, json: ValueSchema = { type: "string" }) {
  const isSecret = (input: unknown) => typeof input === "string" && containsSecret(input)
  const message = ({ input }: { readonly input: unknown }) =>
    isSecret(input) ? `allowed: ${allowed}, and nothing that looks like a secret` : `allowed: ${allowed}`
  const isOpen = (input: unknown) => test(input) && !isSecret(input)
  return v.pipe(v.custom<T>(isOpen, message), v.description(`allowed: ${allowed}`), v.metadata({ json }))
}

/** One value that may look like a secret. */
function opaque<T>(allowed: string, test: (input: unknown) => boolean, json: ValueSchema = { type: "string" }) {
  return v.pipe(v.custom<T>(test, `allowed: ${allowed}`), v.description(`allowed: ${allowed}`), v.metadata({ json }))
}

function matching(allowed: string, pattern: RegExp) {
  const json: ValueSchema = { type: "string", pattern: pattern.source }
  return leaf<string>(allowed, (input) => typeof input === "string" && pattern.test(input), json)
}

export function oneOf<const T extends readonly string[]>(known: T, words: string = known.join(", ")) {
  const allowed = `allowed: ${words}`
  const message = (issue: { input: unknown }) => formatSuggestion(String(issue.input), known) + allowed
  const test = (input: unknown) => typeof input === "string" && known.includes(input)
  const json: ValueSchema = { type: "string", enum: known }
  return v.pipe(v.custom<T[number]>(test, message), v.description(allowed), v.metadata({ json }))
}

function whole(allowed: string, least: number, most: number) {
  return leaf<number>(
    allowed,
    (input) => typeof input === "number" && Number.isSafeInteger(input) && input >= least && input <= most,
    { type: "integer", minimum: least, maximum: most },
  )
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9 ._-]*$/
export const nameRule = "letters, digits, spaces, dots, hyphens and underscores, starting with a letter or digit"
export const name = matching(nameRule, namePattern)

export const host = leaf<string>(hostRule, (input) => typeof input === "string" && checkHost(input) === undefined)

export const remoteHost = leaf<string>(
  "ssh://[user@]name[:port]",
  (input) => typeof input === "string" && parseHost(input) !== undefined,
)

/** No `..` step, no empty text, no control character. */
function plainPath(path: string): boolean {
  return !/\p{Cc}/u.test(path) && !path.split("/").includes("..")
}

const pathRule = "an absolute path or one that starts with ~/, without .."
function isPath(input: unknown): boolean {
  return typeof input === "string" && /^(?:~\/|\/)./.test(input) && plainPath(input)
}
export const path = leaf<string>(pathRule, isPath)

/** A folder on a host or in a container; Docker knows no `~`. */
export const folder = leaf<string>(
  "an absolute folder, without ..",
  (input) => isPath(input) && String(input).startsWith("/"),
)

export function isProgram(input: unknown): boolean {
  return typeof input === "string" && /^(?:~\/|\.\/|\/)./.test(input) && plainPath(input)
}

/** A program and its arguments; a bar separates the parts of a place's name. */
export const programWords = v.pipe(
  v.array(matching("words without |", /^[^|\p{Cc}]+$/u), "allowed: a list: a program and its arguments"),
  v.minLength(1, "allowed: a list: a program and its arguments"),
)

export const vaultName = leaf<string>(vaultNameRule, (input) => typeof input === "string" && isVaultName(input))

export const opReference = matching("op://VAULT/ITEM/FIELD", /^op:\/\/[\w. -]+(?:\/[\w. -]+){2,3}$/)

export const variable = matching("names of variables", /^[A-Za-z_]\w*$/)

export const home = leaf<string>(
  "an absolute folder, or one that starts with ./ (in the project), without ..",
  (input) => {
    return typeof input === "string" && /^(?:\.\/|\/)./.test(input) && plainPath(input)
  },
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
)

export const age = leaf<string>('a text such as "30d", "12h" or "2w"', (input) => {
  return typeof input === "string" && parseDuration(input) !== undefined
})

const specPattern = /^(docker|launchd|systemd|process):[^\s:][^\s]*$/
export const spec = matching("docker:NAME, launchd:LABEL, systemd:UNIT or process:PROGRAM", specPattern)
export const certificate = opaque<string>(
  "a SHA-256 fingerprint in hex, with colons or without",
  (input) => typeof input === "string" && /^(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/.test(input),
)
export const route = leaf<string>(routeRule, (input) => typeof input === "string" && isPlainRoute(input))
export const fileName = matching("a file name such as 10-token.conf", /^[A-Za-z0-9][A-Za-z0-9._-]*$/)
export const label = matching("one word", /^[A-Za-z0-9][A-Za-z0-9._-]*$/)
const isLine = (input: unknown) => typeof input === "string" && /^[^\p{Cc}]+$/u.test(input)
/** A public key or a device's id, as long as a token. */
export const publicId = opaque<string>("a line of text", isLine)
export const words = matching("a line of text", /^[^\p{Cc}]+$/u)
export const flag = leaf<boolean>("true, false", (input) => typeof input === "boolean", { type: "boolean" })
export const port = whole("a whole number from 1 to 65535", 1, 65_535)
export const rotation = whole("a whole number from 1", 1, Number.MAX_SAFE_INTEGER)
export const seconds = whole("whole seconds from 1 to 3600", 1, 3600)
export const keep = whole("a whole number from 1 to 100", 1, 100)
export const product = oneOf(productNames)
export const manager = oneOf(managers)
export const format = oneOf(formatNames)
/** In the file it is encrypted. */
const encrypted = { type: "object", properties: { secure: { type: "string" } }, required: ["secure"] }
export const secret = opaque<string>("a secret text", (input) => typeof input === "string" && input !== "", {
  anyOf: [{ type: "string" }, encrypted],
})
export const text = opaque<string>("a text", (input) => typeof input === "string")
