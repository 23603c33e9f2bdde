import { describe, expect, test } from "vitest"
import { findInterpolated } from "../../../places/dotenv/interpolated.ts"
import { bytes } from "../laws.ts"

const find = (file: string) => findInterpolated(bytes(file), "KEY")

describe("Compose's own reading of .env", () => {
  test.each([
    [`KEY=\${A:-b c}\n`, { content: `\${A:-b c}`, fallback: "b c" }],
    [`KEY="\${A}" # c\n`, { content: `\${A}` }],
    [`KEY=x\${A:-b}\n`, { content: `x\${A:-b}` }],
    ["KEY=$ABC\n", { content: "$ABC" }],
    ["KEY=a\nKEY=a$b\n", { content: "a$b" }],
  ])("%j refers to a variable", (file, reference) => {
    expect(find(file)).toEqual({ kind: "reference", ...reference })
  })
  test.each([
    ["KEY='$ABC'\n", "$ABC"],
    ["KEY=a$\n", "a$"],
    ["KEY=a$1\n", "a$1"],
    ["KEY=$A\nKEY=b\n", "b"],
  ])("%j is a value", (file, value) => {
    expect(find(file)).toMatchObject({ kind: "value", value })
  })
  test.each(["", "KEY=\n", "A=b\n"])("nothing in %j", (file) => {
    expect(find(file)).toEqual({ kind: "missing" })
  })
})
