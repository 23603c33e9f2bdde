import type { ValueNode } from "@humanwhocodes/momoa"
import type { FormatName } from "../../../core/content.ts"
import { omitUndefined } from "../../../core/given.ts"
import type { Secret } from "../../../core/secret.ts"
import { dotenvLines } from "../../../places/dotenv/lines.ts"
import { keyOf, parseDocument } from "../../../places/json5/document.ts"
import { substituted } from "../../../places/json5/substitution.ts"
import type { File } from "../../files/home-snapshot.ts"
import type { PlaceCopy } from "../../files/place-copy.ts"
import { unlessBroken } from "../../files/unless-broken.ts"
import { formsOf } from "./forms.ts"
import { describeReader } from "./readers.ts"

interface NamedPlace {
  readonly locator: string
  readonly format?: FormatName
}

/**
 * Finds the copies of tokens in a file: by their key or variable if the file's format has them, else by their lines.
 * @param known what was found in the file by name
 */
export function copiesByValue(
  file: File,
  text: string,
  values: readonly Secret[],
  known: readonly PlaceCopy[],
  home: string,
): PlaceCopy[] {
  const below = file.path.startsWith(`${home}/`) ? file.path.slice(home.length + 1) : file.path
  const namedIn = namesOf(file.path, text)
  return values.flatMap((value): PlaceCopy[] => {
    const forms = formsOf(value.reveal()).filter((form) => text.includes(form.text))
    if (forms.length === 0) return []
    // A value with blanks around it is also found by name.
    const own = known.filter(({ held }) => held.kind === "value" && value.equals(held.value.reveal().trim()))
    const all = namedIn(value)
    const named = all.length > mostNamed ? [] : all
    const unknown = named.filter(({ locator }) => own.every((copy) => copy.locator !== locator))
    // Without new names, the lines would only repeat what is known.
    const places = named.length > 0 ? unknown : own.length > 0 ? [] : [{ locator: linesText(text, forms) }]
    return places.map((place) => ({
      ...{ kind: "copy", path: file.path, file, held: { kind: "value", value } },
      ...place,
      ...omitUndefined({ reader: describeReader(below, place.locator) }),
    }))
  })
}

/** If a file contains a token more often, names do not help. */
const mostNamed = 100

/** Parses the file once, and returns a function that finds the names of a value's places. */
function namesOf(path: string, text: string): (value: Secret) => NamedPlace[] {
  const name = path.slice(path.lastIndexOf("/") + 1)
  if (/^\.env(?:\..+)?$|\.env$/.test(name)) return inDotenv(text)
  // A program rewrites its own dump.
  if (/\.json[5c]?(?:\..+)?$|\.pm2$/.test(name) || /^\s*[{[]/.test(text)) {
    const [named] = unlessBroken(() => [inJson(text)])
    if (named) return named
  }
  return () => []
}

function inDotenv(text: string): (value: Secret) => NamedPlace[] {
  const lines = dotenvLines(text)
  const counting = new Map(lines.map(({ key, value }) => [key, value]))
  return (value) => {
    const names = new Set(lines.flatMap((line) => (value.equals(line.value) ? [line.key] : [])))
    return [...names].map((locator) => {
      const isEditable = /^[A-Za-z_]\w*$/.test(locator) && value.equals(counting.get(locator) ?? "")
      return { locator, ...(isEditable ? { format: "dotenv" } : {}) }
    })
  }
}

/** A string of a JSON document. `counts`: no later key of its name, or of a parent's, hides it, and it is in no list. */
interface Text {
  readonly locator: string
  readonly value: string
  readonly counts: boolean
}

function inJson(text: string): (value: Secret) => NamedPlace[] {
  const { root } = parseDocument(text.replace(/^\uFEFF/, ""))
  const texts = root ? textsIn(root) : []
  return (value) => {
    const found = new Map<string, NamedPlace>()
    for (const { locator, counts, ...text } of texts) {
      if (!value.equals(text.value)) continue
      const isEditable = counts && substituted(text.value) === text.value
      found.set(locator, { locator, ...(isEditable ? { format: "json5" } : {}) })
    }
    return [...found.values()]
  }
}

function textsIn(root: ValueNode): Text[] {
  const found: Text[] = []
  const walk = (node: ValueNode, locator: string, counts: boolean): void => {
    if (node.type === "String" && locator !== "") found.push({ locator, value: node.value, counts })
    if (node.type === "Array")
      for (const [index, { value }] of node.elements.entries()) walk(value, `${locator}[${index}]`, false)
    if (node.type !== "Object") return
    const last = new Map(node.members.map((member) => [keyOf(member), member]))
    for (const member of node.members) {
      const key = keyOf(member)
      const segment = /^[^."'\s]+$/.test(key) ? key : JSON.stringify(key)
      const at = locator === "" ? segment : `${locator}.${segment}`
      walk(member.value, at, counts && last.get(key) === member)
    }
  }
  walk(root, "", true)
  return found
}

const mostLines = 3

/** Describes lines: `line 7`, `lines 3, 9, 14 and 6 more`, `line 7 (base64)`. */
function linesText(text: string, forms: ReturnType<typeof formsOf>): string {
  const [first] = forms
  const numbers = numbersText(text, forms)
  return forms.every(({ as }) => as !== undefined) && first?.as ? `${numbers} (${first.as})` : numbers
}

function numbersText(text: string, forms: ReturnType<typeof formsOf>): string {
  const has = (line: string) => forms.some((form) => line.includes(form.text))
  const lines = text.split("\n").flatMap((line, at) => (has(line) ? [at + 1] : []))
  if (lines.length === 1) return `line ${lines[0]}`
  const listed = lines.slice(0, mostLines).join(", ")
  return lines.length > mostLines ? `lines ${listed} and ${lines.length - mostLines} more` : `lines ${listed}`
}
