import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join, normalize } from "node:path"
import { expect, test } from "vitest"

const root = join(import.meta.dirname, "../..")
const read = (page: string) => readFileSync(join(root, page), "utf8")
const pages = globSync(["*.md", "docs/*.md", "bench/*.md", "policy/*.md"], { cwd: root }).sort()

/** As GitHub makes an anchor of a heading. */
const anchor = (heading: string) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[`*_]|[^\w\- ]/g, "")
    .replaceAll(" ", "-")

const anchorsOf = (page: string) => [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchor(heading))

function broken(page: string): string[] {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(([, a, b]) => a ?? b ?? "")
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false
    const [path = "", to] = link.split("#")
    const file = path === "" ? page : normalize(join(dirname(page), path))
    return !existsSync(join(root, file)) || (to !== undefined && file.endsWith(".md") && !anchorsOf(file).includes(to))
  })
}

test.each(pages)("the links of %s lead somewhere", (page) => {
  expect(broken(page)).toEqual([])
})

test("each page of docs/ is named in the README", () => {
  const readme = read("README.md")
  expect(pages.filter((page) => page.startsWith("docs/") && !readme.includes(`(${page}`))).toEqual([])
})

test("the README is one page", () => {
  expect(read("README.md").split("\n").length).toBeLessThanOrEqual(170)
  expect(read("README.md").split(/\s+/).length).toBeLessThanOrEqual(1300)
})
