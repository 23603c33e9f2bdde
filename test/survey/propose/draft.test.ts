import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { parse } from "yaml"
import { draftData, draftText, Suggestion, suggestionsIn } from "../../../survey/propose/draft.ts"
import { hostile, rawIn } from "../../support/hostile/escapes.ts"

const why = "nobody knows: it's a # value"
const maybe = (value: unknown) => new Suggestion(value, why)
/** As a person does it: every comment that is no prose loses its mark, as often as there is one. */
const uncommented = (text: string): string => {
  const next = text.replace(/^( *)# /gm, "$1")
  return next === text ? text : uncommented(next)
}

describe("a document with suggestions", () => {
  it("has each as a comment behind its reason", () => {
    const text = draftText({
      a: 1,
      on: maybe(true),
      list: [{ name: "x" }, maybe({ name: "y", must: "nothing" })],
      all: [maybe({ name: "z" })],
      adopt: maybe(undefined),
    })
    expect(text.split("\n")).toEqual([
      "a: 1",
      `## ${why}`,
      "# on: true",
      "list:",
      "  - name: x",
      `  ## ${why}`,
      "  # - name: y",
      "  #   must: nothing",
      "# all:",
      `#   ## ${why}`,
      "#   - name: z",
      `## ${why}`,
      "",
    ])
  })

  it("leaves no key without a value", () => {
    expect(parse(draftText({ a: { b: [maybe("c")], d: 1 }, e: { f: maybe(1) } }))).toEqual({ a: { d: 1 } })
    expect(parse(draftText({ token: { rotation: 1, adopt: maybe(undefined) } }))).toEqual({ token: { rotation: 1 } })
  })

  const leaf = fc.oneof(fc.boolean(), fc.nat(), fc.constantFrom("x", "a: b", "# c", "- d", "~/e f", "g|h", "## i", "'"))
  const key = fc.constantFrom("name", "must", "gatekey:x", "a b", "#k", "on")
  const maybes = (arbitrary: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 3, arbitrary }, { weight: 1, arbitrary: arbitrary.map(maybe) })
  const reason = fc.constant(maybe(undefined))
  const { mapping } = fc.letrec((tie) => ({
    mapping: fc.dictionary(key, fc.oneof(maybes(tie("value")), reason), {
      minKeys: 1,
      maxKeys: 4,
      noNullPrototype: true,
    }),
    value: fc.oneof({ maxDepth: 4 }, leaf, tie("list"), tie("mapping")),
    list: fc.array(maybes(fc.oneof({ maxDepth: 4 }, leaf, tie("mapping"))), { minLength: 1, maxLength: 3 }),
  }))
  const documents = mapping as fc.Arbitrary<{ [key: string]: unknown }>

  it("is what it would be without them, and with all of them once they are uncommented", () => {
    fc.assert(
      fc.property(documents, (document) => {
        const text = draftText(document)
        expect(parse(text) ?? {}).toEqual(draftData(document, "without"))
        expect(parse(uncommented(text)) ?? {}).toEqual(draftData(document, "with"))
        expect(suggestionsIn(document) > 0).toBe(/^ *# /m.test(text))
      }),
      { numRuns: 500 },
    )
  })
})

it("spells out what a terminal cannot show, in keys, texts and reasons, and means the same", () => {
  const texts = fc.array(fc.oneof(fc.constant(hostile), fc.string({ unit: "binary" })), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(texts, (all) => {
      const entries = Object.fromEntries(all.map((text, at) => [`${at}${text}`, [text, maybe(text)]]))
      const text = draftText({ all: entries, on: new Suggestion(1, all.join("\n")) })
      expect(rawIn(text)).toEqual([])
      expect(parse(text)).toEqual({ all: draftData(entries, "without") })
    }),
    { numRuns: 40 },
  )
})
