import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"

const root = join(import.meta.dirname, "../..")
const page = readFileSync(join(root, "docs/troubleshooting.md"), "utf8")

/** The messages of the page's tables, by the product that prints them. */
function messagesOf(product: string): readonly string[] {
  const rows = [...page.matchAll(/^\| (`.*?) \| (openclaw|clawdbot|both) \|/gm)]
  return rows.flatMap(([, messages = "", of]) =>
    of === product || of === "both" ? [...messages.matchAll(/`([^`]+)`/g)].map(([, message = ""]) => message) : [],
  )
}

/** The parts of a message that a product's source has in one piece; what the system prints is not in it. */
function partsOf(message: string): readonly string[] {
  return message.split(/…|[()]|(?<=unauthorized): /).flatMap((part) => {
    const text = part.trim()
    return text.length < 4 || /^E[A-Z]+$|^unauthorized$/.test(text) ? [] : [text]
  })
}

describe.each(["openclaw", "clawdbot"])("the messages of %s", (product) => {
  const dist = join(root, ".tools/products", product, "node_modules", product, "dist")
  const missing = !existsSync(dist)

  test("are found in the page", () => {
    expect(messagesOf(product).length).toBeGreaterThan(10)
  })

  test.skipIf(missing)(`are those of its program${missing ? " [not installed: tools/setup-products.sh]" : ""}`, () => {
    const parts = [...new Set(messagesOf(product).flatMap(partsOf))]
    const patterns = parts.flatMap((part) => ["-e", part])
    const { stdout } = spawnSync(
      "grep",
      ["-raohF", "--include=*.js", "--include=*.mjs", "--include=*.cjs", ...patterns, dist],
      { encoding: "utf8", maxBuffer: 2 ** 28 },
    )
    const found = stdout.split("\n")
    // grep prints the longest of those that overlap.
    expect(parts.filter((part) => !found.some((line) => line.includes(part)))).toEqual([])
  })
})
