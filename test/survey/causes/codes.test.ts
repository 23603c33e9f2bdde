import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { causeCodes } from "../../../survey/causes/codes/index.ts"

const folder = join(import.meta.dirname, "../../../survey/causes")
const sources = globSync("*.ts", { cwd: folder }).map((name) => readFileSync(join(folder, name), "utf8"))
const text = sources.join("\n")

/** Codes that are made from the kind of a verdict: `codeOfVerdict`. */
const ofVerdicts = ["not-a-gateway", "pairing-required", "rate-limited", "proxy", "unreachable", "tls", "protocol"]

// The other direction is the compiler's: a cause has a code of the table.
test.each(Object.keys(causeCodes))("the code %s can be reported", (code) => {
  expect(text.includes(`"${code}"`) || ofVerdicts.includes(code)).toBe(true)
})

test.each(Object.entries(causeCodes))("%s is explained in sentences", (_code, { means, fix }) => {
  expect(means).toMatch(/^[A-Z`].*\.$/)
  expect(fix).toMatch(/^[A-Z`].*[.`]$/)
})
