import { spawnSync } from "node:child_process"
import { accessSync, chmodSync, constants, cpSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs"
import { delimiter, join } from "node:path"
import { describe, expect, test } from "vitest"
import { launcher } from "../support/engine/plugin.ts"
import { folder } from "../support/hosts/machine.ts"

/** The shells of this machine that a `#!/bin/sh` may be: each is a command line. */
const shells = ["sh", "dash", "bash --posix", "busybox sh", "zsh --emulate sh"].filter((line) => {
  const [name = ""] = line.split(" ")
  return (process.env.PATH ?? "").split(delimiter).some((path) => isProgram(join(path, name)))
})

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A copy of the launcher in a checkout of its own, and a PATH with little on it. */
function checkout(name = "gatekey") {
  const root = join(folder(), name)
  const bin = join(root, "..", "bin")
  mkdirSync(join(root, "provider"), { recursive: true })
  mkdirSync(bin)
  for (const program of ["dirname", "env"]) symlinkSync(realpathSync(`/usr/bin/${program}`), join(bin, program))
  cpSync(launcher, join(root, "provider/pulumi-resource-gatekey"))
  writeFileSync(join(root, "provider/main.ts"), "// what Node is told to run\n")
  return { root, bin, start: (shell: string, from = root) => start(shell, root, bin, from) }
}

function start(shell: string, root: string, bin: string, cwd: string) {
  const [program = "sh", ...options] = shell.split(" ")
  const found = (process.env.PATH ?? "").split(delimiter).find((path) => isProgram(join(path, program)))
  const args = [...options, join(root, "provider/pulumi-resource-gatekey"), "127.0.0.1:1", "an address"]
  const { status, stdout, stderr } = spawnSync(join(found ?? "", program), args, {
    env: { PATH: bin },
    cwd,
    encoding: "utf8",
  })
  return { status, stdout, stderr }
}

/** A program that says which Node it is, and what it was started with. */
function node(path: string, version: string): void {
  mkdirSync(join(path, ".."), { recursive: true })
  const show = `[ "$1" = --version ] && { echo ${version}; exit; }`
  writeFileSync(path, `#!/bin/sh\n${show}\necho "${version} $NODE_COMPILE_CACHE"; for word; do echo "$word"; done\n`)
  chmodSync(path, 0o755)
}

const missing = (found: string) =>
  `gatekey needs Node.js 24 or newer on PATH (found: ${found}). Install it, or run: make setup\n`

describe.each(shells)("the launcher under %s", (shell) => {
  test("says in one line what is missing", () => {
    expect(checkout().start(shell)).toEqual({ status: 1, stdout: "", stderr: missing("none") })
  })

  test.each(["v18.20.0", "v22.18.0", "v9.0.0", "nonsense"])("does not take Node %s", (version) => {
    const { bin, start } = checkout()
    node(join(bin, "node"), version)
    expect(start(shell)).toEqual({ status: 1, stdout: "", stderr: missing(version) })
  })

  test.each(["v24.0.0", "v25.1.0", "v100.0.0"])("takes Node %s from PATH", (version) => {
    const { root, bin, start } = checkout()
    node(join(bin, "node"), version)
    const { status, stdout, stderr } = start(shell)
    expect([status, stderr]).toEqual([0, ""])
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(new RegExp(`^${version} .*/node_modules/\\.cache/gatekey$`)),
      "--max-semi-space-size=4",
      "--report-exclude-env",
      "--disable-warning=ExperimentalWarning",
      join(realpathSync(root), "provider/main.ts"),
      "127.0.0.1:1",
      "an address",
      "",
    ])
  })

  test("takes the one of `make setup` where PATH has an older one, or none", () => {
    for (const older of [undefined, "v22.18.0"]) {
      const { root, bin, start } = checkout()
      if (older) node(join(bin, "node"), older)
      node(join(root, ".tools/node/bin/node"), "v24.1.0")
      expect(start(shell)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^v24\.1\.0 /) })
    }
  })

  test.each(["with spaces  in it", "it's $HOME", "-dash", "(b)*"])("stands in a folder named %s", (name) => {
    const { root, start } = checkout(name)
    node(join(root, ".tools/node/bin/node"), "v24.1.0")
    const main = join(realpathSync(root), "provider/main.ts")
    expect(start(shell)).toMatchObject({ status: 0, stdout: expect.stringContaining(`\n${main}\n`) })
    expect(start(shell, "/")).toMatchObject({ status: 0, stdout: expect.stringContaining(`\n${main}\n`) })
  })
})

test("the launcher runs JavaScript where there is no TypeScript: in the package", () => {
  const { root, start } = checkout()
  node(join(root, ".tools/node/bin/node"), "v24.1.0")
  spawnSync("rm", [join(root, "provider/main.ts")])
  expect(start("sh").stdout).toContain(`\n${join(realpathSync(root), "dist/provider/main.js")}\n`)
})
