import { shown } from "../../core/escape.ts"
import { describeWeakness } from "../../core/strength.ts"
import type { Rule, Violation } from "../rule.ts"
import { gatekey, isPlace, type Subject, stringOrUndefined, stringsIn } from "../subject.ts"

export const tokenInArguments: Rule = {
  name: "token-in-arguments",
  description: "No program's arguments, command or URL contains a token: process lists, logs and proxies show them.",
  fix: "Use a 0600 file, an environment variable or standard input.",
  level: "mandatory",
  evaluate(stack) {
    const tokens = stack.flatMap(tokensOf)
    return stack.flatMap((subject) => [...inPlace(subject), ...inTexts(subject, tokens)])
  },
}

/** Returns the tokens of this stack, to find them in any form. */
function tokensOf({ type, props }: Subject): string[] {
  if (type !== gatekey.token) return []
  // A weak one could be a word of any command; weak-token reports it.
  return [props.value, props.previous]
    .map(stringOrUndefined)
    .filter((value) => value !== undefined && !describeWeakness(value)) as string[]
}

function inPlace(subject: Subject): Violation[] {
  if (
    !isPlace(subject) ||
    subject.props.must !== "token" ||
    !stringOrUndefined(subject.props.locator)?.startsWith("--")
  )
    return []
  return [{ subject, message: `it declares the token as an argument: declare must: nothing, and ${remedy}` }]
}

const remedy = "let the program read it from a 0600 file, its environment or standard input"

function inTexts(subject: Subject, tokens: readonly string[]): Violation[] {
  const found = new Map<string, string>()
  for (const { at, text } of stringsIn(subject)) {
    const kind = isUrlWithToken(text, tokens)
      ? "a URL"
      : isArgument(subject, at, text, tokens)
        ? "an argument"
        : undefined
    const where = at.filter((name) => !/^\d+$/.test(name)).join(".")
    if (kind) found.set(where, `${shown(where)} contains a token in ${kind}: ${remedy}`)
  }
  return [...found.values()].map((message) => ({ subject, message }))
}

function isUrlWithToken(value: string, tokens: readonly string[]): boolean {
  return urlsIn(value).some((url) => hasTokenPart.test(url) || tokens.some((token) => url.includes(token)))
}

function urlsIn(value: string): string[] {
  return value.match(/\b(?:wss?|https?):\/\/[^\s"'<>`]+/gi) ?? []
}

/** Matches `?token=…`, `&access_token=…`, `#token=…`, and `user:password@`. */
const hasTokenPart = /[?&#;](?:[a-z]+[_-])?token=[^&#]|^[a-z]+:\/\/[^/?#@]*:[^/?#@]+@/i

/** The properties of common providers that contain a command or its arguments. */
const commandKeys = [
  "command",
  "commands",
  "args",
  "arguments",
  "entrypoint",
  "entrypoints",
  "create",
  "update",
  "delete",
]

function isArgument({ props }: Subject, at: readonly string[], value: string, tokens: readonly string[]): boolean {
  const names = at.filter((name) => !/^\d+$/.test(name))
  const isCommand = names.some((name) => commandKeys.includes(name)) || names.join(".") === "healthcheck.tests"
  if (!isCommand) return false
  if (tokens.some((token) => value.includes(token))) return true
  if (/(?:^|[\s"'=])--token(?:=|\s+["']?)[^\s-]/.test(value)) return true
  return value === "--token" && stringOrUndefined(next(props, at)) !== undefined
}

/** Returns the next item of the same list. */
function next(props: Subject["props"], at: readonly string[]): unknown {
  let holder: unknown = props
  const last = at.at(-1) ?? ""
  for (const key of [...at.slice(0, -1), /^\d+$/.test(last) ? String(Number(last) + 1) : "none"]) {
    holder = (holder as Record<string, unknown> | undefined)?.[key]
  }
  return holder
}
