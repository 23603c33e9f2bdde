import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Content } from "../../core/content.ts"
import {
  createGenerations,
  createRing,
  findInForce,
  fingerprintInForce,
  type Generations,
  generateToken,
} from "../../core/generations.ts"
import { describeExpected, type ExpectedContent, evaluatePlace, type PlaceSnapshot } from "../../core/holds.ts"
import { computeFingerprint } from "../../core/ring.ts"
import { rotate } from "../../core/rotate.ts"
import { strong, weak } from "../support/tokens.ts"

const four = [2, 3, 4].reduce<Generations>(
  (from, rotation) => rotate(from, rotation, { keep: 4, compromised: [], coming: generateToken(), now: "2026-01-01" }),
  createGenerations(1, undefined),
)
/** Generation 3 is in force, after 4: one is older, one the previous, one newer, one not in force yet. */
const at = rotate(four, 3, { keep: 4, compromised: [], coming: generateToken(), now: "2026-01-01" })
const ring = createRing(at)
const of = (generation: number) => at.kept.find((one) => one.generation === generation)?.value ?? ""
const print = (value: string) => computeFingerprint(at.key, value)
const token: ExpectedContent = { must: "token", generation: 3, fingerprint: fingerprintInForce(at) }
const nothing: ExpectedContent = { must: "nothing" }
const reference = {
  must: "reference",
  reference: { source: "file", provider: "gatekey", id: "value" },
} as const satisfies ExpectedContent
const foreign = strong()

function value(
  held: string,
  more: { others?: readonly string[]; mode?: number; leftover?: boolean } = {},
): PlaceSnapshot {
  const { others = [], mode = 0o600, leftover = false } = more
  return { kind: "content", found: { kind: "value", value: held, others }, mode, leftover }
}
function refers(content: Content, fallback?: string): PlaceSnapshot {
  const found = { kind: "reference" as const, content, ...(fallback === undefined ? {} : { fallback }) }
  return { kind: "content", found, mode: 0o644, leftover: false }
}
const missing: PlaceSnapshot = { kind: "content", found: { kind: "missing" }, mode: 0o644, leftover: false }
const closed: PlaceSnapshot = { kind: "unreadable", reason: "permission denied (mode 0000)" }
const noFile: PlaceSnapshot = { kind: "no-file", leftover: false }

describe("a place that must hold the token", () => {
  test.each([
    ["the current token", value(of(3)), "current", `generation 3 (${print(of(3))})`],
    ["the previous token", value(of(4)), "previous", `generation 4, the previous token (${print(of(4))})`],
    ["an older token", value(of(1)), "older", `generation 1, an older token (${print(of(1))})`],
    ["the next token", value(at.next), "next", `the next token (${print(at.next)}), not in force yet`],
    ["a public default", value("clawdbot-local-dev"), "default", "the public default clawdbot-local-dev"],
    ["a foreign token", value(foreign), "foreign", `another token (${print(foreign)})`],
    ["no key", missing, "missing", "nothing: the key is missing"],
    ["no file", noFile, "no-file", "nothing: the file is missing"],
    ["what cannot be read", closed, "unreadable", "unreadable: permission denied (mode 0000)"],
    [
      "the token for all to read",
      value(of(3), { mode: 0o644 }),
      "too-open",
      `generation 3 (${print(of(3))}), but others can read the file (0644)`,
    ],
    [
      "the token for others to change",
      value(of(3), { mode: 0o620 }),
      "too-open",
      `generation 3 (${print(of(3))}), but others can change the file (0620)`,
    ],
    [
      "a foreign token for others to read",
      value(foreign, { mode: 0o640 }),
      "foreign",
      `another token (${print(foreign)}), but others can read the file (0640)`,
    ],
    [
      "the token after a foreign one",
      value(of(3), { others: [foreign, of(3)] }),
      "duplicate",
      `generation 3 (${print(of(3))}), but an entry before it holds another token (${print(foreign)})`,
    ],
    [
      "a foreign token that a later entry hides",
      value("", { others: [foreign] }),
      "duplicate",
      `nothing, but an entry before it holds another token (${print(foreign)})`,
    ],
    [
      "the token, and a copy beside it",
      value(of(3), { leftover: true }),
      "leftover",
      `generation 3 (${print(of(3))}), but what a killed run left lies beside the file`,
    ],
    ["an expression", refers("$TOKEN"), "reference", "a reference to the environment"],
    [
      "an expression with a default",
      refers("$TOKEN", "changeme"),
      "default",
      "a reference to the environment, which falls back to the public default changeme",
    ],
    ["an object", refers({ source: "file" }), "reference", "another reference"],
  ] as const satisfies readonly (readonly [string, PlaceSnapshot, string, string])[])(
    "says that it holds %s",
    (_, seen, code, message) => {
      const isForeign = seen.kind === "content" && seen.found.kind === "reference"
      expect(evaluatePlace(seen, token, ring)).toEqual({
        code,
        message,
        ...(isForeign ? { foreignReference: true } : {}),
      })
    },
  )

  test("that was replaced is called newer if the number went back by two", () => {
    const back = rotate(at, 2, { keep: 4, compromised: [], coming: generateToken(), now: "2026-01-01" })
    expect(evaluatePlace(value(of(4)), token, createRing(back)).message).toBe(
      `generation 4, a newer token (${print(of(4))})`,
    )
  })

  test("without a known stack has no fingerprint", () => {
    expect(evaluatePlace(value(foreign), token, undefined).message).toBe("another token")
    expect(evaluatePlace(value("changeme"), token, undefined).message).toBe("the public default changeme")
  })
})

describe("a place that must hold nothing", () => {
  test.each([
    ["no key", missing, "nothing"],
    ["no file", noFile, "nothing"],
    ["the token", value(of(3)), `generation 3 (${print(of(3))})`],
    ["a public default", value("clawdbot-local-dev", { mode: 0o644 }), "the public default clawdbot-local-dev"],
    ["a directory", { kind: "unreadable", reason: "is a directory" }, "unreadable: is a directory"],
    [
      "a copy beside it",
      { kind: "no-file", leftover: true },
      "nothing, but what a killed run left lies beside the file",
    ],
  ] as const satisfies readonly (readonly [string, PlaceSnapshot, string])[])(
    "says that it holds %s",
    (_, seen, message) => {
      expect(evaluatePlace(seen, nothing, ring).message).toBe(message)
    },
  )
})

describe("a place that must hold a reference", () => {
  const { reference: wanted } = reference
  test.each([
    ["it", refers({ ...wanted }), describeExpected(reference)],
    ["it in another order", refers({ id: "value", provider: "gatekey", source: "file" }), describeExpected(reference)],
    ["another", refers({ ...wanted, provider: "other" }), "another reference"],
    [
      "it, behind a token",
      { ...missing, found: { kind: "reference", content: { ...wanted }, others: [foreign] } },
      `${describeExpected(reference)}, but an entry before it holds another token (${print(foreign)})`,
    ],
    ["the token", value(of(3), { mode: 0o644 }), `generation 3 (${print(of(3))})`],
    ["no key", missing, "nothing: the key is missing"],
  ] as const satisfies readonly (readonly [string, PlaceSnapshot, string])[])(
    "says that it holds %s",
    (_, seen, message) => {
      expect(evaluatePlace(seen, reference, ring).message).toBe(message)
    },
  )

  test("describes it by its target", () => {
    expect(describeExpected(reference)).toMatch(/^the reference to .*gatekey/)
    const file: ExpectedContent = {
      must: "reference",
      reference: { source: "file", mode: "singleValue", path: "~/token" },
    }
    expect(describeExpected(file)).toMatch(/^the reference to .*~\/token/)
  })
})

const contents: readonly Content[] = [
  { source: "file", provider: "gatekey", id: "value" },
  { source: "file", provider: "gatekey", id: "value", mode: "json" },
  { source: "file", mode: "singleValue", path: "/a" },
  { source: "file", mode: "json", path: "/a" },
  { source: "file", mode: "singleValue", path: "/b" },
  { source: "exec", command: "x" },
  {},
]

test("different references have different descriptions", () => {
  const words = contents.map((content) => describeExpected({ must: "reference", reference: content }))
  expect(new Set(words).size).toBe(contents.length)
})

const values = [...[1, 2, 3, 4].map(of), at.next, foreign, "clawdbot-local-dev", weak.short, "nothing", ""]
const content = fc.constantFrom(...contents)
const found = fc.oneof(
  fc.record({
    kind: fc.constant("value" as const),
    value: fc.constantFrom(...values),
    others: fc.array(fc.constantFrom(...values), { maxLength: 2 }),
  }),
  fc.record({ kind: fc.constant("reference" as const), content }),
  fc.record({
    kind: fc.constant("reference" as const),
    content: fc.constant("$X"),
    fallback: fc.constantFrom(...values),
  }),
  fc.constant({ kind: "missing" as const }),
)
const seens: fc.Arbitrary<PlaceSnapshot> = fc.oneof(
  fc.record({
    kind: fc.constant("content" as const),
    found,
    mode: fc.constantFrom(0o600, 0o400, 0o644, 0o640, 0o666, 0o601, 0o700),
    leftover: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("no-file" as const), leftover: fc.boolean() }),
  fc.record({ kind: fc.constant("unreadable" as const), reason: fc.constantFrom("is a directory", "nothing", "") }),
  fc.record({
    kind: fc.constant("unreachable" as const),
    reason: fc.constantFrom("timed out after 10 s", "nothing", ""),
    advice: fc.constant("see: ssh tw"),
  }),
)
const wants: fc.Arbitrary<ExpectedContent> = fc.oneof(
  fc.constant(token),
  fc.constant(nothing),
  content.map((reference) => ({ must: "reference" as const, reference })),
)

/** The expected description, without the code under test. */
function isRight(seen: PlaceSnapshot, want: ExpectedContent): boolean {
  if (seen.kind === "unreadable" || seen.kind === "unreachable" || seen.leftover) return false
  if (seen.kind === "no-file") return want.must === "nothing"
  const { found, mode } = seen
  if (want.must === "nothing") return found.kind === "missing"
  if (want.must === "reference") return found.kind === "reference" && found.content === want.reference
  const all = found.kind === "value" ? [found.value, ...found.others.filter((held) => held !== "")] : []
  return all.length > 0 && all.every((held) => held === findInForce(at).value) && (mode & 0o077) === 0
}

test("the message equals the expected one exactly if the place is correct, and never contains a token", () => {
  fc.assert(
    fc.property(seens, wants, (seen, want) => {
      const { message } = evaluatePlace(seen, want, ring)
      expect(message === describeExpected(want)).toBe(isRight(seen, want))
      for (const secret of [...at.kept.map(({ value }) => value), at.next, at.key, foreign, weak.short]) {
        expect(message).not.toContain(secret)
      }
    }),
    { numRuns: 5000 },
  )
})
