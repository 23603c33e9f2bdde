import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { expect, test } from "vitest"
import { gatekeyCommand } from "../../core/command-line.ts"

const root = resolve(import.meta.dirname, "../..")

/** All text of the repository that is tracked, or is new and not ignored. */
function texts(): readonly { readonly name: string; readonly text: string }[] {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root })
  return list
    .toString()
    .split("\0")
    .filter((name) => name && !/\.png$|package-lock\.json$/.test(name))
    .flatMap((name) => {
      try {
        return [{ name, text: readFileSync(join(root, name), "utf8") }]
      } catch {
        return [] // removed, or a link to a folder
      }
    })
}

/** What could have npm fetch or resolve the package that is not ours, as words of a command or of an argument list. */
function wrongForms(text: string): readonly string[] {
  const fetches =
    /\b(?:npx|bunx|npm[ "',]+(?:exec|x|i|install|add)|(?:pnpm|yarn)[ "',]+(?:dlx|add))\b((?:[ "',]+-[\w=/.…-]*)*)[ "',]+gatekey\b(?![-/])/g
  const wrong = [...text.matchAll(fetches)].filter(([all, options = ""]) => {
    const words = options.split(/[ "',]+/).filter(Boolean)
    return !all.startsWith("npx") || !["--no --", "--package=…/pulumi-gatekey-0.1.0.tgz --"].includes(words.join(" "))
  })
  const names =
    /\bfrom "gatekey"|(?:import|require)\("gatekey"\)|node_modules\/gatekey\b|(?<!pulumi-)\bgatekey-\d[\w.]*\.tgz/g
  return [...wrong, ...text.matchAll(names)].map(([all]) => all)
}

test("every npx of ours runs what is installed, and nothing is imported or installed by somebody else's name", () => {
  const files = texts()
  expect(files.length).toBeGreaterThan(500)
  const found = files.flatMap(({ name, text }) => wrongForms(text).map((form) => `${name}: ${form}`))
  expect(found.filter((each) => !each.startsWith("test/tools/npx.test.ts"))).toEqual([])
})

test("the command line is spelt in one place", () => {
  const sources = texts().filter(({ name }) => /^(?!test\/|bench\/|tools\/).*\.(?:ts|js)$/.test(name))
  const spelt = sources.filter(({ text }) => text.includes(gatekeyCommand)).map(({ name }) => name)
  expect(spelt).toEqual(["core/command-line.ts"])
})

test.each([
  ["npx gatekey scan", 1],
  ["npx -y gatekey scan", 1],
  ["npx --no gatekey scan", 1],
  ['"npx", "gatekey", "scan"', 1],
  ["npm install gatekey", 1],
  ["npm exec -- gatekey", 1],
  ['import { Fleet } from "gatekey"', 1],
  ["./node_modules/gatekey/provider", 1],
  ["npm install ../gatekey-0.1.0.tgz", 1],
  ["npx --no -- gatekey scan", 0],
  ['"npx", "--no", "--", "gatekey", "scan"', 0],
  ["npx pulumi-gatekey scan", 0],
  ['import { Fleet } from "pulumi-gatekey"', 0],
  ["npm install ../pulumi-gatekey-0.1.0.tgz", 0],
  ["./node_modules/pulumi-gatekey/provider", 0],
])("of %s, %s is wrong", (text, count) => {
  expect(wrongForms(text)).toHaveLength(count)
})
