import { spawnSync } from "node:child_process"
import { dirname, resolve } from "node:path"
import { expect, test } from "vitest"
import { folder } from "../support/machine.ts"
import { strong } from "../support/tokens.ts"
import { lay } from "../support/tree.ts"

const program = resolve(import.meta.dirname, "../../cli/gatekey")

test.each([
  ["in a project", { "Pulumi.yaml": "name: x\nruntime: nodejs\n" }, ".", ""],
  ["in a folder of a project", { "Pulumi.yaml": "name: x\nruntime: nodejs\n", "below/x": "" }, "below", ""],
  ["where there is no project", {}, ".", "move it to a clone of gatekey, as this folder has no Pulumi.yaml; there: "],
])("what comes next can be run %s", (_, files, at, first) => {
  const [home, project] = [folder(), folder()]
  lay(home, { ".openclaw/openclaw.json": `{gateway: {mode: "local", port: 1, auth: {token: "${strong()}"}}}` })
  lay(project, files)
  const env = { HOME: home, PATH: `${dirname(process.execPath)}:/usr/bin:/bin` }
  const { stdout } = spawnSync(program, ["scan", "--write"], { cwd: resolve(project, at), env, encoding: "utf8" })
  expect(stdout).toContain(`\nNext: ${first}pulumi stack init home && pulumi preview --stack home\n`)
})
