import { type ChildProcess, spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parse, stringify } from "yaml"
import { engineEnvironment } from "./machine.ts"
import { makeStack } from "./new-stack.ts"
import { type Fleet, program, root } from "./program.ts"
import type { State } from "./state.ts"
import { readState } from "./state-file.ts"

/**
 * The bare folders of one stack, with nothing of the tests' own in between: for tests that kill what runs in it, copy
 * it, or look at all that it leaves behind.
 */
export interface Workspace {
  readonly folder: string
  readonly home: string
  readonly project: string
  readonly backend: string
  readonly env: Readonly<Record<string, string>>
  at(name: string): string
  declare(fleet: Fleet): void
  start(...args: string[]): Command
  run(...args: string[]): Promise<Ended>
  /** Secret configuration, given on standard input. */
  secret(key: string, value: string): Promise<Ended>
  /** The state, its secrets in the clear. */
  state(): State
  /** The same stack, state and home, in another folder. */
  copy(): Workspace
  remove(): void
}

export interface Command {
  readonly child: ChildProcess
  readonly pid: number
  readonly ended: Promise<Ended>
}

export interface Ended {
  readonly code: number | null
  readonly output: string
}

const longest = 300_000
/** Of all stacks of a file: see `makeStack`. */
const passphrase = randomBytes(12).toString("hex")

type Variables = Readonly<Record<string, string>>

export async function workspace(fleet: Fleet, extra: (folder: string) => Variables = () => ({})): Promise<Workspace> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-space-"))
  const project = join(folder, "project")
  for (const each of ["home", "backend", "pulumi", "project", "tmp"]) mkdirSync(join(folder, each))
  writeFileSync(join(folder, "passphrase"), passphrase)
  writeFileSync(join(project, "Pulumi.yaml"), stringify(pulumiYaml))
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module", main: "index.ts", private: true }))
  writeFileSync(join(project, "index.ts"), program)
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"))
  const made = workspaceIn(folder, extra)
  const { PULUMI_BACKEND_URL: backend = "" } = made.env
  await makeStack({ folder, project: "engine", name: "dev", backend, passphrase }, async () => {
    const { code, output } = await made.run("stack", "init", "dev")
    if (code !== 0) throw new Error(`pulumi stack init: ${output}`)
  })
  made.declare(fleet)
  return made
}

function workspaceIn(folder: string, extra: (folder: string) => Variables): Workspace {
  const cwd = join(folder, "project")
  const home = join(folder, "home")
  const backend = join(folder, "backend")
  const env = {
    ...engineEnvironment,
    HOME: home,
    TMPDIR: join(folder, "tmp"),
    PULUMI_HOME: join(folder, "pulumi"),
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_STACK: "dev",
    PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, "passphrase"),
    ...extra(folder),
  }
  const begin = (args: readonly string[], input: string): Command => {
    const plans = args.some((word) => /^--(?:save-)?plan\b/.test(word)) ? { PULUMI_EXPERIMENTAL: "1" } : {}
    const child = spawn("pulumi", ["--non-interactive", ...args], {
      cwd,
      env: { ...env, ...plans },
      timeout: longest,
      killSignal: "SIGKILL",
    })
    let output = ""
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text))
    child.stdin.end(input)
    const ended = new Promise<Ended>((done, failed) => {
      child.on("error", failed)
      child.on("close", (code) => done({ code, output }))
      // What a killed engine leaves behind still holds its output open.
      child.on("exit", (code) => setTimeout(() => done({ code, output }), 300))
    })
    return { child, pid: child.pid ?? 0, ended }
  }
  return {
    folder,
    home,
    project: cwd,
    backend,
    env,
    at: (name) => join(home, name),
    declare: (fleet) => {
      const config = join(cwd, "Pulumi.dev.yaml")
      const { config: before, ...salt } = parse(readFileSync(config, "utf8"))
      writeFileSync(config, stringify({ ...salt, config: { ...before, "engine:fleet": JSON.stringify(fleet) } }))
    },
    start: (...args) => begin(args, ""),
    run: (...args) => begin(args, "").ended,
    secret: (key, value) => begin(["config", "set", "--secret", key], value).ended,
    state: () => readState(backend, "engine", readFileSync(join(folder, "passphrase"), "utf8")),
    copy() {
      const other = mkdtempSync(join(tmpdir(), "gatekey-space-"))
      cpSync(folder, other, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
      return workspaceIn(other, extra)
    },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  }
}

const pulumiYaml = {
  name: "engine",
  runtime: { name: "nodejs", options: { typescript: false } },
  plugins: { providers: [{ name: "gatekey", path: join(root, "provider") }] },
}
