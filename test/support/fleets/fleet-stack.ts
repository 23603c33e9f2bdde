import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parse, stringify } from "yaml"
import { inlineProgram } from "../engine/inline-program.ts"
import { engineEnvironment } from "../engine/machine.ts"
import { makeStack } from "../engine/new-stack.ts"
import { root } from "../engine/program.ts"
import type { State } from "../engine/state.ts"
import { readState } from "../engine/state-file.ts"
import type { Command } from "../engine/workspace.ts"

/** A stack of the repository's own program, as a user has it: only its `Pulumi.dev.yaml` is the test's. */
export interface FleetStack {
  readonly folder: string
  /** What its commands run in. */
  readonly env: Readonly<Record<string, string>>
  /** Makes it the stack's configuration, under `gatekey:`. */
  declare(config: Readonly<Record<string, unknown>>): void
  /** With the program in a process of its own, as Pulumi starts it. */
  start(...args: string[]): Command
  pulumi(...args: string[]): Command["ended"]
  /** The state of its only stack, the secrets in the clear. */
  state(): State
  /** With other variables. */
  as(variables: Readonly<Record<string, string>>, ...args: string[]): Command
  remove(): Promise<void>
}

/** @param others plugins of others, by their folders */
export async function fleetStack(
  variables: Readonly<Record<string, string>> = {},
  others: readonly { readonly name: string; readonly path: string }[] = [],
): Promise<FleetStack> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-fleet-"))
  const project = join(folder, "project")
  for (const each of ["home", "backend", "pulumi", "project"]) mkdirSync(join(folder, each))
  symlinkSync(join(root, "stacks"), join(project, "stacks"))
  const { main, runtime } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8"))
  const plugins = { providers: [{ name: "gatekey", path: join(root, "provider") }, ...others] }
  writeFileSync(
    join(project, "Pulumi.yaml"),
    stringify({ name: "gatekey", main, runtime: { name: runtime.name, options: { typescript: false } }, plugins }),
  )
  const config = join(project, "Pulumi.dev.yaml")
  const env = {
    ...engineEnvironment,
    HOME: join(folder, "home"),
    PULUMI_HOME: join(folder, "pulumi"),
    PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
    PULUMI_STACK: "dev",
    PULUMI_CONFIG_PASSPHRASE: "only for this test",
    ...variables,
  }
  const as: FleetStack["as"] = (variables, ...args) => {
    const child = spawn("pulumi", ["--non-interactive", ...args], {
      cwd: project,
      env: { ...env, ...variables },
      timeout: 300_000,
      killSignal: "SIGKILL",
    })
    let output = ""
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text))
    child.stdin.end()
    const ended: Command["ended"] = new Promise((done, failed) => {
      child.on("error", failed)
      child.on("close", (code) => done({ code, output }))
    })
    return { child, pid: child.pid ?? 0, ended }
  }
  const start: FleetStack["start"] = (...args) => as({}, ...args)
  const inline = inlineProgram(join(project, main), { cwd: project, env })
  const pulumi: FleetStack["pulumi"] = async (...args) => start(...args, ...(await inline.wordsFor(args[0]))).ended
  const { PULUMI_BACKEND_URL: backend, PULUMI_CONFIG_PASSPHRASE: passphrase } = env
  await makeStack({ folder, project: "gatekey", name: "dev", backend, passphrase }, async () => {
    const { code, output } = await pulumi("stack", "init", "dev")
    if (code !== 0) throw new Error(`pulumi stack init: ${output}`)
  })
  return {
    folder,
    env,
    declare(declared) {
      const { config: _, ...salt } = parse(readFileSync(config, "utf8"))
      const keys = Object.entries(declared).map(([key, value]) => [`gatekey:${key}`, value])
      writeFileSync(config, stringify({ ...salt, config: Object.fromEntries(keys) }))
    },
    start,
    as,
    state: () => readState(join(folder, "backend"), "gatekey", env.PULUMI_CONFIG_PASSPHRASE),
    pulumi,
    async remove() {
      await inline.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
