import { join } from "node:path"
import { expect, test } from "vitest"
import { inLine, type Packages, packagesOf } from "../../tools/setup/installed.ts"
import { root } from "./checkout.ts"

const alpha = { version: "1.0.0", integrity: "sha512-alpha" }
const lock: Packages = { "node_modules/alpha": alpha, "node_modules/other-platform": { optional: true } }

test.each<[string, Packages, boolean, boolean]>([
  ["all there, but what is for another platform", { "node_modules/alpha": alpha }, true, true],
  ["a package missing", {}, true, false],
  ["a package of another version", { "node_modules/alpha": { ...alpha, version: "1.0.1" } }, true, false],
  ["a package of other content", { "node_modules/alpha": { ...alpha, integrity: "sha512-beta" } }, true, false],
  ["one too many", { "node_modules/alpha": alpha, "node_modules/beta": alpha }, true, false],
  ["listed, but its folder is gone", { "node_modules/alpha": alpha }, false, false],
])("%s", (_what, there, present, expected) => {
  expect(inLine(lock, there, () => present)).toBe(expected)
})

// npm leaves out what the registry at hand does not serve, and then refuses its own lock file in `npm ci`.
test("package-lock.json names the optional packages of every platform", () => {
  const wanted = packagesOf(join(root, "package-lock.json"))
  const known = new Set(Object.keys(wanted).map((path) => path.slice(path.lastIndexOf("node_modules/") + 13)))
  const optional = Object.values(wanted).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
  expect(optional.filter((name) => !known.has(name))).toEqual([])
})
