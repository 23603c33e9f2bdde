import { deepStrictEqual, strictEqual } from "node:assert"
import fc from "fast-check"
import type { Content, FoundContent } from "../../core/content.ts"
import { type Format, missing } from "../../places/format.ts"

/** A file, a locator in its format, and what to put there. */
export interface Case {
  readonly file: string
  readonly locator: string
  readonly content: Content
}

/** What `find` must answer after `content` was put: text as a value, an object as a reference. */
type Expected = (content: Content) => FoundContent

const asPut: Expected = (content) =>
  typeof content === "string" ? { kind: "value", value: content, others: [] } : { kind: "reference", content }

/** What every format promises, checked on arbitrary files: the cases must be ones the format can hold. */
export function formatLaws(format: Format, cases: fc.Arbitrary<Case>, options: LawOptions = {}): void {
  const runs = { numRuns: options.numRuns ?? 1000 }
  fc.assert(
    fc.property(cases, (one) => checkLaws(format, one, options.expected ?? asPut)),
    runs,
  )
}

export interface LawOptions {
  readonly expected?: Expected
  readonly numRuns?: number
}

function checkLaws(format: Format, { file, locator, content }: Case, expected: Expected): void {
  const start = bytes(file)
  const absent = format.find(start, locator).kind === "missing"
  const put = format.put(start, locator, content)
  // Where a locator occurs more than once all are set, so `others` may repeat the value.
  deepStrictEqual(alone(format.find(put, locator), content), expected(content), "find(put(x)) is x")
  strictEqual(text(format.put(put, locator, content)), text(put), "putting twice is putting once")

  const dropped = format.drop(put, locator)
  deepStrictEqual(format.find(dropped, locator), missing, "what is dropped is missing")
  strictEqual(text(format.drop(dropped, locator)), text(dropped), "dropping twice is dropping once")

  const bare = format.drop(start, locator)
  deepStrictEqual(format.find(bare, locator), missing, "what is dropped is missing")
  // `find` calls an empty value missing too, so only what `drop` left is surely absent.
  strictEqual(text(format.drop(bare, locator)), text(bare), "dropping what is absent changes nothing")
  if (absent) keepsLines(file, text(dropped))
}

/** Every line of `before` is still in `after`, in order: nothing else was lost to a put and a drop. */
function keepsLines(before: string, after: string): void {
  const lines = after.split(/\r?\n/)
  let at = 0
  for (const line of before.split(/\r?\n/).filter((each) => each.trim() !== "")) {
    const found = lines.indexOf(line, at)
    if (found < 0) throw new Error(`lost the line ${JSON.stringify(line)} in ${JSON.stringify(after)}`)
    at = found + 1
  }
}

function alone(found: FoundContent, content: Content): FoundContent {
  if (found.kind !== "value") return found
  for (const other of found.others) strictEqual(other, content, "all occurrences are set")
  return { ...found, others: [] }
}

export function bytes(content: string): Uint8Array {
  return Buffer.from(content, "utf-8")
}

export function text(content: Uint8Array): string {
  return Buffer.from(content).toString("utf-8")
}
