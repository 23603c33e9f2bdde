import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { apiReference } from "./docs/api.ts"
import { cliReference } from "./docs/cli.ts"
import { configurationReference } from "./docs/configuration.ts"
import { findingsReference } from "./docs/findings.ts"
import { withGenerated } from "./docs/markdown.ts"

const folder = join(import.meta.dirname, "../docs")

/** The pages with a generated part; a test says which one is not current. */
const generators: { readonly [page: string]: () => string } = {
  "api.md": apiReference,
  "cli.md": cliReference,
  "configuration.md": configurationReference,
  "findings.md": findingsReference,
}

export const generatedPages = Object.keys(generators)

/** Returns a page as it is, and as it should be. */
export function comparePage(page: string): { readonly is: string; readonly should: string } {
  const is = readFileSync(join(folder, page), "utf8")
  return { is, should: withGenerated(is, generators[page]?.() ?? "") }
}

// As a program it writes what is not current.
if (import.meta.main)
  for (const page of generatedPages) {
    const { is, should } = comparePage(page)
    if (is !== should) writeFileSync(join(folder, page), should)
  }
