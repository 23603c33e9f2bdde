import { execFile, spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { expect, onTestFinished } from "vitest"
import { type Fleet, root, type TokenDeclaration } from "../engine/program.ts"
import { type Workspace, workspace } from "../engine/workspace.ts"
import { detector, type Haystack } from "./canary.ts"
import { files, places as known } from "./fleet.ts"
import { ledger } from "./ledger.ts"
import { recorder } from "./record.ts"
import { searchAll } from "./search.ts"
import { sourceOfOutput } from "./sources.ts"

const execute = promisify(execFile)

type Variables = Readonly<Record<string, string>>

/** One stack's life, with everything recorded. */
export interface Run {
  readonly space: Workspace
  /** Runs a command, and records all that can be seen of it. */
  says(code: number, ...args: string[]): Promise<string>
  /** Records what a command printed that the test itself ran. */
  printed(output: string, ...args: string[]): Promise<void>
  /** The report of a preview, as Markdown and as a page. */
  report(preview: string): void
  /** Runs one of our own commands. @returns what it printed, or printed as errors */
  look(...args: string[]): Promise<string>
  hide(name: string, value: string): string
  declare(token: TokenDeclaration, places: Fleet["places"], more?: More): void
  /** Records the files and processes as they are now. */
  record(): Promise<void>
  /** No secret is in anything that was recorded. */
  nothing(): Promise<void>
  /** How often one is in what was left out as the engine's own doing. */
  cut(): number
}

/** What a fleet has beside its token and its places. */
type More = Omit<Fleet, "token" | "places">

/**
 * @param engines what of it is the engine's own doing
 * @param allowed names of further files below the home, and of folders, in which secrets are
 */
export async function opened(
  token: TokenDeclaration,
  engines?: RegExp,
  {
    places = known,
    env = {},
    more = {},
    allowed = [],
  }: {
    places?: Fleet["places"]
    env?: Variables | ((folder: string) => Variables)
    more?: More
    allowed?: readonly string[]
  } = {},
): Promise<Run> {
  const own = (folder: string) => ({
    NODE_COMPILE_CACHE: join(folder, "cache"),
    ...(typeof env === "function" ? env(folder) : env),
  })
  const space = await workspace({ token, places, ...more }, own)
  const record = recorder(space.folder)
  onTestFinished(async () => {
    await record.end()
    space.remove()
  })
  const { secrets, kinds, hide, learn } = ledger()
  hide("passphrase", readFileSync(join(space.folder, "passphrase"), "utf8"))
  const left = [
    ...[...files, ...allowed].map((name) => space.at(name)),
    join(space.project, "node_modules"),
    join(space.folder, "passphrase"),
  ]
  const ours = (haystack: Haystack): Haystack => ({
    ...haystack,
    bytes: engines ? Buffer.from(haystack.bytes.toString("latin1").replace(engines, ""), "latin1") : haystack.bytes,
  })
  const printed = async (output: string, ...args: string[]) => {
    const step = `pulumi ${args.join(" ")}`
    record.output(step, output, sourceOfOutput("pulumi", args))
    record.files(space.folder, left)
    await record.processes()
    learn(space.state())
    expect(detector(secrets).find(ours({ name: step, bytes: Buffer.from(output) }))).toEqual([])
  }
  return {
    space,
    async says(expected, ...args) {
      const { code, output } = await space.run(...args)
      await printed(output, ...args)
      expect(code, output).toBe(expected)
      return output
    },
    printed,
    report(preview) {
      const page = join(space.folder, "report.html")
      const { stdout, stderr } = spawnSync(join(root, "cli/gatekey"), ["report", "--html", page], {
        input: preview,
        encoding: "utf8",
      })
      expect(readFileSync(page, "utf8"), stderr).toContain("<h1>")
      record.output("gatekey report", stdout + stderr, "report")
      record.files(space.folder, left)
    },
    async look(...args) {
      const ended = execute(join(root, "cli/gatekey"), args, { cwd: space.project, env: space.env })
      const { stdout, stderr } = await ended.catch((error: { stdout: string; stderr: string }) => error)
      record.output(`gatekey ${args.join(" ")}`, stdout + stderr, sourceOfOutput("gatekey", args))
      record.files(space.folder, left)
      await record.processes()
      return stdout || stderr
    },
    hide(name, value) {
      hide(name, value)
      return value
    },
    declare: (token, places, more = {}) => space.declare({ token, places, ...more }),
    async record() {
      record.files(space.folder, left)
      await record.processes()
    },
    async nothing() {
      expect(secrets.size).toBeGreaterThan(2)
      expect(record.haystacks.filter(({ name }) => name.startsWith("a process's")).length).toBeGreaterThan(5)
      const scene = expect.getState().currentTestName ?? ""
      const { hits, missed } = searchAll(scene, secrets, kinds, record.haystacks.map(ours))
      expect(hits).toEqual([])
      expect(missed, "planted secrets that were not found").toEqual([])
    },
    cut: () => record.haystacks.flatMap(detector(secrets).find).length,
  }
}
