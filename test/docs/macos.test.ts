import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"

const root = join(import.meta.dirname, "../..")
const page = readFileSync(join(root, "docs/macos.md"), "utf8")
const script = readFileSync(join(root, "test/mac-forms.sh"), "utf8")

test("each form of docs/macos.md is tried by test/mac-forms.sh, and no other", () => {
  const [, forms = ""] = /## Forms\n(.*?)\n## /s.exec(page) ?? []
  const listed = [...forms.matchAll(/^\| `([^`]+)` \|/gm)].map(([, form = ""]) => form.replaceAll("\\|", "|"))
  const tried = [...script.matchAll(/^form (?:'([^']+)'|"([^"]+)")/gm)].map(([, one, other]) => one ?? other)
  expect(listed.length).toBeGreaterThan(20)
  expect(tried).toEqual(listed)
})
