import { describe, expect, test } from "vitest"
import { environmentFile } from "../../../places/environment-file/environment-file.ts"
import { systemd } from "../../../places/systemd/systemd.ts"
import { bytes } from "../laws.ts"

// Each took from seconds to minutes when a line was gone through once for each of its parts.
const many = 200_000
const service = (text: string) => `[Service]\n${text}\n`

describe("a unit of any shape is read in one go", () => {
  test.each([
    ["blanks within a value", service(`Environment=A=b${" ".repeat(many)}x`), "KEY"],
    ["blanks behind a value", service(`Environment=A=b${" ".repeat(many)}`), "KEY"],
    ["backslashes", service(`Environment=A=${"\\".repeat(many)}x`), "KEY"],
    ["lines that go on", service("a\\\n".repeat(12_000)), "KEY"],
    ["a value in as many lines", service(`Environment=${"KEY=a \\\n".repeat(12_000)}`), "KEY"],
    ["with a comment in each", service(`Environment=${"KEY=a \\\n# x\n".repeat(12_000)}`), "KEY"],
    ["as many words", service(`Environment=${"KEY=a ".repeat(40_000)}`), "KEY"],
    ["as many settings and resets", service("Environment=KEY=a\nEnvironment=\n".repeat(20_000)), "KEY"],
    ["flags", service(`ExecStart=/bin/x ${"--token a ".repeat(40_000)}`), "--token"],
    ["braces that are never closed", service(`ExecStart=/bin/x --token ${"${".repeat(many)}`), "--token"],
    ["line endings", service("\r".repeat(many)), "KEY"],
  ])("%s", (_, file, locator) => {
    systemd.find(bytes(file), locator)
    expect(systemd.find(systemd.drop(bytes(file), locator), locator)).toEqual({ kind: "missing" })
  })
})

describe("an environment file of any shape is read in one go", () => {
  test.each([
    ["blanks behind a value", `KEY=a${" \t".repeat(many)}x\n`],
    ["quoted parts", `KEY=${"'a'".repeat(many)}\n`],
    ["a long quoted part", `KEY="${"\\a".repeat(many)}"\n`],
    ["lines that go on", `KEY=${"a\\\n".repeat(many)}\n`],
    ["as many lines", "KEY=a\n".repeat(40_000)],
    ["comments", "#\\a\n".repeat(many)],
    ["line endings", "\r".repeat(many)],
  ])("%s", (_, file) => {
    environmentFile.find(bytes(file), "KEY")
    expect(environmentFile.find(environmentFile.drop(bytes(file), "KEY"), "KEY")).toEqual({ kind: "missing" })
  })
})
