import { PlaceError } from "../../core/errors.ts"
import { strictUtf8 } from "../../core/utf8.ts"
import { type Edit, edited } from "../common/edits.ts"
import { BOM, position, utf16Mark } from "../common/text.ts"
import type { Change, Entry, PropertyList, Value } from "./value.ts"
import { append, type Line, removeElements, setText, write } from "./xml-edit.ts"
import { type Element, parsePlist } from "./xml-parse.ts"

/** An XML property list; edits change the source at the parser's offsets, so that every other byte stays. */
export function readXml(file: Uint8Array): PropertyList {
  const text = decode(file)
  const bom = text.startsWith(BOM) ? BOM : ""
  const source = text.slice(bom.length)
  const top = parsePlist(source)
  return {
    top: show(source, top),
    edited(changes) {
      const edits = changes.flatMap((change) => editsOf(source, top, change))
      return Buffer.from(bom + edited(source, edits))
    },
  }
}

function decode(file: Uint8Array): string {
  const [first, second] = file
  if (utf16Mark(file) || first === 0 || second === 0) {
    throw new PlaceError("unparsable", "is UTF-16 text, not UTF-8; `plutil -convert xml1` writes it as UTF-8")
  }
  try {
    return strictUtf8.decode(file)
  } catch {
    throw new PlaceError("unparsable", "is not UTF-8 text")
  }
}

function show(source: string, element: Element): Value {
  const { name, children } = element
  return {
    kind: name === "dict" || name === "array" || name === "string" ? name : "other",
    text: name === "string" ? element.text : "",
    entries: () => pairs(element).map(([key, value]): Entry => ({ key: key.text, value: show(source, value) })),
    items: () => children.map((child) => show(source, child)),
    where: () => position(source, element.start),
  }
}

/** The keys and values of a dictionary; the parser has seen to it that they alternate. */
function pairs({ children }: Element): [Element, Element][] {
  return children.flatMap((value, at) => (at % 2 === 1 ? [[children[at - 1] as Element, value]] : []))
}

function editsOf(source: string, top: Element, change: Change): Edit[] {
  if (change.holder === undefined) return [append(source, top, top, environment(change.add))]
  const holder = pairs(top)[change.holder]?.[1] as Element
  const slots = holder.name === "dict" ? pairs(holder) : holder.children.map((child) => [child])
  const set = [...change.set].map(([at, text]) => setText(slots[at]?.at(-1) as Element, text))
  const removed = slots.filter((_, at) => change.remove.has(at)).flat()
  const lines = holder.name === "dict" ? entry(source, holder, change.add) : change.add.map(item)
  const added = lines.length === 0 ? [] : [append(source, top, holder, lines)]
  return [...set, ...removeElements(source, removed), ...added]
}

function item(text: string): Line {
  return [0, write("string", text)]
}

/** A key and its value, on one line if those of the last entry are. */
function entry(source: string, dict: Element, [name, value]: readonly string[]): Line[] {
  if (name === undefined || value === undefined) return []
  const [key, string] = [write("key", name), write("string", value)]
  const [lastKey, lastValue] = pairs(dict).at(-1) ?? []
  const gap = lastKey && lastValue ? source.slice(lastKey.end, lastValue.start) : "\n"
  return /^[ \t]*$/.test(gap) ? [[0, key + gap + string]] : [key, string].map((line) => [0, line])
}

function environment([name = "", value = ""]: readonly string[]): Line[] {
  return [
    [0, write("key", "EnvironmentVariables")],
    [0, "<dict>"],
    [1, write("key", name)],
    [1, write("string", value)],
    [0, "</dict>"],
  ]
}
