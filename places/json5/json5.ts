import { isDeepStrictEqual } from "node:util"
import type { MemberNode, ObjectNode, ValueNode } from "@humanwhocodes/momoa"
import type { Content, FoundContent, Json, Reference } from "../../core/content.ts"
import { PlaceError } from "../../core/errors.ts"
import { edited } from "../common/edits.ts"
import { newlineOf } from "../common/layout.ts"
import { BOM, onBytes, position } from "../common/text.ts"
import { type Format, missing, reference, value } from "../format.ts"
import { type Json5Document, keyOf, parseDocument, rangeOf, toJson } from "./document.ts"
import { addition, isObject, removals, replacement } from "./edit.ts"
import { parseLocator } from "./locator.ts"
import { render, styleOf } from "./style.ts"
import { substituted, unsubstituted } from "./substitution.ts"

/** A key of a JSON5 or JSON configuration: the locator is its dotted path. */
export const json5: Format = {
  name: "json5",
  ...onBytes({
    find: (text, locator) => findIn(selectEntries(text, locator)),
    put: (text, locator, content) => put(selectEntries(text, locator), normal(content)),
    drop: (text, locator) => drop(selectEntries(text, locator)),
  }),
}

interface Entry {
  readonly object: ObjectNode
  readonly member: MemberNode
}

interface Selection {
  readonly bom: string
  readonly doc: Json5Document
  /** The member that counts: the last of its name, in the last of each parent. */
  readonly counting: MemberNode | undefined
  /** Every member at the path, in file order, shadowed ones too. */
  readonly all: readonly Entry[]
  /** The deepest object on the path that counts, and the keys from there on. */
  readonly deepest: ObjectNode | undefined
  readonly rest: readonly [string, ...string[]]
}

/** Keys with any JSON value, also in place of a number or a boolean. */
export const json5Settings = onBytes<Json>({
  find: (text, locator) => findIn(selectEntries(text, locator, true)),
  put: (text, locator, content) => put(selectEntries(text, locator, true), content),
  drop: (text, locator) => drop(selectEntries(text, locator, true)),
})

function selectEntries(text: string, locator: string, isAnyType = false): Selection {
  const path = parseLocator(locator)
  const bom = text.startsWith(BOM) ? BOM : ""
  const doc = parseDocument(text.slice(bom.length))
  if (doc.root && !isObject(doc.root)) throw notAnObject(doc, doc.root, "the file")

  let deepest = doc.root
  let depth = 0
  for (; deepest && depth < path.length - 1; depth++) {
    const next: MemberNode | undefined = deepest.members.findLast((member) => keyOf(member) === path[depth])
    if (!next) break
    if (!isObject(next.value)) throw notAnObject(doc, next.value, path.slice(0, depth + 1).join("."))
    deepest = next.value
  }
  const [first = "", ...others] = path.slice(depth)
  const counting = others.length === 0 ? deepest?.members.findLast((member) => keyOf(member) === first) : undefined
  if (!isAnyType && counting && ["Number", "Boolean", "NaN", "Infinity"].includes(counting.value.type))
    throw new PlaceError(
      "wrong-shape",
      `${locator} is ${nameOf(counting.value)}, not a string ${at(doc, counting.value)}`,
    )
  return { bom, doc, counting, all: doc.root ? entries(doc.root, path) : [], deepest, rest: [first, ...others] }
}

function entries(root: ObjectNode, path: readonly string[]): readonly Entry[] {
  let objects = [root]
  for (const key of path.slice(0, -1))
    objects = objects.flatMap((object) =>
      object.members.flatMap((member) => (keyOf(member) === key && isObject(member.value) ? [member.value] : [])),
    )
  return objects.flatMap((object) =>
    object.members.flatMap((member) => (keyOf(member) === path.at(-1) ? [{ object, member }] : [])),
  )
}

function findIn({ counting, all }: Selection): FoundContent {
  const node = counting?.value
  const others = all.flatMap(({ member }) =>
    member !== counting && member.value.type === "String"
      ? [substituted(member.value.value) ?? member.value.value]
      : [],
  )
  // A later key of its name, or of a parent's, may hide a token that is in the file all the same.
  const isHidden = others.some((other) => other !== "")
  if (!node || node.type === "Null") return isHidden ? value("", others) : missing
  if (node.type !== "String") return reference(toJson(node) as Reference, undefined, others)
  if (node.value === "") return isHidden ? value("", others) : missing
  const read = substituted(node.value)
  return read === undefined ? reference(node.value, undefined, others) : value(read, others)
}

function put({ bom, doc, counting, all, deepest, rest }: Selection, wanted: Json): string {
  const content = typeof wanted === "string" ? unsubstituted(wanted) : wanted
  const style = styleOf(doc, all[0]?.object)
  const edits = all
    .filter(({ member }) => !isDeepStrictEqual(toJson(member.value), content))
    .map(({ member }) => replacement(doc, member, content, style))
  if (counting) return bom + edited(doc.text, edits)

  const [key, ...inner] = rest
  const nested = inner.reduceRight((held: Json, name) => Object.fromEntries([[name, held]]), content)
  if (deepest) return bom + edited(doc.text, [...edits, ...addition(doc, deepest, key, nested)])
  const newline = newlineOf(doc.text)
  const before = /[^\r\n]$/.test(doc.text) ? doc.text + newline : doc.text
  return bom + before + render(Object.fromEntries([[key, nested]]), style, "") + newline
}

function drop({ bom, doc, all }: Selection): string {
  const gone = new Set(all.map(({ member }) => member))
  const objects = new Set(all.map(({ object }) => object))
  return (
    bom +
    edited(
      doc.text,
      [...objects].flatMap((object) => removals(doc, object, gone)),
    )
  )
}

/** As JSON holds it: without `undefined` and without the difference of 0 and -0. */
function normal(content: Content): Json {
  return JSON.parse(JSON.stringify(content))
}

function notAnObject(doc: Json5Document, node: ValueNode, what: string): PlaceError {
  return new PlaceError("wrong-shape", `${what} is ${nameOf(node)}, not an object ${at(doc, node)}`)
}

function nameOf(node: ValueNode): string {
  if (node.type === "Null") return "null"
  if (node.type === "Array" || node.type === "Object") return `an ${node.type.toLowerCase()}`
  return node.type === "String" ? "a string" : node.type === "Boolean" ? "a boolean" : "a number"
}

function at(doc: Json5Document, node: ValueNode): string {
  return `(${position(doc.text, rangeOf(node)[0])})`
}
