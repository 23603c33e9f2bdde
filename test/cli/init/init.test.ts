import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { findPackageSource } from "../../../cli/init/package-source.ts"
import { ignoreText, manifestText, projectName } from "../../../cli/init/project-files.ts"
import { folder } from "../../support/hosts/machine.ts"
import { strong } from "../../support/tokens.ts"
import { lay } from "../../support/tree.ts"

const root = resolve(import.meta.dirname, "../../..")

function init(cwd: string, words: readonly string[], home = folder()) {
  const env = { HOME: home, PATH: `${dirname(process.execPath)}:/usr/bin:/bin` }
  const { status, stdout, stderr } = spawnSync(join(root, "cli/gatekey"), ["init", ...words], {
    cwd,
    env,
    encoding: "utf8",
  })
  return { code: status, stdout, stderr }
}

describe("gatekey init", () => {
  test("makes a project whose stack's file a scan can fill, and says what comes next", () => {
    const cwd = realpathSync(folder())
    const { code, stdout } = init(cwd, ["my fleet"])
    const project = join(cwd, "my fleet")
    expect([code, stdout]).toEqual([
      0,
      `Wrote to ${project}: Pulumi.yaml, index.mjs, package.json, .gitignore, Pulumi.home.yaml.
Next:
  cd 'my fleet'
  (cd ${root} && npm pack --pack-destination '${project}')
  npm install
  pulumi stack init home
  npx --no -- gatekey scan --write Pulumi.home.yaml
  pulumi preview --stack home
`,
    ])
    expect(parse(readFileSync(join(project, "Pulumi.yaml"), "utf8"))).toMatchObject({
      name: "my-fleet",
      main: "index.mjs",
      plugins: { providers: [{ name: "gatekey", path: "./node_modules/pulumi-gatekey/provider" }] },
    })
    const home = folder()
    lay(home, { ".openclaw/openclaw.json": `{gateway: {mode: "local", port: 1, auth: {token: "${strong()}"}}}` })
    const env = { HOME: home, PATH: `${dirname(process.execPath)}:/usr/bin:/bin` }
    spawnSync(join(root, "cli/gatekey"), ["scan", "--write"], { cwd: project, env })
    expect(parse(readFileSync(join(project, "Pulumi.home.yaml"), "utf8")).config).toHaveProperty("gatekey:gateways")
  })

  test.each([
    ["Pulumi.yaml", [], "contains Pulumi.yaml already"],
    ["index.mjs", [], "contains index.mjs already"],
    ["Pulumi.home.yaml", ["--scan"], "contains Pulumi.home.yaml already"],
    ["package.json", [], "is not a JSON object"],
    ["x", ["--scan"], "no gateway was found"],
    ["x", ["--stack", "../x"], "is not a valid name of a stack's file"],
    ["x", ["--home", "relative"], "is not a valid home"],
  ])("writes nothing beside %s with %j: %s", (name, words, message) => {
    const cwd = folder()
    lay(cwd, { [name]: "mine" })
    const { code, stdout, stderr } = init(cwd, words)
    expect([code, stdout, stderr]).toEqual([1, "", expect.stringContaining(message)])
    expect(readdirSync(cwd)).toEqual([name])
    expect(readFileSync(join(cwd, name), "utf8")).toBe("mine")
  })

  test("keeps a stack's file that exists, a package.json and a .gitignore", () => {
    const cwd = folder()
    lay(cwd, { "Pulumi.home.yaml": "config: {}\n", "package.json": '{"type":"module"}', ".gitignore": "x" })
    expect(init(cwd, []).code).toBe(0)
    const at = (name: string) => readFileSync(join(cwd, name), "utf8")
    expect(at("Pulumi.home.yaml")).toBe("config: {}\n")
    expect(JSON.parse(at("package.json"))).toMatchObject({
      type: "module",
      dependencies: { "pulumi-gatekey": expect.any(String) },
    })
    expect(at(".gitignore")).toBe("x\nnode_modules/\n")
    expect(existsSync(join(cwd, "Pulumi.yaml"))).toBe(true)
  })
})

test("a project gets the package of the clone, of the file, or of the registry", () => {
  const top = folder()
  const own = JSON.stringify({
    name: "pulumi-gatekey",
    version: "0.3.1",
    peerDependencies: { "@pulumi/pulumi": "^3.1" },
  })
  const installed = (name: string, dependencies: object) => {
    lay(join(top, name), {
      "package.json": JSON.stringify({ dependencies }),
      "node_modules/pulumi-gatekey/package.json": own,
    })
    return findPackageSource(join(top, "fleet"), join(top, name, "node_modules/pulumi-gatekey"))
  }
  const sdk = { "@pulumi/pulumi": "^3.1" }
  expect(installed("npx", { "pulumi-gatekey": "^0.3.1" }).dependencies).toEqual({ ...sdk, "pulumi-gatekey": "^0.3.1" })
  expect(installed("file", { "pulumi-gatekey": "file:../g.tgz" }).dependencies).toEqual({
    ...sdk,
    "pulumi-gatekey": "file:../g.tgz",
  })
  expect(findPackageSource("/x")).toMatchObject({
    clone: root,
    dependencies: { "pulumi-gatekey": expect.stringMatching(/^file:pulumi-gatekey-[\d.]+\.tgz$/) },
  })
})

test.each([
  ["/home/me/fleet", "fleet"],
  ["/home/me/My Fleet (1)", "My-Fleet-1"],
  ["/", "gatekey"],
  ["/…", "gatekey"],
])("the project in %s is named %s", (path, name) => {
  expect(projectName(path)).toBe(name)
})

test("what a package.json and a .gitignore contain stays", () => {
  expect(JSON.parse(manifestText('{"dependencies":{"a":"1","b":"2"}}', { b: "3", c: "4" }))).toEqual({
    dependencies: { a: "1", b: "2", c: "4" },
  })
  expect(ignoreText("x\n/node_modules\n")).toBe("x\n/node_modules\n")
})
