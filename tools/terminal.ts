// `npm run terminal`: the pictures of the README's preview, from its text there, which `make docs-test` compares with a
// real preview.
import { writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { blocksOf } from "./docs/blocks.ts"
import { readPage } from "./docs/pages.ts"
import { terminalSvg, themes } from "./docs/terminal.ts"

const [preview] = blocksOf("README.md", readPage("README.md")).filter(({ kind }) => kind === "output")
if (!preview) throw new Error("README.md has no block of output")
for (const theme of Object.keys(themes) as (keyof typeof themes)[])
  writeFileSync(resolve(import.meta.dirname, `../docs/preview-${theme}.svg`), terminalSvg(preview.text, theme))
