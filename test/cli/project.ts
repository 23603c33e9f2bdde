import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { delimiter, dirname, join, resolve } from "node:path"
import { expectValidOutput } from "../support/cli/output-schema.ts"
import { folder } from "../support/hosts/machine.ts"

const root = resolve(import.meta.dirname, "../..")

interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder with stack files, in which the command line runs as a user runs it. */
export interface Project {
  readonly path: string
  at(name: string): string
  read(name: string): string
  write(name: string, text: string): void
  /** What `pulumi` says of the stack's Token from now on. */
  state(token: { readonly generation: number; readonly highest?: number; readonly created?: string }): void
  /** What `pulumi` says of the stack's updates from now on, the latest first: pages of a hundred. */
  history(...updates: readonly object[]): void
  gatekey(...args: string[]): Outcome
  git(...args: string[]): string
  /** What `gh` was called with, a line each. */
  calls(): readonly string[]
}

interface Settings {
  /** Of the command line's PATH, besides git and Node. Default: both. */
  readonly programs?: readonly ("gh" | "pulumi")[]
  readonly env?: Readonly<Record<string, string>>
}

/** @param files by name; the folder is a git repository's where `repository` makes it one */
export function project(files: Readonly<Record<string, string>>, settings: Settings = {}): Project {
  const top = folder()
  const [path, bin] = [join(top, "project"), join(top, "bin")]
  for (const each of [path, bin, join(top, "home")]) mkdirSync(each)
  const doubles = { gh: "gh", pulumi: "pulumi-stack" }
  for (const name of settings.programs ?? (["gh", "pulumi"] as const))
    symlinkSync(join(root, "test/doubles", doubles[name]), join(bin, name))
  for (const name of ["git", "sh", "cat", "dirname", "readlink"]) symlinkSync(which(name), join(bin, name))
  symlinkSync(process.execPath, join(bin, "node"))
  const env = {
    PATH: bin,
    HOME: join(top, "home"),
    CALLS: join(top, "calls"),
    STATE: join(top, "state.json"),
    HISTORY: join(top, "history.json"),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "me",
    GIT_AUTHOR_EMAIL: "me@example.org",
    GIT_COMMITTER_NAME: "me",
    GIT_COMMITTER_EMAIL: "me@example.org",
    ...settings.env,
  }
  const at = (name: string) => join(path, name)
  const made: Project = {
    path,
    at,
    read: (name) => readFileSync(at(name), "utf8"),
    write: (name, text) => {
      mkdirSync(dirname(at(name)), { recursive: true })
      writeFileSync(at(name), text)
    },
    state: (token) => writeFileSync(env.STATE, JSON.stringify(stateWith(token))),
    history(...updates) {
      for (let page = 1; page === 1 || (page - 1) * 100 <= updates.length; page++) {
        const held = updates.slice((page - 1) * 100, page * 100)
        writeFileSync(`${env.HISTORY}${page === 1 ? "" : `.${page}`}`, JSON.stringify(held))
      }
    },
    gatekey(...args) {
      const { status, stdout, stderr } = spawnSync(join(root, "cli/gatekey"), args, {
        cwd: path,
        env,
        encoding: "utf8",
      })
      expectValidOutput(args, stdout)
      return { code: status, stdout, stderr }
    },
    git: (...args) => execFileSync("git", args, { cwd: path, env, encoding: "utf8", stdio: "pipe" }).trim(),
    calls: () => (existsSync(env.CALLS) ? readFileSync(env.CALLS, "utf8").trim().split("\n") : []),
  }
  for (const [name, text] of Object.entries(files)) made.write(name, text)
  return made
}

/** The same, committed on `main`, with a bare repository as its `origin`. */
export function repository(files: Readonly<Record<string, string>>, settings: Settings = {}): Project {
  const made = project(files, settings)
  const origin = join(made.path, "../origin.git")
  made.git("init", "--quiet", "--initial-branch=main")
  made.git("init", "--quiet", "--bare", "--initial-branch=main", origin)
  made.git("add", ".")
  made.git("commit", "--quiet", "--message", "the fleet")
  made.git("remote", "add", "origin", origin)
  made.git("push", "--quiet", "--set-upstream", "origin", "main")
  return made
}

function stateWith({ generation, highest, created = new Date().toISOString() }: Parameters<Project["state"]>[0]) {
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" }
  const outputs = { generation, created, value: secret, generations: secret, ...(highest ? { highest } : {}) }
  const resources = [
    { type: "pulumi:pulumi:Stack", outputs: {} },
    { type: "gatekey:index:Token", delete: true, outputs: { generation: 99, highest: 99, created } },
    { type: "gatekey:index:Token", outputs },
  ]
  return { version: 3, deployment: { resources } }
}

function which(program: string): string {
  const found = (process.env.PATH ?? "").split(delimiter).map((each) => join(each, program))
  return found.find((file) => existsSync(file)) ?? program
}
