import type { ValueNode } from "@humanwhocodes/momoa"
import { given } from "../../core/given.ts"
import type { Secret } from "../../core/secret.ts"
import { dotenvLines } from "../../places/dotenv/lines.ts"
import type { FormatName } from "../../places/format.ts"
import { formats } from "../../places/index.ts"
import { keyOf, parseDocument } from "../../places/json5/document.ts"
import type { Copy } from "../copy.ts"
import type { File } from "../sight.ts"
import { unlessBroken } from "../unless-broken.ts"
import { formsOf } from "./forms.ts"
import { readerOf } from "./readers.ts"

interface At {
  readonly locator: string
  readonly format?: FormatName
}

/**
 * Copies of tokens in a file that contains some of them: by their key or variable where the file's format tells it, else
 * by their lines.
 * @param known what was found in the file by name
 */
export function placedIn(
  file: File,
  text: string,
  values: readonly Secret[],
  known: readonly Copy[],
  home: string,
): Copy[] {
  const below = file.path.startsWith(`${home}/`) ? file.path.slice(home.length + 1) : file.path
  return values.flatMap((value): Copy[] => {
    const forms = formsOf(value.reveal()).filter((form) => text.includes(form.text))
    if (forms.length === 0) return []
    // What has blanks around it is found by its name as well.
    const own = known.filter(({ held }) => held.kind === "value" && value.equals(held.value.reveal().trim()))
    const named = namedIn(file.path, text, value)
    const unknown = named.filter(({ locator }) => own.every((copy) => copy.locator !== locator))
    // Where names tell nothing, lines would tell what is known already.
    const places = named.length > 0 ? unknown : own.length > 0 ? [] : [{ locator: linesText(text, forms) }]
    return places.map((place) => ({
      ...{ kind: "copy", path: file.path, file, held: { kind: "value", value } },
      ...place,
      ...given({ reader: readerOf(below, place.locator) }),
    }))
  })
}

function namedIn(path: string, text: string, value: Secret): At[] {
  const name = path.slice(path.lastIndexOf("/") + 1)
  if (/^\.env(?:\..+)?$|\.env$/.test(name)) return inDotenv(text, value)
  // A program's own dump is written anew by it.
  if (/\.json[5c]?(?:\..+)?$|\.pm2$/.test(name) || /^\s*[{[]/.test(text)) return unlessBroken(() => inJson(text, value))
  return []
}

function inDotenv(text: string, value: Secret): At[] {
  const names = dotenvLines(text).flatMap((line) => (value.equals(line.value) ? [line.key] : []))
  return [...new Set(names)].map((locator) => editable("dotenv", text, locator, value))
}

function inJson(text: string, value: Secret): At[] {
  const { root } = parseDocument(text.replace(/^\uFEFF/, ""))
  return root ? [...stringsIn(root, "", value)].map((locator) => editable("json5", text, locator, value)) : []
}

function* stringsIn(node: ValueNode, at: string, value: Secret): Generator<string> {
  if (node.type === "String" && value.equals(node.value)) yield at
  if (node.type === "Array") {
    for (const [index, element] of node.elements.entries()) yield* stringsIn(element.value, `${at}[${index}]`, value)
  }
  if (node.type !== "Object") return
  for (const member of node.members) {
    const key = keyOf(member)
    const segment = /^[^."'\s]+$/.test(key) ? key : JSON.stringify(key)
    yield* stringsIn(member.value, at === "" ? segment : `${at}.${segment}`, value)
  }
}

/** With the format if that finds the value there again: a place can be declared. */
function editable(format: FormatName, text: string, locator: string, value: Secret): At {
  const [found] = unlessBroken(() => [formats[format].find(Buffer.from(text), locator)])
  return { locator, ...(found?.kind === "value" && value.equals(found.value) ? { format } : {}) }
}

const mostLines = 3

/** `line 7`, `lines 3, 9, 14 and 6 more`, `line 7 (base64)`. */
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
