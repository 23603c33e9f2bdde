import { randomBytes } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, onTestFinished } from "vitest"
import { parse, stringify } from "yaml"
import { isPublicDefault } from "../../../core/strength.ts"
import { leaksIn } from "../canary/leaks.ts"
import { announced, type Events, takeEvents } from "./events.ts"
import { type Home, homeIn } from "./home.ts"
import { inlineProgram } from "./inline-program.ts"
import { engineEnvironment, hasPulumi, ownerOf, processesWith, run } from "./machine.ts"
import { makeStack } from "./new-stack.ts"
import { type Fleet, program, root } from "./program.ts"
import { type Generations, generationsIn, type State, secretsIn } from "./state.ts"
import { readState } from "./state-file.ts"

export interface Outcome extends Events {
  readonly code: number | null
  readonly output: string
}

/** One stack on the real engine, in a folder of its own, with a home whose files are real. */
export interface Stack extends Home {
  readonly folder: string
  /** Everything that was printed so far. */
  readonly transcript: string
  /** Runs one command; no known secret stands in what it prints. */
  pulumi(...args: string[]): Promise<Outcome>
  preview(...args: string[]): Promise<Outcome>
  /** `up --yes`; where it succeeds, it has done what it planned. */
  up(...args: string[]): Promise<Outcome>
  /** A preview, an `up` that does what it said, and a preview that says nothing more. */
  deploy(): Promise<{ readonly preview: Outcome; readonly up: Outcome }>
  /** An `up` that its own preview refuses: nothing is written, nothing stands in the state that was not there. */
  refused(): Promise<Outcome>
  /** A preview finds nothing to do. */
  settled(): Promise<void>
  declare(fleet: Fleet): void
  /** Secret configuration, given on standard input. */
  secret(name: string, value: string): Promise<void>
  /** A fresh strong value that must never be printed. */
  foreign(): string
  /** A value that must never be printed. */
  hide(value: string): string
  /** The state, its secrets in the clear. */
  state(): Promise<State>
  generations(): Promise<Generations>
  /** The value of the generation in force. */
  token(): Promise<string>
  dispose(): Promise<void>
}

interface Settings {
  /** Runs everything as a user who is bound by permissions, where we are root. */
  readonly plainUser?: boolean
  /** Another stack's home. */
  readonly home?: Home
  readonly name?: string
  /** More of the environment that the commands run in. */
  readonly env?: Readonly<Record<string, string>>
}

/** Engine tests run where there is an engine; with CI=true they must. */
export function describeEngine(name: string, tests: () => void): void {
  if (hasPulumi || process.env.CI === "true") describe(name, tests)
  else describe.skip(`${name} (no pulumi on PATH: run make setup)`, tests)
}

/** A stack that ends with the test. */
export async function stack(fleet: Fleet, settings: Settings = {}): Promise<Stack> {
  const opened = await openStack(fleet, settings)
  onTestFinished(() => opened.dispose())
  return opened
}

/** Of all stacks of a file: see `makeStack`. */
const passphrase = randomBytes(12).toString("hex")
const withEvents = ["preview", "up", "refresh", "destroy", "import"]

/** A stack for a row of tests; the caller disposes of it. */
export async function openStack(
  fleet: Fleet,
  { plainUser = false, home, name = "dev", env: more = {} }: Settings = {},
): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-engine-"))
  const owner = ownerOf(plainUser)
  const files = home ?? homeIn(join(folder, "home"), owner)
  const project = join(folder, "project")
  const configuration = join(project, `Pulumi.${name}.yaml`)
  const log = join(folder, "events")
  for (const each of ["project", "backend", "pulumi"]) mkdirSync(join(folder, each))
  for (const each of ["", "project", "backend", "pulumi"]) owner.give(join(folder, each))
  writeFileSync(join(project, "Pulumi.yaml"), stringify(pulumiYaml))
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module", main: "index.ts", private: true }))
  writeFileSync(join(project, "index.ts"), program)
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"))
  const env = {
    ...engineEnvironment,
    HOME: files.home,
    PULUMI_HOME: join(folder, "pulumi"),
    PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_DEBUG_COMMANDS: "1",
    ...more,
  }

  const hidden = new Set<string>()
  let transcript = ""
  let known = ""
  const inline = inlineProgram(join(project, "index.ts"), { cwd: project, env, prefix: owner.prefix })
  const engine = async (args: readonly string[], input = "") => {
    const plans = args.some((word) => /^--(save-)?plan\b/.test(word)) ? { PULUMI_EXPERIMENTAL: "1" } : {}
    const words = [...args, ...(await inline.wordsFor(args[0]))]
    return run([...owner.prefix, "pulumi", "--non-interactive", ...words], {
      cwd: project,
      env: { ...env, ...plans },
      input,
    })
  }
  const state = async () => readState(join(folder, "backend"), "engine", env.PULUMI_CONFIG_PASSPHRASE)
  /** Learns the secrets of a state that changed, and finds none of them in anything that was printed. */
  const noLeak = async () => {
    const stored = join(folder, "backend/.pulumi/stacks/engine", `${name}.json`)
    const now = existsSync(stored) ? readFileSync(stored, "utf8") : ""
    if (now !== known) for (const each of secretsIn(await state())) hidden.add(each)
    known = now
    expect(
      leaksIn(
        transcript,
        [...hidden].filter((each) => !isPublicDefault(each)),
      ),
    ).toEqual([])
  }
  const pulumi = async (...args: string[]): Promise<Outcome> => {
    const events = withEvents.includes(args[0] ?? "") && !args.includes("--json")
    const ended = await engine(events ? [...args, "--event-log", log] : args)
    transcript += `$ pulumi ${args.join(" ")}\n${ended.output}`
    const outcome = { ...ended, ...takeEvents(log) }
    await noLeak()
    return outcome
  }
  const opened: Stack = {
    ...files,
    folder,
    get transcript() {
      return transcript
    },
    pulumi,
    preview: (...args) => pulumi("preview", ...args),
    async up(...args) {
      const up = await pulumi("up", "--yes", ...args)
      if (up.code === 0 && !args.includes("--skip-preview")) expect(up.changes, up.output).toEqual(announced(up.output))
      return up
    },
    async deploy() {
      const preview = await opened.preview()
      expect(preview.code, preview.output).toBe(0)
      const up = await opened.up("--skip-preview")
      expect(up.code, up.output).toBe(0)
      expect([up.steps, up.changes], "what the preview planned").toEqual([preview.steps, preview.changes])
      await opened.settled()
      return { preview, up }
    },
    async refused() {
      const [files, resources] = [opened.look(), (await state()).deployment.resources]
      const up = await opened.up()
      expect(up.code, up.output).not.toBe(0)
      expect(up.output).not.toContain("Updating (")
      expect(opened.look()).toEqual(files)
      expect((await state()).deployment.resources).toEqual(resources)
      return up
    },
    async settled() {
      const { code, output } = await opened.preview("--expect-no-changes")
      expect(code, output).toBe(0)
      expect(output).not.toMatch(/Diagnostics:|to (?:create|update|delete|replace)/)
    },
    declare(fleet) {
      const { config, ...rest } = existsSync(configuration) ? parse(readFileSync(configuration, "utf8")) : {}
      writeFileSync(configuration, stringify({ ...rest, config: { ...config, "engine:fleet": JSON.stringify(fleet) } }))
      owner.give(configuration)
    },
    async secret(key, value) {
      hidden.add(value)
      const { code, output } = await engine(["config", "set", "--secret", key], value)
      expect(code, output).toBe(0)
    },
    foreign: () => opened.hide(randomBytes(32).toString("hex")),
    hide(value) {
      hidden.add(value)
      return value
    },
    state,
    generations: async () => generationsIn(await state()),
    async token() {
      const { kept, current } = await opened.generations()
      return kept.find(({ generation }) => generation === current)?.value ?? ""
    },
    async dispose() {
      await inline.end()
      try {
        await noLeak()
        for (let tries = 0; tries < 50 && processesWith(folder).length > 0; tries++) await sleep(100)
        expect(processesWith(folder)).toEqual([])
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
  }
  const { PULUMI_BACKEND_URL: backend, PULUMI_CONFIG_PASSPHRASE: own } = env
  await makeStack({ folder, project: "engine", name, backend, passphrase: own, give: owner.give }, async () => {
    const { code, output } = await engine(["stack", "init", name])
    expect(code, output).toBe(0)
  })
  opened.declare(fleet)
  return opened
}

const pulumiYaml = {
  name: "engine",
  runtime: { name: "nodejs", options: { typescript: false } },
  plugins: { providers: [{ name: "gatekey", path: join(root, "provider") }] },
}
