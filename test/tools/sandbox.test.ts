import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, test } from "vitest"
import { type Checkout, checkout, type Outcome, root, which } from "./checkout.ts"

const pulumi = which("pulumi") ?? join(root, ".tools/bin/pulumi")
const here = process.env.CI || existsSync(pulumi)
const original = "# the fleet\nconfig:\n  sample:color: red # a reviewed choice\n"

const project = (name = "plain"): Checkout => {
  const tree = checkout(["node"], name)
  writeFileSync(tree.at("Pulumi.yaml"), "name: sample\nruntime: nodejs\n")
  writeFileSync(tree.at("Pulumi.dev.yaml"), original)
  return tree
}

const sandbox = (tree: Checkout, args: string[], env: Record<string, string> = {}): Promise<Outcome> => {
  const path = `${join(tree.path, "../bin")}:${dirname(pulumi)}`
  return tree.start("tools/sandbox", args, { PATH: path, ...env }).end
}

const color = (tree: Checkout, env = {}): Promise<Outcome> => sandbox(tree, ["config", "get", "sample:color"], env)

describe.runIf(here)("the sandbox [needs `make setup`]", () => {
  test("keeps backend, passphrase and salt to itself: the tracked files and the home stay as they are", async () => {
    const tree = project()
    expect(await sandbox(tree, ["stack", "ls"])).toMatchObject({ code: 0, output: expect.stringMatching(/^dev/m) })
    expect(readFileSync(tree.at("Pulumi.dev.yaml"), "utf8")).toBe(original)
    expect(readFileSync(tree.at(".sandbox/Pulumi.dev.yaml"), "utf8")).toMatch(/^encryptionsalt: v1:\S+\n# the fleet\n/)
    expect(statSync(tree.at(".sandbox/passphrase")).mode & 0o777).toBe(0o600)
    expect(readFileSync(tree.at(".sandbox/passphrase"), "utf8")).toMatch(/^[0-9a-f]{64}$/)
    expect(existsSync(tree.at(".sandbox/backend/.pulumi/stacks/sample/dev.json"))).toBe(true)
    expect(existsSync(join(tree.path, "../home/.pulumi"))).toBe(false)
  })

  test("reads the configuration anew at every command, with one salt and one passphrase for good", async () => {
    const tree = project()
    const kept = () => [
      readFileSync(tree.at(".sandbox/passphrase"), "utf8"),
      readFileSync(tree.at(".sandbox/Pulumi.dev.yaml"), "utf8").split("\n")[0],
    ]
    expect((await color(tree)).output).toMatch(/red\n$/)
    const before = kept()
    writeFileSync(tree.at("Pulumi.dev.yaml"), original.replace("red", "green"))
    expect((await color(tree)).output).toBe("green\n")
    expect(kept()).toEqual(before)
  })

  test("takes another configuration file, and no salt that somebody's own backend left in it", async () => {
    const tree = project()
    writeFileSync(tree.at("other.yaml"), `encryptionsalt: v1:theirs\n${original.replace("red", "blue")}`)
    expect((await color(tree, { SANDBOX_CONFIG: "other.yaml" })).output).toMatch(/blue\n$/)
    expect(readFileSync(tree.at(".sandbox/Pulumi.dev.yaml"), "utf8").match(/encryptionsalt/g)).toHaveLength(1)
  })

  test("does not use the passphrase of the user's environment", async () => {
    const tree = project()
    await color(tree)
    expect(await color(tree, { PULUMI_CONFIG_PASSPHRASE: "mine" })).toMatchObject({ code: 0, output: "red\n" })
  })

  test("works in a folder whose name needs escaping in a URL", async () => {
    const tree = project("50% of #1, it's mine?")
    expect((await color(tree)).code).toBe(0)
    expect(existsSync(tree.at(".sandbox/backend/.pulumi/stacks/sample/dev.json"))).toBe(true)
  })

  test("refuses `config set`, whose result the next command would overwrite", async () => {
    const tree = project()
    const { code, output } = await sandbox(tree, ["config", "set", "sample:color", "blue"])
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining("edit Pulumi.dev.yaml instead") })
  })
})

test.each([
  { what: "no command", args: [], says: "say what to do" },
  { what: "no such configuration", args: ["preview"], says: "none.yaml is missing" },
])("$what is one clear line", async ({ args, says }) => {
  const { code, output } = await project().start("tools/sandbox", args, { SANDBOX_CONFIG: "none.yaml" }).end
  expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining(says) })
  expect(output.trimEnd().split("\n")).toHaveLength(1)
})
