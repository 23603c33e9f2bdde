import { spawnSync } from "node:child_process"
import { chmodSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { describe, expect, test } from "vitest"
import { topics } from "../../cli/topics.ts"
import { folder } from "../support/hosts/machine.ts"
import { lay } from "../support/tree.ts"

const root = resolve(import.meta.dirname, "../..")

function gatekey(words: readonly string[], bin?: string) {
  const env = { HOME: root, PATH: `${bin ? `${bin}:` : ""}${dirname(process.execPath)}:/usr/bin:/bin` }
  const { status, stdout, stderr } = spawnSync(join(root, "cli/gatekey"), [...words], { env, encoding: "utf8" })
  return { code: status, stdout, stderr }
}

describe("--version", () => {
  test.each(["--version", "-V"])("%s names what was found, and where", (word) => {
    const top = realpathSync(folder())
    lay(top, {
      "openclaw/package.json": '{"name":"openclaw","version":"2026.9.1"}',
      "openclaw/bin/openclaw.mjs": ["", 0o755],
    })
    const bin = join(top, "bin")
    mkdirSync(bin)
    symlinkSync("../openclaw/bin/openclaw.mjs", join(bin, "openclaw"))
    const plugins = '[{"name":"command","kind":"resource","version":"1.2.1"}]'
    writeFileSync(
      join(bin, "pulumi"),
      `#!/bin/sh\ncase "$*" in version) echo v3.201.0 ;; "plugin ls --json") echo '${plugins}' ;; *) exit 9 ;; esac\n`,
    )
    chmodSync(join(bin, "pulumi"), 0o755)
    const { code, stdout, stderr } = gatekey([word], bin)
    const { version, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
    expect([code, stderr]).toEqual([0, ""])
    expect(stdout.split("\n")[0]).toBe(`gatekey ${version}, ${root}`)
    const rows = new Map(stdout.split("\n").map((line) => [line.split(/ {2,}/)[0], line.split(/ {2,}/).slice(1)]))
    expect(rows.get("node")).toEqual([process.versions.node, realpathSync(process.execPath)])
    expect(rows.get("pulumi")).toEqual(["3.201.0", join(bin, "pulumi")])
    expect(rows.get("plugin command")).toEqual(["1.2.1"])
    expect(rows.get("openclaw")).toEqual(["2026.9.1", join(bin, "openclaw")])
    expect(rows.get("clawdbot")).toEqual(["–", "not on PATH"])
    expect(rows.get("@pulumi/pulumi")?.[0]).toMatch(/^\d+\.\d+\.\d+$/)
    expect(peerDependencies).toHaveProperty("@pulumi/pulumi")
  })

  test("needs no Pulumi", () => {
    const { code, stdout } = gatekey(["--version"])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^pulumi +– +not on PATH; preview, up, rotate and history need it$/m)
  })
})

describe("help", () => {
  const { stdout: all } = gatekey(["--help"])
  const commands = [...all.matchAll(/^ {2}([a-z]+) (?:\[|<)/gm)].map(([, name = ""]) => name)

  test("of everything has examples and exit codes", () => {
    expect(commands).toContain("scan")
    expect(all).toMatch(/\nExamples:\n {2}npx --no -- gatekey scan/)
    expect(all).toMatch(/\nExit codes: 0 .*, 1 .*, 2 /)
  })

  test.each(commands)("of %s has an example and exit codes, and is the same by both ways", (name) => {
    const { code, stdout } = gatekey([name, "--help"])
    expect(code).toBe(0)
    expect(stdout).toMatch(/\nExample:\n {2}.*npx --no -- gatekey [a-z]/)
    expect(stdout).toMatch(/\nExit codes: 0 /)
    expect(gatekey(["help", name]).stdout).toBe(stdout)
  })

  test.each(Object.keys(topics))("of the topic %s", (name) => {
    expect(gatekey(["help", name])).toEqual({ code: 0, stdout: topics[name]?.text, stderr: "" })
  })

  test("without a word lists the topics; a wrong one is refused with a suggestion", () => {
    const { code, stdout } = gatekey(["help"])
    expect([code, stdout.startsWith(all)]).toEqual([0, true])
    for (const name of Object.keys(topics)) expect(stdout).toContain(`\n  ${name} `)
    expect(gatekey(["help", "exitcode"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("did you mean exit-codes?"),
    })
  })
})
