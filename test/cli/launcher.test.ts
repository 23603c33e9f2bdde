import { spawnSync } from "node:child_process"
import { chmodSync, chownSync, cpSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { describe, expect, test } from "vitest"
import { folder } from "../support/hosts/machine.ts"

const launcher = resolve(import.meta.dirname, "../../cli/gatekey")

/** A copy of the launcher in a checkout of its own, and a PATH with a Node of some version, which says what it is told to run. */
function checkout(version: string | undefined, name = "gatekey") {
  const root = join(folder(), name)
  const bin = join(root, "../bin")
  for (const each of [join(root, "cli"), bin]) mkdirSync(each, { recursive: true })
  for (const program of ["dirname", "readlink"]) symlinkSync(realpathSync(`/usr/bin/${program}`), join(bin, program))
  if (version) node(join(bin, "node"), version)
  cpSync(launcher, join(root, "cli/gatekey"))
  writeFileSync(join(root, "cli/main.ts"), "")
  const start = (file = join(root, "cli/gatekey"), cwd = root, env = {}) => {
    const { status, stdout, stderr } = spawnSync(file, ["rotate", "a word"], {
      env: { PATH: bin, ...env },
      cwd,
      encoding: "utf8",
    })
    return { status, stdout, stderr }
  }
  return { root, bin, start, main: join(realpathSync(root), "cli/main.ts") }
}

function node(path: string, version: string): void {
  mkdirSync(join(path, ".."), { recursive: true })
  writeFileSync(
    path,
    `#!/bin/sh\n[ "$1" = --version ] && { echo ${version}; exit; }\necho "cache: $NODE_COMPILE_CACHE"\nfor word; do echo "$word"; done\n`,
  )
  chmodSync(path, 0o755)
}

const told = (main: string, cache = join(main, "../../node_modules/.cache/gatekey")) =>
  `cache: ${cache}\n--report-exclude-env\n--disable-warning=ExperimentalWarning\n${main}\nrotate\na word\n`

describe("the command line's launcher", () => {
  test("starts it with the Node on PATH, else with that of `make setup`", () => {
    const one = checkout("v24.0.0", "it's a $place")
    expect(one.start()).toEqual({ status: 0, stdout: told(one.main), stderr: "" })
    const other = checkout("v22.18.0")
    node(join(other.root, ".tools/node/bin/node"), "v24.1.0")
    expect(other.start().stdout).toBe(told(other.main))
  })

  test("finds its folder through links, as npm and people make them", () => {
    const { root, bin, start, main } = checkout("v24.0.0")
    const linked = join(root, "../user/node_modules/.bin")
    mkdirSync(linked, { recursive: true })
    symlinkSync("../../../gatekey/cli/gatekey", join(linked, "gatekey"))
    symlinkSync(join(linked, "gatekey"), join(bin, "gatekey"))
    expect(start(join(bin, "gatekey"), "/").stdout).toBe(told(main))
  })

  test("starts JavaScript where there is no TypeScript: in the package", () => {
    const { root, start } = checkout("v24.0.0")
    spawnSync("rm", [join(root, "cli/main.ts")])
    expect(start().stdout).toBe(
      told(join(realpathSync(root), "dist/cli/main.js"), join(realpathSync(root), "node_modules/.cache/gatekey")),
    )
  })

  test("keeps compiled modules where it is told to", () => {
    const { start, main } = checkout("v24.0.0")
    expect(start(undefined, undefined, { NODE_COMPILE_CACHE: "/x" }).stdout).toBe(told(main, "/x"))
  })

  test.skipIf(process.getuid?.() !== 0)("keeps none in a folder of another user's (root can make one)", () => {
    const { root, start, main } = checkout("v24.0.0")
    chownSync(root, 65_534, 65_534)
    expect(start().stdout).toBe(told(main, ""))
  })

  test("reports a clone without packages in one line", () => {
    const { root, start } = checkout("v24.0.0")
    mkdirSync(join(root, ".git"))
    const stderr =
      "gatekey: the packages of this clone are not installed (found no node_modules/commander). Run: make setup\n"
    expect(start()).toEqual({ status: 2, stdout: "", stderr })
    mkdirSync(join(root, "node_modules/commander"), { recursive: true })
    expect(start().status).toBe(0)
  })

  test.each([
    [undefined, "none"],
    ["v20.19.0", "v20.19.0"],
  ])("says in one line that Node %s will not do", (version, found) => {
    expect(checkout(version).start()).toEqual({
      status: 1,
      stdout: "",
      stderr: `gatekey needs Node.js 24 or newer on PATH (found: ${found}). Install it, or run: make setup\n`,
    })
  })
})
