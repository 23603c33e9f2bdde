import { SaxesParser } from "saxes"
import { PlaceError } from "../../core/errors.ts"
import { position } from "../common/text.ts"
import { isLeaf, isPlistElement, problemOf } from "./xml-check.ts"

/** An element of the source: `start` to `end` with its tags, `inner` between them (absent for `<a/>`). */
export interface Element {
  readonly name: string
  readonly start: number
  end: number
  inner: { from: number; to: number } | undefined
  /** The decoded text of a key, string or number. */
  text: string
  /** Of a dictionary: key, value, key, value. */
  readonly children: Element[]
}

/** The top value of a property list, every part of it checked; iterative, so that no depth overflows the stack. */
export function parsePlist(source: string): Element {
  if (source.trim() === "") {
    throw new PlaceError("unparsable", "is empty: a property list is first written by its product's installer")
  }
  const open: Element[] = []
  let root: Element | undefined
  let last = 0
  const parser = new SaxesParser({ defaultXMLVersion: "1.0", forceXMLVersion: true })
  const refuse = (message: string, offset: number) => {
    return new PlaceError("unparsable", `${message} (${position(source, offset)})`)
  }
  const malformed = (reason: string, offset: number) => refuse(`is not a property list: ${reason}`, offset)

  /** The parser is past the problem; for what it could not end, far past it. */
  const whereOf = (reason: string) => {
    const at = Math.max(0, parser.position - 1)
    if (reason === "unclosed tag") return open.at(-1)?.start ?? at
    return reason.includes("entity") ? source.lastIndexOf("&", at) : at
  }

  parser.on("error", (error) => {
    // What follows the reason's colon quotes the file.
    const reason = error.message.replace(/^\d+:\d+: /, "").replace(/\.?(:.*)?$/s, "")
    throw malformed(reason, whereOf(reason))
  })
  parser.on("xmldecl", ({ encoding }) => {
    if (encoding === undefined || encoding.toLowerCase() === "utf-8") return
    throw refuse("declares another encoding than UTF-8; `plutil -convert xml1` writes it as UTF-8", 0)
  })
  parser.on("doctype", (doctype) => {
    if (!doctype.replaceAll(/"[^"]*"|'[^']*'/g, "").includes("[")) return
    const what = doctype.includes("<!ENTITY") ? "declares XML entities" : "has a DTD of its own"
    throw refuse(`${what}; a property list needs none: take it out`, source.indexOf("<!DOCTYPE"))
  })
  parser.on("opentagstart", ({ name }) => {
    const start = source.lastIndexOf("<", parser.position - 1)
    if (!isPlistElement(name)) throw malformed("it has an element that property lists do not know", start)
    const parent = open.at(-1)
    const problem = problemOf(parent, name)
    if (problem !== undefined) throw malformed(problem, start)
    const element: Element = { name, start, end: start, inner: undefined, text: "", children: [] }
    parent?.children.push(element)
    root ??= element
    open.push(element)
  })
  parser.on("opentag", ({ isSelfClosing }) => {
    last = parser.position
    const element = open.at(-1)
    if (element && !isSelfClosing) element.inner = { from: last, to: last }
  })
  parser.on("closetag", () => {
    last = parser.position
    const element = open.pop()
    if (element === undefined) return
    element.end = last
    if (element.inner) element.inner.to = source.lastIndexOf("</", last - 1)
    const problem = problemOf(element)
    if (problem !== undefined) throw malformed(problem, element.start)
  })
  const text = (characters: string) => {
    const element = open.at(-1)
    if (element === undefined) return
    if (isLeaf(element.name)) element.text += characters
    else if (/[^ \t\r\n]/.test(characters)) throw malformed(`text stands directly in a <${element.name}>`, last)
  }
  parser.on("text", text)
  parser.on("cdata", text)
  parser.write(source).close()
  // The parser has refused a document without a root, and the checks a <plist> without a value.
  return (root?.name === "plist" ? root.children[0] : root) as Element
}
