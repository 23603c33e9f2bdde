import { createHash } from "node:crypto"
import fc from "fast-check"
import { type DefaultTreeAdapterTypes, parse } from "parse5"
import { describe, expect, test } from "vitest"
import { outlookOf } from "../../../../cli/report/outlook.ts"
import { pageOf } from "../../../../cli/report/page/page.ts"
import { previewIn } from "../../../../cli/stack/preview.ts"
import { crowd, handshake, previewOf, rotated, way } from "../../../support/engine/previews.ts"

type Element = DefaultTreeAdapterTypes.Element
type Node = DefaultTreeAdapterTypes.Node

const page = (preview: string) => pageOf(outlookOf(previewIn(preview)))
const small = () =>
  previewOf({
    "Gateway studio": [rotated("studio secret file"), handshake("studio handshake")],
    "Node tw": [rotated("tw config"), way("tw handshake", "refused: AUTH_TOKEN_MISMATCH", { op: "update" })],
  })

/** As a real parser reads it. */
function elements(text: string): Element[] {
  const below = (node: Node): Element[] => [
    ...("tagName" in node ? [node] : []),
    ...("childNodes" in node ? node.childNodes.flatMap(below) : []),
  ]
  return below(parse(text))
}

function textOf(node: Node): string {
  if (node.nodeName === "#text") return (node as DefaultTreeAdapterTypes.TextNode).value
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : ""
}

const attribute = (element: Element | undefined, name: string) =>
  element?.attrs.find((each) => each.name === name)?.value

describe("the page", () => {
  test("allows nothing but its own style, which its policy knows by hash", () => {
    const all = elements(page(small()))
    const policy = all.find((each) => attribute(each, "http-equiv") === "Content-Security-Policy")
    const styles = all.filter(({ tagName }) => tagName === "style").map(textOf)
    expect(styles).toHaveLength(1)
    const hash = createHash("sha256").update(styles.join("")).digest("base64")
    expect(attribute(policy, "content")).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    )
    expect(styles.join("")).not.toMatch(/url\(|@import|animation|transition/)
  })

  test("has landmarks, one title, headings in order, and a table whose heads have a scope", () => {
    const all = elements(page(small()))
    const tags = all.map(({ tagName }) => tagName)
    for (const once of ["header", "main", "footer", "h1", "title", "table"]) {
      expect(
        all.filter(({ tagName, namespaceURI }) => tagName === once && namespaceURI.endsWith("xhtml")),
      ).toHaveLength(1)
    }
    expect(tags.filter((tag) => /^h\d$/.test(tag))).toEqual(["h1", "h2", "h2", "h2"])
    expect(
      attribute(
        all.find(({ tagName }) => tagName === "html"),
        "lang",
      ),
    ).toBe("en")
    const heads = all.filter(({ tagName }) => tagName === "th").map((each) => [textOf(each), attribute(each, "scope")])
    expect(heads).toEqual([
      ...["place", "before", "after", "why"].map((head) => [head, "col"]),
      ...["studio secret file", "tw config"].map((head) => [head, "row"]),
    ])
    const [first] = all.filter(({ tagName }) => tagName === "a")
    expect([first && textOf(first), attribute(first, "href")]).toEqual(["Skip to the report", "#report"])
  })

  test("says the picture in words as well: each member, its state, and its way", () => {
    const all = elements(page(small()))
    const list = all.find((each) => attribute(each, "class") === "members")
    const items = list?.childNodes.filter(({ nodeName }) => nodeName === "li").map((each) => textOf(each).trim())
    expect(items).toEqual([
      "broken tw node on localchanged by pulumi up: tw configits route to studio: refused: AUTH_TOKEN_MISMATCH",
      "changes studio gateway on localchanged by pulumi up: studio secret file",
    ])
    const pictures = all.filter((each) => attribute(each, "role") === "img")
    expect(pictures).toHaveLength(2)
    for (const each of pictures) {
      const ids = attribute(each, "aria-labelledby")?.split(" ") ?? []
      const named = ids.map((id) => all.filter((other) => attribute(other, "id") === id).map(textOf))
      expect(named).toEqual([
        ["The fleet"],
        ["1 gateway, 1 node: 1 broken, 1 changes. The list after the picture says the same, member by member."],
      ])
    }
  })

  test("has an id only once, and no section without content", () => {
    for (const preview of [small(), crowd(3), previewOf({})]) {
      const all = elements(page(preview))
      const ids = all.flatMap((each) => attribute(each, "id") ?? [])
      expect(new Set(ids).size).toBe(ids.length)
    }
    expect(elements(page(previewOf({}))).filter(({ tagName }) => tagName === "section")).toEqual([])
  })

  test("is of our elements and attributes alone, whatever the fleet's names are", () => {
    const hostile = fc.string({
      unit: fc.constantFrom(
        ..."<>&\"'`=/ -!;:\n\r\t\u0000\u001b\u202e\u200b\ud800aé",
        ...[
          "</title>",
          "</style>",
          "<script>",
          "</svg>",
          "<!--",
          "]]>",
          "onload=",
          "javascript:",
          "<img src=x onerror=x>",
        ],
      ),
      minLength: 1,
      maxLength: 30,
    })
    const shape = (text: string) =>
      elements(text).map((each) => `${each.tagName} ${each.attrs.map(({ name }) => name).join(" ")}`)
    const kinds = new Set(shape(page(crowd(3, "node"))))
    fc.assert(
      fc.property(hostile, (name) => {
        const text = page(crowd(3, name))
        expect(shape(text).filter((each) => !kinds.has(each))).toEqual([])
        expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
      }),
      { numRuns: 200 },
    )
  })

  test("masks what looks like a token", () => {
    const token = createHash("sha256").update("a token").digest("hex")
    const text = page(crowd(2, `name ${token}`))
    expect(text).toContain("name [masked]")
    expect(text).not.toContain(token.slice(0, 16))
  })
})
