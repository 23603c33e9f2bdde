import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { blocksOf } from "../../tools/docs/blocks.ts"
import { readPage } from "../../tools/docs/pages.ts"
import { linesOfSvg, terminalSvg } from "../../tools/docs/terminal.ts"
import { root } from "../support/engine/program.ts"

const readme = readPage("README.md")
const [preview] = blocksOf("README.md", readme).filter(({ kind }) => kind === "output")

test.each(["light", "dark"] as const)("the %s picture shows the README's preview (npm run terminal)", (theme) => {
  const svg = readFileSync(join(root, `docs/preview-${theme}.svg`), "utf8")
  expect(readme).toContain(`docs/preview-${theme}.svg`)
  expect(preview?.mark).toBeUndefined()
  expect(linesOfSvg(svg)).toBe(preview?.text)
  expect(svg).toBe(terminalSvg(preview?.text ?? "", theme))
})

test("a picture keeps spaces and markup as text, and loads nothing", () => {
  const text = "$ ls <a> & b\n  ~ x\n"
  const svg = terminalSvg(text, "dark")
  expect(linesOfSvg(svg)).toBe(text)
  expect(svg).toContain("$ ls &lt;a&gt; &amp; b")
  expect(svg).not.toMatch(/href|url\(|<script/)
})
