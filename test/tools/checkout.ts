import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { onTestFinished } from "vitest"

export const root: string = resolve(import.meta.dirname, "../..")
const doubles = resolve(import.meta.dirname, "../doubles")

/** Plain programs that any machine has; everything else a set-up finds is put there by the test. */
const plain = "cat chmod cp dd dirname env grep head ln mkdir mv od ps readlink rm sed sh sleep touch tr".split(" ")

export interface Outcome {
  readonly code: number | null
  readonly output: string
}

export interface Run {
  readonly child: ChildProcess
  readonly end: Promise<Outcome>
}

/** A copy of the checkout's tools in a temporary folder, and a PATH of its own for what is run in it. */
export interface Checkout {
  readonly path: string
  readonly at: (...names: string[]) => string
  readonly start: (file: string, args?: string[], env?: Record<string, string>) => Run
  readonly calls: () => string[]
  readonly hanging: () => Promise<number>
}

/** One package a line; the optional one is for another platform, so npm leaves it out. */
export const lockfile = `{"packages": {
"": {"name": "sample"},
"node_modules/other": {"version": "1.0.0", "optional": true},
"node_modules/alpha": {"version": "1.0.0", "integrity": "sha512-alpha"}
}}`

/** `programs`: which doubles are on its PATH; `node` for this test's own Node, `old-node` for the double. */
export function checkout(programs: readonly string[], name = "plain"): Checkout {
  const top = mkdtempSync(join(tmpdir(), "gatekey-setup-"))
  onTestFinished(() => rmSync(top, { recursive: true, force: true }))
  const path = join(top, name)
  const bin = join(top, "bin")
  mkdirSync(bin)
  cpSync(join(root, "tools"), join(path, "tools"), { recursive: true })
  writeFileSync(join(path, "package.json"), JSON.stringify({ type: "module" }))
  writeFileSync(join(path, "package-lock.json"), lockfile)
  for (const program of plain) link(which(program), join(bin, program))
  for (const program of programs) {
    if (program === "node") link(process.execPath, join(bin, "node"))
    else link(join(doubles, program.replace("old-", "")), join(bin, program.replace("old-", "")))
  }
  const calls = join(top, "calls")
  const hangs = join(top, "hangs")
  mkdirSync(join(top, "home"))
  const base = { PATH: bin, HOME: join(top, "home"), CALLS: calls, HANGS: hangs, NEW_NODE: process.execPath }
  return {
    path,
    at: (...names) => join(path, ...names),
    start: (file, args = [], env = {}) => run(join(path, file), args, { ...base, ...env }),
    calls: () => (existsSync(calls) ? readFileSync(calls, "utf8").trimEnd().split("\n") : []),
    hanging: () => pidIn(hangs),
  }
}

/** Detached, so that it can be killed with all it started, as a closed terminal does; at the test's end it is. */
export function run(file: string, args: string[], env: Record<string, string>): Run {
  const child = spawn(file, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] })
  onTestFinished(() => killGroup(child.pid))
  let output = ""
  child.stdout.on("data", (text) => {
    output += text
  })
  child.stderr.on("data", (text) => {
    output += text
  })
  return { child, end: once(child, "close").then(([code]) => ({ code, output })) }
}

function killGroup(leader: number | undefined): void {
  try {
    if (leader) process.kill(-leader, "SIGKILL")
  } catch {
    // All of it has ended.
  }
}

export function which(program: string): string | undefined {
  return process.env.PATH?.split(delimiter)
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

function link(target: string | undefined, at: string): void {
  if (target) symlinkSync(target, at)
}

async function pidIn(file: string): Promise<number> {
  for (let tries = 0; tries < 500; tries++) {
    const text = existsSync(file) ? readFileSync(file, "utf8") : ""
    if (text.endsWith("\n")) {
      rmSync(file)
      return Number(text)
    }
    await sleep(20)
  }
  throw new Error("nothing hangs")
}
