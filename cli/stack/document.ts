import { parse } from "yaml"
import { UserError } from "../../core/errors.ts"
import { formatSafeJson, shown } from "../../core/escape.ts"
import { isMapping, type Mapping } from "../../core/mapping.ts"

/** A stack's whole file as plain data, apart by who understands it. */
export interface StackDocument {
  /** What stands under `gatekey:`, by the rest of the key, as our program sees it. */
  readonly own: Mapping
  /** Everything else: other packages' configuration, salt and key service, imports. It is the engine's. */
  readonly others: Mapping
  /** The same as JSON, which every reader of YAML takes alike: no anchor, tag or merge key is left for one to differ in. */
  readonly json: string
}

const ours = "gatekey:"
const longest = 262_144
/** Far more than any configuration has, far less than what a comparison of two survives. */
const deepest = 100

/** @throws UserError for what is no stack's file; it quotes nothing of the text, in which a secret may stand */
export function stackDocument(text: string): StackDocument {
  if (text.length > longest) throw new UserError(`has ${text.length} characters, expected at most ${longest}`)
  const all = plain(text)
  const { config = {}, ...rest } = isMapping(all) ? all : { config: null }
  if (!isMapping(config)) throw new UserError("is no stack's configuration: no mapping with `config:` as a mapping")
  const [own, foreign] = [true, false].map((wanted) =>
    Object.entries(config).filter(([key]) => key.startsWith(ours) === wanted),
  ) as [[string, unknown][], [string, unknown][]]
  const seen = Object.fromEntries(own.map(([key, value]) => [key.slice(ours.length), seenIn(value)]))
  if (isDeeper(seen, deepest) || isDeeper(all, deepest)) throw new UserError(`is nested deeper than ${deepest} levels`)
  return {
    own: seen,
    others: { ...rest, ...Object.fromEntries(foreign.map(([key, value]) => [`config ${key}`, value])) },
    json: `${formatSafeJson(all)}\n`,
  }
}

/** @throws UserError as `stackDocument`, with the file's name */
export function documentNamed(name: string, text: string): StackDocument {
  try {
    return stackDocument(text)
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${shown(name)}: ${error.message}`) : error
  }
}

/** The values are read as the engine reads them: with merge keys, and no key twice. */
function plain(text: string): unknown {
  try {
    return JSON.parse(JSON.stringify(parse(text, { merge: true, logLevel: "error" }) ?? null))
  } catch (error) {
    const { code, linePos } = error as { code?: string; linePos?: readonly { line: number }[] }
    const where = linePos?.[0] ? ` in line ${linePos[0].line}` : ""
    throw new UserError(`is not one plain YAML document: ${shown(code ?? "its aliases cannot be followed")}${where}`)
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

/** The engine hands JSON in a text over as it hands over a mapping. */
function seenIn(value: unknown): unknown {
  if (typeof value !== "string") return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
