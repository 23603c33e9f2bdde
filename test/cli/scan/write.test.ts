import { spawnSync } from "node:child_process"
import { existsSync, realpathSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { expect, test } from "vitest"
import { folder } from "../../support/hosts/machine.ts"
import { strong } from "../../support/tokens.ts"
import { lay } from "../../support/tree.ts"

const program = resolve(import.meta.dirname, "../../../cli/gatekey")

const project = { "Pulumi.yaml": "name: x\nruntime: nodejs\n", "below/x": "" }
const isNone = "move it to a clone of gatekey, because this folder has no Pulumi.yaml; there: "

test.each<[string, Record<string, string>, string, (folder: string) => string[], string, string]>([
  ["in a project", project, ".", () => [], "", ""],
  [
    "in a folder of a project",
    project,
    "below",
    () => [],
    "below/",
    "move it beside FOLDER/Pulumi.yaml, where Pulumi reads it; there: ",
  ],
  ["from a folder below it", project, "below", () => ["../Pulumi.home.yaml"], "", "cd FOLDER && "],
  ["by the project's folder", project, "/", (folder) => ["--cwd", folder], "", "cd FOLDER && "],
  ["by a whole path", project, "/", (folder) => [`${folder}/Pulumi.home.yaml`], "", "cd FOLDER && "],
  ["where there is no project", {}, ".", () => [], "", isNone],
])("what comes next can be run %s, where the file is", (_, files, at, words, written, first) => {
  const [home, project] = [folder(), realpathSync(folder())]
  lay(home, { ".openclaw/openclaw.json": `{gateway: {mode: "local", port: 1, auth: {token: "${strong()}"}}}` })
  lay(project, files)
  const env = { HOME: home, PATH: `${dirname(process.execPath)}:/usr/bin:/bin` }
  const { stdout } = spawnSync(program, ["scan", "--write", ...words(project)], {
    cwd: resolve(project, at),
    env,
    encoding: "utf8",
  })
  expect(existsSync(join(project, written, "Pulumi.home.yaml"))).toBe(true)
  expect(stdout).toContain(
    `\nNext: ${first.replace("FOLDER", project)}pulumi stack init home && pulumi preview --stack home\n`,
  )
})
