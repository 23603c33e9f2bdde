import { globSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { expect, test } from "vitest"
import { isPublicDefault } from "../../core/strength.ts"
import { productNames } from "../../products/product.ts"

/** Settings of the gateway's authentication, as documentation writes them. */
const samples = [
  /\bauth:\s*\{[^{}]*?\b(?:token|password):\s*"([^"$\n]+)"/g,
  /\bremote:\s*\{[^{}]*?\b(?:token|password):\s*"([^"$\n]+)"/g,
  /_GATEWAY_(?:TOKEN|PASSWORD)[ \t]*[=:][ \t]*"?([^\s"'`$|,;:(){}\\]+)/g,
  /\b(?:gateway|node|dashboard|tui)\b[^\n`]*\s--(?:token|password)[= ]"?([^\s"'`$|,;:(){}\\]+)/g,
]

test.each(productNames)("sample tokens in %s's own documentation are public defaults", (product) => {
  const folder = resolve(import.meta.dirname, `../../.tools/products/${product}/node_modules/${product}`)
  const texts = globSync(["docs/**/*.md", "README.md", "skills/**/*.md"], { cwd: folder }).map((path) =>
    readFileSync(resolve(folder, path), "utf8"),
  )
  const found = texts.flatMap((text) =>
    samples.flatMap((pattern) => [...text.matchAll(pattern)].map(([, value = ""]) => value)),
  )
  const values = [...new Set(found)].filter((value) => /[A-Za-z]/.test(value))
  expect(values.length).toBeGreaterThan(3)
  expect(values.filter((value) => !isPublicDefault(value))).toEqual([])
})
