import { spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { expect } from "vitest"
import { parse, stringify } from "yaml"
import { leaksIn } from "../canary/leaks.ts"
import { type InlineProgram, inlineProgram } from "../engine/inline-program.ts"
import { endLeftBehind } from "../engine/kill.ts"
import { engineEnvironment } from "../engine/machine.ts"
import { root } from "../engine/program.ts"
import { generationsIn, type State, secretsIn } from "../engine/state.ts"
import type { Command } from "../engine/workspace.ts"
import { freePort } from "../products/listener.ts"

/** Several people with one fleet: a gateway and a node in two homes of this machine. */
export interface Team {
  readonly folder: string
  /** The gateway's place, as `adopt` names it. */
  readonly place: string
  /** Somebody with a Pulumi of their own, and a clone: another's as it is now, or a new one. */
  operator(name: string, from?: Operator): Operator
  /** What the fleet holds, and whether the state of that operator's backend says the same. */
  standing(by: Operator): Promise<Standing>
  /** Every file of both homes, with its inode, time and content. */
  look(): readonly string[]
  /** Secrets that `standing` ever saw, by what they are. */
  readonly secrets: ReadonlyMap<string, string>
  /** Where one of them stands in all that was printed to anybody. */
  leaks(): string[]
  remove(): Promise<void>
}

export interface Standing {
  /** The generation in force, and the highest ever, as the state has them. */
  readonly current: number
  readonly highest: number
  /** The generation that each file with a token of this stack holds; of a secret file also `another token`. */
  readonly holds: Readonly<Record<string, number | string>>
  /** What each home remembers. */
  readonly marks: readonly string[]
  /** Names and contents of all other files; they are as at the first look. */
  readonly rest: "as it was" | readonly string[]
  readonly pending: number
}

const files = { token: ".openclaw/gatekey/gateway-token", marker: ".local/state/gatekey/gatekey.dev.json" }

/** What a fleet that is whole shows. */
export function whole(current: number, highest: number): Standing {
  return {
    ...{ current, highest },
    holds: { [`studio/${files.token}`]: current, [`tw/${files.token}`]: current },
    marks: [`${current} of ${highest}`, `${current} of ${highest}`],
    ...{ rest: "as it was", pending: 0 },
  }
}

export interface Operator {
  readonly folder: string
  /** `Pulumi.dev.yaml` in the clone. */
  readonly file: string
  readonly env: Record<string, string>
  declare(rotation: number, more?: Readonly<Record<string, unknown>>): void
  /** With the program in a process of its own, as Pulumi starts it. */
  start(...args: string[]): Command
  pulumi(...args: string[]): Command["ended"]
  /** The same with a line on standard input. */
  answer(line: string, ...args: string[]): Command["ended"]
}

/** Runs a command that must work. @returns what it said */
export async function works(who: Operator, ...args: string[]): Promise<string> {
  return ends(0, who, args)
}

/** Runs a command that must be refused, and ends as Pulumi then does. */
export async function refused(who: Operator, ...args: string[]): Promise<string> {
  return ends(255, who, args)
}

async function ends(expected: number, who: Operator, args: string[]): Promise<string> {
  const { code, output } = await who.pulumi(...args)
  expect(code, `pulumi ${args.join(" ")}\n${output}`).toBe(expected)
  return output
}

/** @param variables more of the environment that everybody's commands run in */
export async function team(variables: Readonly<Record<string, string>>): Promise<Team> {
  const port = await freePort()
  const passphrase = randomBytes(12).toString("hex")
  const folder = mkdtempSync(join(tmpdir(), "gatekey-team-"))
  const homes = ["studio", "tw"].map((name) => join(folder, name))
  for (const home of homes) mkdirSync(home)
  const [studio = "", tw = ""] = homes
  let printed = ""
  const programs: InlineProgram[] = []
  const operator: Team["operator"] = (name, from) => {
    const own = join(folder, name)
    const project = join(own, "project")
    for (const each of ["home", "pulumi"]) mkdirSync(join(own, each), { recursive: true })
    if (from) cpSync(join(from.folder, "project"), project, { recursive: true, verbatimSymlinks: true })
    else {
      mkdirSync(project)
      const { main, runtime } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8"))
      const plugins = { providers: [{ name: "gatekey", path: join(root, "provider") }] }
      const options = { ...runtime.options, typescript: false }
      const text = stringify({ name: "gatekey", main, runtime: { ...runtime, options }, plugins })
      writeFileSync(join(project, "Pulumi.yaml"), text)
      symlinkSync(join(root, "stacks"), join(project, "stacks"))
    }
    const file = join(project, "Pulumi.dev.yaml")
    const env: Record<string, string> = {
      ...engineEnvironment,
      HOME: join(own, "home"),
      PULUMI_HOME: join(own, "pulumi"),
      PULUMI_CONFIG_PASSPHRASE: passphrase,
      ...variables,
    }
    const begin = (args: readonly string[], input: string): Command => {
      const words = ["--non-interactive", ...args]
      const child = spawn("pulumi", words, { cwd: project, env, timeout: 300_000, killSignal: "SIGKILL" })
      let output = ""
      const hear = (text: Buffer) => {
        output += text
        printed += text
      }
      for (const stream of [child.stdout, child.stderr]) stream.on("data", hear)
      child.stdin.end(input)
      const ended: Command["ended"] = new Promise((done, failed) => {
        child.on("error", failed)
        child.on("close", (code) => done({ code, output }))
        // What a killed engine leaves behind still holds its output open.
        child.on("exit", (code, signal) => signal && setTimeout(() => done({ code, output }), 300))
      })
      return { child, pid: child.pid ?? 0, ended }
    }
    const inline = inlineProgram(join(project, "stacks/index.ts"), { cwd: project, env })
    programs.push(inline)
    const ended = async (args: readonly string[], input: string) =>
      begin([...args, ...(await inline.wordsFor(args[0]))], input).ended
    return {
      ...{ folder: own, file, env },
      start: (...args) => begin(args, ""),
      pulumi: (...args) => ended(args, ""),
      answer: (line, ...args) => ended(args, `${line}\n`),
      declare(rotation, { token, ...more } = {}) {
        const common = { host: "local", manager: "process", service: "none", predecessor: false }
        const declared = {
          token: { rotation, keep: 5, protect: false, ...(token as object) },
          gateways: { studio: { ...common, home: studio, port } },
          nodes: { tw: { ...common, home: tw, stray: false } },
          ...more,
        }
        const { config: _, ...salt } = existsSync(file) ? parse(readFileSync(file, "utf8")) : {}
        const keys = Object.entries(declared).map(([key, value]) => [`gatekey:${key}`, value])
        writeFileSync(file, stringify({ ...salt, config: Object.fromEntries(keys) }))
      },
    }
  }
  const secrets = new Map([["passphrase", passphrase]])
  let first: readonly string[] | undefined
  const all = () =>
    homes.flatMap((home) =>
      (readdirSync(home, { recursive: true }) as string[])
        .map((name) => join(home, name))
        .filter((path) => statSync(path).isFile())
        .sort(),
    )
  return {
    ...{ folder, operator, secrets },
    place: `local|${join(studio, files.token)}|*`,
    leaks: () => leaksIn(printed, secrets.values()),
    look: () =>
      all().map((path) => `${path} ${statSync(path).ino} ${statSync(path).mtimeMs} ${readFileSync(path, "base64")}`),
    async standing(by) {
      const { output } = await by.pulumi("stack", "export", "--show-secrets")
      printed = printed.replace(output, "")
      const state = JSON.parse(output) as State
      const { current, kept, next, forgotten } = generationsIn(state)
      for (const each of secretsIn(state)) secrets.set(`secret ${secrets.size}`, each)
      const generationIn = (path: string) => {
        const text = readFileSync(path, "utf8")
        const found =
          kept.find(({ value }) => text.includes(value))?.generation ?? (text.includes(next) ? "next" : undefined)
        return found ?? (path.endsWith(files.token) ? "another token" : undefined)
      }
      const named = (path: string) => relative(folder, path)
      const holds = all().flatMap((path) => {
        const generation = generationIn(path)
        return generation === undefined ? [] : [[named(path), generation] as const]
      })
      const marks = homes.map((home) => JSON.parse(readFileSync(join(home, files.marker), "utf8")))
      const others = all().filter((path) => !path.endsWith(files.token) && !path.endsWith(files.marker))
      const rest = others.map((path) => `${named(path)} ${readFileSync(path, "utf8")}`)
      first ??= rest
      return {
        current,
        highest: Math.max(...[...kept, ...forgotten].map(({ generation }) => generation)),
        holds: Object.fromEntries(holds),
        marks: marks.map(({ generation, highest }) => `${generation} of ${highest}`),
        rest: JSON.stringify(first) === JSON.stringify(rest) ? "as it was" : rest,
        pending: state.deployment.pending_operations?.length ?? 0,
      }
    },
    async remove() {
      await Promise.all(programs.map((program) => program.end()))
      await endLeftBehind(folder)
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}
