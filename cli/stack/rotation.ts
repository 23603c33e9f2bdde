import { isDeepStrictEqual } from "node:util"
import type { Node, YAMLMap, YAMLSeq } from "yaml"
import { UserError } from "../../core/errors.ts"
import { edited } from "../../places/common/edits.ts"
import { indentOf, lineStart } from "../../places/common/layout.ts"
import { appended } from "../../places/compose/edit.ts"
import {
  pairEnd,
  pairStart,
  pairsOf,
  parseYaml,
  rangeOf,
  type Span,
  type YamlPair,
} from "../../places/compose/yaml-document.ts"
import { parseDeclaredRotation, type Rotation } from "./declared-rotation.ts"

interface StackData {
  readonly config: { readonly "gatekey:token": { rotation: number; compromised?: number[] } }
}

/** Reads the rotation. @throws UserError if it cannot be edited; it quotes nothing of the text, which may contain a secret */
export function readRotation(text: string): Rotation {
  const { rotation, maxAge, compromised } = parseDeclaredRotation(text)
  return { rotation, maxAge, compromised }
}

/**
 * Sets `rotation`, and adds a generation to `compromised`; every other byte stays.
 * @throws UserError as `readRotation`, and if more would change than that
 */
export function withRotation(text: string, to: number, compromise?: number): string {
  const { token, number, compromised, list } = parseDeclaredRotation(text)
  const [start, end] = rangeOf(number.value as Node)
  const raised = { start, end, text: String(to) }
  const adds = compromise !== undefined && !compromised.includes(compromise)
  const after = edited(text, [raised, ...(adds ? compromisedEdits(text, token, number, list, compromise) : [])])
  const expected = parseData(text)
  expected.config["gatekey:token"].rotation = to
  if (adds) expected.config["gatekey:token"].compromised = [...compromised, compromise]
  if (!isDeepStrictEqual(parseData(after), expected))
    throw new UserError(`more than the number would change; set gatekey:token.rotation to ${to} by hand`)
  return after
}

function compromisedEdits(
  text: string,
  token: YAMLMap,
  number: YamlPair,
  list: YAMLSeq | undefined,
  generation: number,
) {
  if (list) return appended(text, list, lastItem(text, list), String(generation))
  const last = pairsOf(token).at(-1) ?? number
  // Quoted like its neighbour.
  const key = text.slice(...rangeOf(number.key)).replace("rotation", "compromised")
  return appended(text, token, { start: pairStart(last), end: pairEnd(last) }, `${key}: [${generation}]`)
}

function lastItem(text: string, list: YAMLSeq): Span {
  const [open] = rangeOf(list)
  const [start, end] = rangeOf((list.items.at(-1) ?? { range: [open, open] }) as Node)
  // The item of a block list starts at its dash, which opens the line.
  return { start: list.flow ? start : lineStart(text, start) + indentOf(text, start).length, end }
}

/** Parses the text as plain data, with a copy for each alias. */
function parseData(text: string): StackData {
  const data = parseYaml(text).doc.toJS()
  try {
    return JSON.parse(JSON.stringify(data))
  } catch {
    throw new UserError("is not valid YAML: an alias is within its own anchor")
  }
}
