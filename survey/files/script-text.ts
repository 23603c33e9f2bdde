import { UserError } from "../../core/errors.ts"
import { Secret } from "../../core/secret.ts"
import { quoteForShell } from "../../core/shell.ts"
import { type Command, shellCommands } from "../../places/shell/commands.ts"
import { shellValue } from "../../places/shell/value.ts"
import { findProductProcess, type ProductProcess } from "../../probes/listeners/command.ts"

/** A value in a script of any language. */
export interface ScriptValue {
  /** The variable, or `--token`; of a fallback, a description for people. */
  readonly locator: string
  /** In `${NAME:-fallback}`: the variable or `--token` that gets it. */
  readonly fallbackOf?: string
  readonly value: Secret
  /** What its command starts, or else its script. */
  readonly starts?: ProductProcess
  /** The `--url` beside `--token`: with it, a command reads no token from the config. */
  readonly url?: string
  /** The offset of its word. */
  readonly at?: number
}

const variable = /(?:OPENCLAW|CLAWDBOT|MOLTBOT)_GATEWAY_TOKEN/
const isVariable = new RegExp(`^${variable.source}$`)
const assigned = new RegExp(`^(${variable.source}|--token)=(.+)$`, "s")
/** Names of the products: other programs have a `--token` too. */
const ownNames = /openclaw|clawdbot|moltbot|\b(?:gateway|node)\b/i

/**
 * Finds the values of the products' variables and of `--token`, as a shell would read them; also in fish and csh where
 * they are alike. In other languages, a quoted value after the variable's name or `--token` counts. Comments do not.
 * @throws PlaceError if it names one of them, but its commands cannot be parsed
 */
export function heldInScript(text: string): ScriptValue[] {
  return heldBy(named.test(text) ? shellCommands(text) : commandsIn(text), text)
}

/** Finds values in another language: as a shell where possible, and in quotes in any case. */
export function heldInForeign(text: string): ScriptValue[] {
  return heldBy(commandsIn(text), text)
}

const named = new RegExp(`${variable.source}|--token`)

/** Parses commands; none if they cannot be parsed. */
export function commandsIn(text: string): readonly Command[] {
  try {
    return shellCommands(text)
  } catch (error) {
    if (error instanceof UserError) return []
    throw error
  }
}

function heldBy(commands: readonly Command[], text: string): ScriptValue[] {
  return distinctValues([...commands.flatMap(valuesInCommand), ...quotedValues(text)], commands, text)
}

/** Finds values in the commands of another shell family. */
export function heldInCommands(commands: readonly Command[], text: string): ScriptValue[] {
  return distinctValues(commands.flatMap(valuesInCommand), commands, text)
}

/** Lists variables whose value is only known at run time, with their offsets. */
export function unknownIn(commands: readonly Command[]): { readonly locator: string; readonly at: number }[] {
  const all = commands.flatMap(candidates).filter(({ locator }) => locator !== "--token")
  return all.filter(({ raw }) => "expression" in shellValue(raw)).map(({ locator, at }) => ({ locator, at }))
}

function distinctValues(found: readonly ScriptValue[], commands: readonly Command[], text: string): ScriptValue[] {
  const starts = startedBy(commands, text)
  const distinct = new Map<string, ScriptValue>()
  for (const held of found) {
    const key = `${held.locator} ${held.value.reveal()}`
    if (!distinct.has(key)) distinct.set(key, held)
  }
  return [...distinct.values()].map((held) => (starts && !held.starts && !held.url ? { ...held, starts } : held))
}

/** Finds what a script of any language starts: a gateway rather than a node. */
export function startedIn(text: string): ProductProcess | undefined {
  return startedBy(commandsIn(text), text)
}

/** A file that a script reads, by its raw path: whole, or as a list of variables. */
export interface ReadFile {
  readonly path: string
  readonly as: "token" | "variables"
}

const most = 8
const reads = [
  /\$\(\s*(?:cat\s+|<\s*)(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"'()]+))\s*\)/g,
  /`\s*cat\s+(?:"([^"`\n]+)"|'([^'`\n]+)'|([^\s"'`()]+))\s*`/g,
]

/** Lists the files that a script reads to start a gateway: `$(cat FILE)`, `$(<FILE)`, `. FILE`, `source FILE`. */
export function filesRead(text: string): ReadFile[] {
  if (startedIn(text)?.role !== "gateway") return []
  const code = text.replace(commented, "")
  const whole = reads.flatMap((pattern) =>
    [...code.matchAll(pattern)].map(([, a, b, c]): ReadFile => ({ path: a ?? b ?? c ?? "", as: "token" })),
  )
  const sourced = commandsIn(text).flatMap(({ words }): ReadFile[] => {
    const [first, path] = words.map(({ text }) => text)
    return path && (first === "." || first === "source")
      ? [{ path: unquoted(path) ?? path.replace(/^"(.*)"$/, "$1"), as: "variables" }]
      : []
  })
  return [...whole, ...sourced].slice(0, most)
}

const startsElsewhere = /\b(openclaw|clawdbot)\b[^\n]{0,80}?\b(gateway|node)["'`,\s]+run\b/g

function startedBy(commands: readonly Command[], text: string): ProductProcess | undefined {
  const written = text.replace(commented, "").matchAll(startsElsewhere)
  const all = [
    ...commands.flatMap(({ words }) => findProductProcess(words.map(({ text }) => text)) ?? []),
    ...[...written].map(([, product, role]) => ({ product, role }) as ProductProcess),
  ]
  return all.find(({ role }) => role === "gateway") ?? all[0]
}

const setting = new RegExp(`^[ \\t]*(${variable.source})[ \\t]*=[ \\t]*(.*?)[ \\t]*$`)

/** Finds values in a crontab's line: a job, or a variable of all jobs, which has no shell quotes. */
export function heldInCrontab(line: string): ScriptValue[] {
  if (/^\s*#/.test(line)) return []
  const [, locator, value = ""] = setting.exec(line) ?? []
  if (locator === undefined) return heldInScript(line)
  const bare = value.replace(/^(["'])(.*)\1$/, "$2")
  return bare === "" ? [] : [{ locator, value: new Secret(bare) }]
}

function valuesInCommand(command: Command): ScriptValue[] {
  const context = contextOf(command.words.map(({ text }) => text))
  const scripts = command.words.flatMap((word, at) =>
    isScript(command, at) ? commandsIn(unquoted(word.text) ?? "") : [],
  )
  const found = candidates(command).flatMap(({ locator, raw, at }) =>
    literalValue(locator, raw).map((each) => ({ ...each, at })),
  )
  return [...found.map((each) => ({ ...each, ...context })), ...scripts.flatMap(valuesInCommand)]
}

const settingWhole = /^(?:export|env|declare|typeset|local|readonly|setenv)$/

/** Checks for a script as in `sh -c "NAME=value program --token value"`; `env "NAME=a b"` is one value. */
function isScript({ words }: Command, at: number): boolean {
  const text = unquoted(words[at]?.text ?? "") ?? ""
  if (!/\s/.test(text)) return false
  // An argument of `echo` is not a command.
  const isGiven = /^-[a-z]*c$/.test(words[at - 1]?.text ?? "") || /^(?:eval|ssh)$/.test(words[0]?.text ?? "")
  if (isGiven && named.test(text)) return true
  return assigned.test(text) && !words.slice(0, at).some((word) => settingWhole.test(word.text))
}

interface Candidate {
  readonly locator: string
  readonly raw: string
  readonly at: number
}

/** Returns the words in places where a command has a relevant value. */
function candidates(command: Command): Candidate[] {
  const raw = command.words.map(({ text }) => text)
  const isOurs = raw.some((word) => ownNames.test(word))
  const plainAt = raw.findIndex((word, at) => at > 0 && !word.startsWith("-"))
  return command.words.flatMap(({ text: word, start }, at): Candidate[] => {
    const [, name = "", value = ""] = isScript(command, at)
      ? []
      : (assigned.exec(word) ?? splitQuotedAssignment(word) ?? [])
    const next = { locator: word, raw: raw[at + 1] ?? "", at: start }
    if (name === "--token") return isOurs ? [{ locator: name, raw: value, at: start }] : []
    if (name) return [{ locator: name, raw: value, at: start }]
    if (word === "--token") return isOurs ? [next] : []
    // fish: set -gx NAME value; csh: setenv NAME value
    const sets = raw[0] === "setenv" ? at === 1 : raw[0] === "set" && at === plainAt
    return sets && at > 0 && isVariable.test(word) ? [next] : []
  })
}

/** Splits `"NAME=value"`, with the value as a separate word. */
function splitQuotedAssignment(word: string): readonly string[] | undefined {
  const [, name = "", value = ""] = assigned.exec(unquoted(word) ?? "") ?? []
  return name === "" ? undefined : ["", name, quoteForShell(value)]
}

function contextOf(words: readonly string[]): Pick<ScriptValue, "starts" | "url"> {
  const starts = findProductProcess(words)
  const joined = words.find((word) => word.startsWith("--url="))
  const at = words.indexOf("--url")
  const url = joined?.slice("--url=".length) ?? (at < 0 ? undefined : words[at + 1])
  return { ...(starts ? { starts } : {}), ...(url ? { url: unquoted(url) ?? url } : {}) }
}

/** Returns the text of a word that is quoted as a whole. */
function unquoted(word: string): string | undefined {
  const reading = /^(["']).*\1$/s.test(word) ? shellValue(word) : undefined
  return reading && "text" in reading ? reading.text : undefined
}

function literalValue(locator: string, raw: string): ScriptValue[] {
  const reading = shellValue(raw)
  // What counts if the variable is not set: often a public default.
  if ("fallback" in reading && reading.fallback)
    return [{ locator: `fallback of ${locator}`, fallbackOf: locator, value: new Secret(reading.fallback) }]
  const isOption = locator === "--token" && "text" in reading && reading.text.startsWith("-")
  return "text" in reading && !isOption && !/^(<.*>|)$/s.test(reading.text)
    ? [{ locator, value: new Secret(reading.text) }]
    : []
}

const name = `(${variable.source}|--token)`
const inQuotes = [
  new RegExp(`${name}["'\`\\]]*\\s*(?:[,:=]|\\?\\?|\\|\\|)\\s*(["'\`])([^"'\`\\s]{4,})\\2`, "g"),
  new RegExp(`(?<=(["'\`]))${name}=([^"'\`\\s]{4,})\\1`, "g"),
]
const commented = /^[ \t]*(?:#|\/\/).*$/gm
/** Placeholders that a language, a shell or a person fills in. */
const filledIn = /^[${<%]|\$\{/
/** A further name in a list of variables, as in the products' own code. */
const nextName = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/

function quotedValues(text: string): ScriptValue[] {
  const code = text.replace(commented, "")
  const [behind, within] = inQuotes.map((pattern) => [...code.matchAll(pattern)])
  const found = [
    ...(behind ?? []).map(([, locator = "", , value = ""]) => ({ locator, value })),
    ...(within ?? []).map(([, , locator = "", value = ""]) => ({ locator, value })),
  ]
  return found
    .filter(({ value }) => !filledIn.test(value) && !nextName.test(value))
    .map(({ locator, value }) => ({ locator, value: new Secret(value) }))
}

const universal = new RegExp(`^SETUVAR (?:--\\w+ )*(${variable.source}):(.+)$`, "gm")

/** Finds values in fish's file of universal variables. */
export function heldInFishVariables(text: string): ScriptValue[] {
  return [...text.matchAll(universal)].map(({ 1: locator = "", 2: value = "", index }) => {
    const plain = value.replace(/\\x([0-9a-f]{2})/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    )
    return { locator, value: new Secret(plain), at: index }
  })
}
