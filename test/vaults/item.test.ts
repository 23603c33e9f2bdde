import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Secret } from "../../core/secret.ts"
import { createContentItem, type Field, hasContent, type Item, parseContent, withContent } from "../../vaults/item.ts"
import type { VaultContent } from "../../vaults/vault.ts"
import { strongTokens } from "../support/tokens.ts"

const texts = fc.string({ minLength: 1, maxLength: 12 })
const sections = fc.constantFrom(undefined, "add more", "doors", "gates")

/** Of the user's: none is the token, and none is in our section. */
const others: fc.Arbitrary<Field> = fc
  .record({
    id: texts,
    label: fc.oneof(texts, fc.constantFrom("due", "previous", "generation", "Token")),
    type: fc.constantFrom("STRING", "CONCEALED", "URL", "OTP"),
    value: fc.option(texts, { nil: undefined }),
    purpose: fc.constantFrom(undefined, "NOTES"),
    section: sections.map((id) => id && { id }),
  })
  .filter(({ id, label }) => id !== "token" && label !== "token") as fc.Arbitrary<Field>

const items: fc.Arbitrary<Item> = fc
  .uniqueArray(others, { selector: ({ id }) => id ?? "", maxLength: 6 })
  .map((fields) => ({ id: "x", title: "gatekey", tags: ["mine"], sections: [{ id: "doors", label: "Doors" }], fields }))

const kepts: fc.Arbitrary<VaultContent> = fc
  .record(
    {
      token: strongTokens.map((text) => new Secret(text)),
      generation: fc.nat(999_999),
      fingerprint: fc.constantFrom("fp:1f3a9c07", "fp:00000000"),
      created: fc.constant("2026-11-25T21:00:00.000Z"),
      due: fc.constant("2026-12-25T21:00:00Z"),
      previous: strongTokens.map((text) => new Secret(text)),
    },
    { requiredKeys: ["token"] },
  )
  .map((kept) => kept as VaultContent)

const plain = (kept: VaultContent | undefined) =>
  kept && { ...kept, token: kept.token.reveal(), previous: kept.previous?.reveal() }

describe("an item", () => {
  test("contains the last content written, and a repeated write changes nothing", () => {
    fc.assert(
      fc.property(items, kepts, kepts, (item, first, last) => {
        const once = withContent(item, first, "token")
        expect(plain(parseContent(once, "token"))).toEqual(plain(first))
        expect(withContent(once, first, "token")).toEqual(once)
        expect(plain(parseContent(withContent(once, last, "token"), "token"))).toEqual(plain(last))
      }),
    )
  })

  test("keeps the user's fields in their order", () => {
    fc.assert(
      fc.property(items, kepts, (item, kept) => {
        const { fields = [], ...rest } = withContent(item, kept, "token")
        expect(fields.slice(0, item.fields?.length)).toEqual(item.fields)
        expect({ ...rest, sections: rest.sections?.slice(0, 1) }).toEqual({ ...item, fields: undefined })
      }),
    )
  })
})

const secret = { token: new Secret("abc"), generation: 1 }

test("a new item has the token in no section, for a reference of three parts, and the rest in gatekey's section", () => {
  expect(createContentItem("gatekey", { ...secret, previous: new Secret("old") }, "token")).toEqual({
    title: "gatekey",
    category: "API_CREDENTIAL",
    sections: [{ id: "gatekey", label: "gatekey" }],
    fields: [
      { label: "token", type: "CONCEALED", value: "abc" },
      { label: "generation", type: "STRING", value: "1", section: { id: "gatekey" } },
      { label: "previous", type: "CONCEALED", value: "old", section: { id: "gatekey" } },
    ],
  })
})

test("recognises gatekey's section with another id", () => {
  const named = { sections: [{ id: "q1", label: "gatekey" }], fields: [] }
  const { sections, fields } = withContent(named as Item, secret, "token")
  expect(sections).toEqual(named.sections)
  expect(fields?.[1]).toMatchObject({ label: "generation", section: { id: "q1" } })
})

describe("the token's field", () => {
  const at = (section?: string, value = "x", id = `id-${section}`): Field => ({
    id,
    label: "token",
    value,
    ...(section && { section: { id: section } }),
  })

  test.each<[string, Field[], string | undefined]>([
    ["is the one in no section", [at("doors"), at("add more", "mine")], "mine"],
    ["else the only one", [at("doors", "mine")], "mine"],
    ["may be named by its id", [{ id: "token", label: "Gate", value: "mine" }], "mine"],
    ["may be empty: it keeps none", [at(undefined, "")], undefined],
  ])("%s", (_, fields, value) => {
    expect(parseContent({ fields }, "token")?.token.reveal()).toBe(value)
  })

  test("is refused if several match", () => {
    expect(() => parseContent({ fields: [at("doors"), at("gates")] }, "token")).toThrow(
      /2 fields .* \(id-doors and id-gates\)/,
    )
  })
})

test("ignores values of another form in gatekey's fields, so a token in the wrong field stays hidden", () => {
  const token = "5f".repeat(32)
  const fields = ["generation", "fingerprint", "created", "due"].map((label) => ({
    label,
    value: token,
    section: { id: "gatekey" },
  }))
  const item = { sections: [{ id: "gatekey", label: "gatekey" }], fields: [{ label: "token", value: "t" }, ...fields] }
  expect(Object.keys(parseContent(item, "token") ?? {})).toEqual(["token"])
})

test("a section without an id is not gatekey's, as no field can refer to it", () => {
  const content = { token: new Secret("new"), previous: new Secret("old") }
  const item = withContent({ sections: [{ label: "gatekey" }] }, content, "token")
  expect(hasContent(item, content, "token")).toBe(true)
})

test("a field in a section with gatekey's id that the item does not list is not the token", () => {
  const content = { token: new Secret("new") }
  const fields = [{ label: "token", value: "another", section: { id: "gatekey" } }]
  const item = withContent({ fields }, content, "token")
  expect(hasContent(item, content, "token")).toBe(true)
})
