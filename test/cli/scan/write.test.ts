import { spawnSync } from "node:child_process"
import { existsSync, readFileSync, realpathSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { expect, test } from "vitest"
import { parse } from "yaml"
import { folder } from "../../support/hosts/machine.ts"
import { strong } from "../../support/tokens.ts"
import { lay } from "../../support/tree.ts"

const program = resolve(import.meta.dirname, "../../../cli/gatekey")

const project = { "Pulumi.yaml": "name: x\nruntime: nodejs\n", "below/x": "" }
const isNone = "make a project around it, as there is no Pulumi.yaml: npx --no -- gatekey init; there: "

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

const salt = "encryptionsalt: v1:abcdefgh:v1:ijk\n"
test.each<[string, string, string | undefined]>([
  ["only the engine's keys", salt, undefined],
  ["nothing", "", undefined],
  ["a last line without its end, and comments", `# mine\n${salt.trim()}`, undefined],
  ["a configuration", `${salt}config: {x:y: 1}\n`, "has a config already, which is never overwritten"],
  ["an empty configuration", "config: {}\n", "has a config already, which is never overwritten"],
  ["a mapping in braces", "{encryptionsalt: v1:abc}\n", "cannot be extended without other changes"],
  ["no mapping", "- 1\n", "is not a valid stack's file, expected a YAML mapping"],
])("a stack's file with %s is filled, or left as it is", (_, before, refusal) => {
  const [home, project] = [folder(), realpathSync(folder())]
  lay(home, { ".openclaw/openclaw.json": `{gateway: {mode: "local", port: 1, auth: {token: "${strong()}"}}}` })
  lay(project, { "Pulumi.yaml": "name: x\nruntime: nodejs\n", "Pulumi.home.yaml": before })
  const env = { HOME: home, PATH: `${dirname(process.execPath)}:/usr/bin:/bin` }
  const done = spawnSync(program, ["scan", "--write"], { cwd: project, env, encoding: "utf8" })
  const after = readFileSync(join(project, "Pulumi.home.yaml"), "utf8")
  if (refusal !== undefined) {
    expect(after).toBe(before)
    expect(done.stderr).toContain(`Pulumi.home.yaml: ${refusal}; name another: --write Pulumi.STACK.yaml\n`)
    return
  }
  expect(done.stdout).toContain("\nNext: pulumi preview --stack home\n")
  expect(after.startsWith(before)).toBe(true)
  expect(parse(after)).toMatchObject({
    ...parse(before),
    config: { "gatekey:token": { rotation: 1 }, "gatekey:gateways": expect.anything() },
  })
})
