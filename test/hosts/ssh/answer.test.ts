import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { groupByCall, splitParts } from "../../../hosts/ssh/answer.ts"

const mark = "gk-0123456789abcdef"
const told = (output: Buffer | string) =>
  splitParts(Buffer.from(output), mark).map(({ name, arguments: words, body }) => [
    name,
    words,
    body.toString("latin1"),
  ])

describe("an answer", () => {
  test("is split at its marks; a greeting before them is skipped", () => {
    const answer = `Welcome!\n\n${mark} begin\n\n${mark} me 0 0 1\n\n${mark} end 0\n`
    expect(told(answer)).toEqual([
      ["begin", "", ""],
      ["me", "0 0 1", ""],
      ["end", "0", ""],
    ])
  })

  test("without a mark has no parts", () => {
    expect(told("This account is currently not available.\n")).toEqual([])
    expect(told(`${mark} begin\n`)).toEqual([])
  })

  test.each(["", `\n${mark}`, `\n${mark} en`, `\n${mark} end 1`])("that breaks off in %j has no end", (rest) => {
    expect(told(`\n${mark} begin\nheld${rest}`).map(([name]) => name)).toEqual(["begin"])
  })

  test("keeps each body byte by byte", () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(bodies, (bodies) => {
        const output = Buffer.concat(bodies.flatMap((body) => [Buffer.from(`\n${mark} bytes x\n`), Buffer.from(body)]))
        expect(splitParts(output, mark).map(({ body }) => Uint8Array.from(body))).toEqual(bodies)
      }),
    )
  })

  test("of several calls is grouped by their numbers", () => {
    const answer = ["begin", "look 0", "real", "entry", "look 1", "entry", "end 0"]
    const looks = groupByCall(splitParts(Buffer.from(answer.map((each) => `\n${mark} ${each}\n`).join("")), mark))
    expect([...looks].map(([number, parts]) => [number, [...parts.keys()]])).toEqual([
      [0, ["look", "real", "entry"]],
      [1, ["look", "entry", "end"]],
    ])
  })
})
