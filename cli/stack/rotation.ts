import { isDeepStrictEqual } from "node:util"
import { isMap, isScalar, isSeq, type Node, type YAMLMap, type YAMLSeq } from "yaml"
import { UserError } from "../../core/errors.ts"
import { edited } from "../../places/common/edits.ts"
import { indentOf, lineStart } from "../../places/common/layout.ts"
import { appended } from "../../places/compose/edit.ts"
import {
  keyOf,
  pairEnd,
  pairStart,
  pairsOf,
  parseYaml,
  rangeOf,
  type Span,
  type YamlPair,
} from "../../places/compose/yaml-document.ts"

/** What `gatekey:token` in Pulumi.<stack>.yaml says of its generations. */
export interface Rotation {
  readonly rotation: number
  /** Such as `30d`. */
  readonly maxAge: string | undefined
  readonly compromised: readonly number[]
}

interface Declared extends Rotation {
  readonly token: YAMLMap
  readonly number: YamlPair
  readonly list: YAMLSeq | undefined
}

interface Plain {
  readonly config: { readonly "gatekey:token": { rotation: number; compromised?: number[] } }
}

/** Whether the text declares a `gatekey:token`, as far as that can be told. */
export function declaresToken(text: string): boolean {
  try {
    return tokenIn(text) !== undefined
  } catch {
    return text.includes("gatekey:token")
  }
}

/** @throws UserError for what cannot be edited here; it quotes nothing of the text, in which a secret may stand */
export function readRotation(text: string): Rotation {
  const { rotation, maxAge, compromised } = declared(text)
  return { rotation, maxAge, compromised }
}

/**
 * The text with another `rotation`, and a generation more in `compromised`; every other byte stays.
 * @throws UserError as `readRotation`, and where more would change than that
 */
export function withRotation(text: string, to: number, compromise?: number): string {
  const { token, number, compromised, list } = declared(text)
  const [start, end] = rangeOf(number.value as Node)
  const raised = { start, end, text: String(to) }
  const adds = compromise !== undefined && !compromised.includes(compromise)
  const after = edited(text, [raised, ...(adds ? marked(text, token, number, list, compromise) : [])])
  const expected = plain(text)
  expected.config["gatekey:token"].rotation = to
  if (adds) expected.config["gatekey:token"].compromised = [...compromised, compromise]
  if (!isDeepStrictEqual(plain(after), expected))
    throw new UserError(`more than the number would change; set gatekey:token.rotation to ${to} by hand`)
  return after
}

function marked(text: string, token: YAMLMap, number: YamlPair, list: YAMLSeq | undefined, generation: number) {
  if (list) return appended(text, list, lastItem(text, list), String(generation))
  const last = pairsOf(token).at(-1) ?? number
  // In the quotes of its neighbour.
  const key = text.slice(...rangeOf(number.key)).replace("rotation", "compromised")
  return appended(text, token, { start: pairStart(last), end: pairEnd(last) }, `${key}: [${generation}]`)
}

function lastItem(text: string, list: YAMLSeq): Span {
  const [open] = rangeOf(list)
  const [start, end] = rangeOf((list.items.at(-1) ?? { range: [open, open] }) as Node)
  // The item of a block list starts at its dash, which opens the line.
  return { start: list.flow ? start : lineStart(text, start) + indentOf(text, start).length, end }
}

function declared(text: string): Declared {
  const token = tokenIn(text)
  if (token === undefined) throw new UserError("has no gatekey:token; name another stack: --stack NAME")
  if (!isMap(token)) throw new UserError("gatekey:token is no mapping of its own; write it as {rotation: 1}")
  const number = pair(token, "rotation")
  if (!number && isSource(text))
    throw new UserError(
      "the vault is the source of the token (gatekey:vault): put another one into its item, and run pulumi up",
    )
  if (!number) throw new UserError("gatekey:token.rotation is missing; write it: rotation: 1")
  const rotation = wholeNumber(number.value)
  if (rotation === undefined)
    throw new UserError("gatekey:token.rotation is not a whole number from 1; correct it first")
  const list = pair(token, "compromised")?.value
  const compromised = isSeq(list) ? list.items.map(wholeNumber) : []
  if ((list !== undefined && !isSeq(list)) || compromised.includes(undefined))
    throw new UserError("gatekey:token.compromised is not a list of whole numbers; correct it first")
  const maxAge = pair(token, "maxAge")?.value
  return {
    rotation,
    maxAge: isScalar(maxAge) && typeof maxAge.value === "string" ? maxAge.value : undefined,
    compromised: compromised as number[],
    token,
    number,
    list: isSeq(list) ? list : undefined,
  }
}

function tokenIn(text: string): Node | null | undefined {
  return configIn(text, "gatekey:token")
}

function configIn(text: string, key: string): Node | null | undefined {
  const { contents } = parseYaml(text).doc
  const config = isMap(contents) ? pair(contents, "config")?.value : undefined
  return isMap(config) ? pair(config, key)?.value : undefined
}

/** @throws UserError for a key that stands there twice: readers differ in which one counts */
function pair(map: YAMLMap, key: string): YamlPair | undefined {
  const [found, ...more] = pairsOf(map).filter((pair) => keyOf(pair) === key)
  if (more.length > 0) throw new UserError(`${key} stands there twice; remove one first`)
  return found
}

/** Others make the token then, and the number with it. */
function isSource(text: string): boolean {
  const vault = configIn(text, "gatekey:vault")
  const role = isMap(vault) ? pair(vault, "role")?.value : undefined
  return isScalar(role) && role.value === "source"
}

/** As every reader of YAML takes it: 010 and 1_0 differ. */
function wholeNumber(node: unknown): number | undefined {
  if (!isScalar(node) || typeof node.value !== "number" || !/^[1-9]\d*$/.test(node.source ?? "")) return undefined
  return Number.isSafeInteger(node.value) ? node.value : undefined
}

/** As plain data, in which nothing is shared between an anchor and its aliases. */
function plain(text: string): Plain {
  const data = parseYaml(text).doc.toJS()
  try {
    return JSON.parse(JSON.stringify(data))
  } catch {
    throw new UserError("is no usable YAML: an alias stands within its own anchor")
  }
}
