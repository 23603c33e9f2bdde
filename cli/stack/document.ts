import { parse } from "yaml"
import { UserError } from "../../core/errors.ts"
import { formatSafeJson, shown } from "../../core/escape.ts"
import { isMapping, type Mapping } from "../../core/mapping.ts"

/** A stack's whole file as plain data, split into our part and the engine's. */
export interface StackDocument {
  /** What is under `gatekey:`, by the rest of the key, as our program gets it. */
  readonly own: Mapping
  /** Everything else, for the engine: other packages' configuration, salt and key service, imports. */
  readonly others: Mapping
  /** The whole file as JSON, which all YAML parsers read alike: no anchor, tag or merge key is left. */
  readonly json: string
}

const ours = "gatekey:"
const longest = 262_144
/** Far more than any configuration needs, and far less than a comparison can handle. */
const deepest = 100

/** Parses a stack's file. @throws UserError if it is not one; it quotes nothing of the text, which may contain a secret */
export function stackDocument(text: string): StackDocument {
  if (text.length > longest) throw new UserError(`has ${text.length} characters, expected at most ${longest}`)
  const all = parseDocument(text)
  const { config = {}, ...rest } = isMapping(all) ? all : { config: null }
  if (!isMapping(config))
    throw new UserError("is not a valid stack configuration: expected a mapping with `config:` as a mapping")
  const [own, foreign] = [true, false].map((wanted) =>
    Object.entries(config).filter(([key]) => key.startsWith(ours) === wanted),
  ) as [[string, unknown][], [string, unknown][]]
  const parsed = Object.fromEntries(own.map(([key, value]) => [key.slice(ours.length), parseEmbeddedJson(value)]))
  if (isDeeper(parsed, deepest) || isDeeper(all, deepest))
    throw new UserError(`is nested deeper than ${deepest} levels`)
  return {
    own: parsed,
    others: { ...rest, ...Object.fromEntries(foreign.map(([key, value]) => [`config ${key}`, value])) },
    json: `${formatSafeJson(all)}\n`,
  }
}

/** Parses a stack's file. @throws UserError as `stackDocument`, with the file's name */
export function namedDocument(name: string, text: string): StackDocument {
  try {
    return stackDocument(text)
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${shown(name)}: ${error.message}`) : error
  }
}

/** Parses the YAML as the engine does: with merge keys, and no duplicate keys. */
function parseDocument(text: string): unknown {
  try {
    return JSON.parse(JSON.stringify(parse(text, { merge: true, logLevel: "error" }) ?? null))
  } catch (error) {
    const { code, linePos } = error as { code?: string; linePos?: readonly { line: number }[] }
    const where = linePos?.[0] ? ` in line ${linePos[0].line}` : ""
    throw new UserError(`is not a valid YAML document: ${shown(code ?? "its aliases cannot be followed")}${where}`)
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  let level: readonly unknown[] = [value]
  for (let left = levels; level.length > 0; left--) {
    if (left < 0) return true
    level = level.flatMap((each) => (typeof each === "object" && each !== null ? Object.values(each) : []))
  }
  return false
}

/** Parses JSON in a string, because the engine passes it on like a mapping. */
function parseEmbeddedJson(value: unknown): unknown {
  if (typeof value !== "string") return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
