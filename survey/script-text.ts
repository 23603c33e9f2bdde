import { Secret } from "../core/secret.ts"
import { type Command, shellCommands } from "../places/shell/commands.ts"
import { shellValue } from "../places/shell/value.ts"

/** A value in a script of any language, and by what it is found again. */
export interface InScript {
  /** The variable, or `--token`. */
  readonly locator: string
  readonly value: Secret
}

const variable = /(?:OPENCLAW|CLAWDBOT|MOLTBOT)_GATEWAY_TOKEN/
const isVariable = new RegExp(`^${variable.source}$`)
const assigned = new RegExp(`^(${variable.source}|--token)=(.+)$`, "s")
/** Other programs have a `--token` as well. */
const ours = /openclaw|clawdbot|moltbot|\b(?:gateway|node)\b/i

/**
 * Values of the products' variables and of `--token`, as a shell would take them; of fish and csh as well. In other
 * languages, whose quotes are alike, what stands in quotes behind the variable's name or `--token` counts. What is
 * commented out does not.
 */
export function heldInScript(text: string): InScript[] {
  const found = [...shellCommands(text).flatMap(inCommand), ...quoted(text), ...fishVariables(text)]
  return found.filter(
    ({ locator, value }, at) =>
      at === found.findIndex((other) => other.locator === locator && other.value.equals(value)),
  )
}

const setting = new RegExp(`^[ \\t]*(${variable.source})[ \\t]*=[ \\t]*(.*?)[ \\t]*$`)

/** A line of a crontab: a variable of all its jobs, whose quotes are no shell's, or a job. */
export function heldInCrontab(line: string): InScript[] {
  if (/^\s*#/.test(line)) return []
  const [, locator, value = ""] = setting.exec(line) ?? []
  if (locator === undefined) return heldInScript(line)
  const bare = value.replace(/^(["'])(.*)\1$/, "$2")
  return bare === "" ? [] : [{ locator, value: new Secret(bare) }]
}

function inCommand({ words }: Command): InScript[] {
  const raw = words.map(({ text }) => text)
  const isOurs = raw.some((word) => ours.test(word))
  return raw.flatMap((word, at): InScript[] => {
    const [, name = "", value = ""] = assigned.exec(word) ?? assigned.exec(plain(word) ?? "") ?? []
    if (name === "--token") return isOurs ? held(name, value) : []
    if (name) return held(name, value)
    if (word === "--token") return isOurs ? held(word, raw[at + 1] ?? "") : []
    // fish: set -gx NAME value; csh: setenv NAME value
    const sets =
      raw[0] === "setenv" ? at === 1 : raw[0] === "set" && raw.slice(1, at).every((each) => each.startsWith("-"))
    return sets && at > 0 && isVariable.test(word) ? held(word, raw[at + 1] ?? "") : []
  })
}

/** A word that is quoted as a whole. */
function plain(word: string): string | undefined {
  const reading = /^(["']).*\1$/s.test(word) ? shellValue(word) : undefined
  return reading && "text" in reading ? reading.text : undefined
}

function held(locator: string, raw: string): InScript[] {
  const reading = shellValue(raw)
  return "text" in reading && !/^(-.*|<.*>|)$/s.test(reading.text) ? [{ locator, value: new Secret(reading.text) }] : []
}

const name = `(${variable.source}|--token)`
const inQuotes = [
  new RegExp(`${name}["'\`\\]]*\\s*(?:[,:=]|\\?\\?|\\|\\|)\\s*(["'\`])([^"'\`\\s]{4,})\\2`, "g"),
  new RegExp(`(?<=(["'\`]))${name}=([^"'\`\\s]{4,})\\1`, "g"),
]
const commented = /^[ \t]*(?:#|\/\/).*$/gm
/** What another language or a shell fills in, and what a person should. */
const filledIn = /^[${<%]|\$\{/

function quoted(text: string): InScript[] {
  const code = text.replace(commented, "")
  const [behind, within] = inQuotes.map((pattern) => [...code.matchAll(pattern)])
  const found = [
    ...(behind ?? []).map(([, locator = "", , value = ""]) => ({ locator, value })),
    ...(within ?? []).map(([, , locator = "", value = ""]) => ({ locator, value })),
  ]
  return found
    .filter(({ value }) => !filledIn.test(value))
    .map(({ locator, value }) => ({ locator, value: new Secret(value) }))
}

const universal = new RegExp(`^SETUVAR (?:--\\w+ )*(${variable.source}):(.+)$`, "gm")

/** fish's file of universal variables. */
function fishVariables(text: string): InScript[] {
  return [...text.matchAll(universal)].map(([, locator = "", value = ""]) => ({
    locator,
    value: new Secret(
      value.replace(/\\x([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    ),
  }))
}
