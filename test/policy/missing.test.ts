import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { root } from "../support/engine/program.ts"
import { folder } from "../support/hosts/machine.ts"

const { peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
// The lowest of its range.
const named = `@pulumi/policy@${peerDependencies["@pulumi/policy"].replace("^", "")}`

test.each([
  ['import "@pulumi/policy"', `gatekey's policies need @pulumi/policy: npm install --save-dev --save-exact ${named}`],
  ['throw new Error("another")', "Error: another"],
])("a pack that cannot be loaded for want of %s says why", (pack, words) => {
  const top = folder()
  mkdirSync(join(top, "dist/policy"), { recursive: true })
  for (const name of ["index.js", "package.json"]) cpSync(join(root, "policy", name), join(top, "policy", name))
  writeFileSync(join(top, "dist/policy/pack.js"), pack)
  writeFileSync(join(top, "package.json"), JSON.stringify({ type: "module" }))
  const { status, stderr } = spawnSync(process.execPath, [join(top, "policy/index.js")], { encoding: "utf8" })
  expect(status).toBe(1)
  expect(stderr).toContain(words)
})
