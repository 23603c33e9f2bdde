import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { parse } from "yaml"
import { root } from "../support/engine/program.ts"

const read = (path: string) => readFileSync(join(root, path), "utf8")
const manifest = JSON.parse(read("package.json"))
const lock = JSON.parse(read("package-lock.json")).packages
const page = read("docs/dependencies.md")

const used = Object.keys({
  ...manifest.dependencies,
  ...manifest.peerDependencies,
})

test.each(used)("%s has a row with its licence", (name) => {
  const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\` |`))
  expect(row?.endsWith(`| ${String(lock[`node_modules/${name}`].license).replace(/^\((.*)\)$/, "$1")} |`)).toBe(true)
})

test("the page names no package that is not used, and each that is", () => {
  const rows = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name)
  expect(rows.sort()).toEqual([...used].sort())
  const development = Object.keys(manifest.devDependencies).filter((name) => !used.includes(name))
  for (const name of development) expect(page).toContain(name.startsWith("@types/") ? "`@types/*`" : `\`${name}\``)
})

test("versions are exact but for those that a user's project has as well", () => {
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
    expect([name, version]).toEqual([name, expect.stringMatching(/^\d/)])
})

test("workflows use each action by one commit, with its version beside it", () => {
  const uses = globSync(".github/workflows/*.yml", { cwd: root }).flatMap((path) => {
    expect(parse(read(path)).permissions).toEqual({})
    return [...read(path).matchAll(/uses: (\S+)@(\S+)(.*)$/gm)].map(([, action = "", at = "", version = ""]) => ({
      ...{ action, at, version: version.trim() },
    }))
  })
  expect(uses.length).toBeGreaterThan(10)
  for (const { action, at, version } of uses) {
    expect([action, at, version]).toEqual([
      action,
      expect.stringMatching(/^[0-9a-f]{40}$/),
      expect.stringMatching(/^# v\d+\.\d+\.\d+/),
    ])
    expect(new Set(uses.filter((each) => each.action === action).map((each) => each.at))).toEqual(new Set([at]))
  }
})
