import * as v from "valibot"
import { formatNames } from "../components/member.ts"
import { parseDuration } from "../core/duration.ts"
import { hostProblem, hostRule, parseHost, placeHostProblem } from "../core/host.ts"
import { routeOf, routeRule } from "../core/route.ts"
import { isVaultName, vaultNameRule } from "../core/vault.ts"
import { managers, productNames } from "../products/product.ts"
import { didYouMean } from "./suggest.ts"

/** One value. Its message says only what is allowed: what was found is added where it may be shown. */
function leaf<T>(allowed: string, test: (input: unknown) => boolean) {
  return v.pipe(v.custom<T>(test, `allowed: ${allowed}`), v.description(`allowed: ${allowed}`))
}

function matching(allowed: string, pattern: RegExp) {
  return leaf<string>(allowed, (input) => typeof input === "string" && pattern.test(input))
}

export function oneOf<const T extends readonly string[]>(known: T, words: string = known.join(", ")) {
  const allowed = `allowed: ${words}`
  const message = (issue: { input: unknown }) => didYouMean(String(issue.input), known) + allowed
  const test = (input: unknown) => typeof input === "string" && known.includes(input)
  return v.pipe(v.custom<T[number]>(test, message), v.description(allowed))
}

function whole(allowed: string, least: number, most: number) {
  return leaf<number>(
    allowed,
    (input) => typeof input === "number" && Number.isSafeInteger(input) && input >= least && input <= most,
  )
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9 ._-]*$/
export const nameRule = "letters, digits, spaces, dots, hyphens and underscores, starting with a letter or digit"
export const name = matching(nameRule, namePattern)

export const host = leaf<string>(hostRule, (input) => typeof input === "string" && hostProblem(input) === undefined)

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
      placeHostProblem(at) === undefined &&
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
export const certificate = matching(
  "a SHA-256 fingerprint in hex, with colons or without",
  /^(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/,
)
export const route = leaf<string>(routeRule, (input) => typeof input === "string" && routeOf(input) !== undefined)
export const fileName = matching("a file name such as 10-token.conf", /^[A-Za-z0-9][A-Za-z0-9._-]*$/)
export const label = matching("one word", /^[A-Za-z0-9][A-Za-z0-9._-]*$/)
export const words = matching("a line of text", /^[^\p{Cc}]+$/u)
export const flag = leaf<boolean>("true, false", (input) => typeof input === "boolean")
export const port = whole("a whole number from 1 to 65535", 1, 65_535)
export const rotation = whole("a whole number from 1", 1, Number.MAX_SAFE_INTEGER)
export const seconds = whole("whole seconds from 1 to 3600", 1, 3600)
export const keep = whole("a whole number from 1 to 100", 1, 100)
export const product = oneOf(productNames)
export const manager = oneOf(managers)
export const format = oneOf(formatNames)
export const secret = leaf<string>("a secret text", (input) => typeof input === "string" && input !== "")
export const text = leaf<string>("a text", (input) => typeof input === "string")
