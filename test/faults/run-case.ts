import { setTimeout as sleep } from "node:timers/promises"
import { type Plugin, startPlugin } from "../support/engine/plugin.ts"
import { type Raw, revealed } from "../support/engine/wire.ts"
import { attach, type TracedCall } from "./attach.ts"
import type { Case } from "./cases.ts"
import { act, filesOf, type Given, heal, type Scene, type Stage, stageOf } from "./scenes.ts"

export interface Ran {
  readonly calls: readonly TracedCall[]
  readonly folder: string
  /** Whether the fault occurred. */
  readonly struck: boolean
  readonly outcome: "done" | "refused" | "killed"
  readonly problems: readonly string[]
  /** The files in the end, by their names. */
  readonly files: ReadonlyMap<string, string>
}

/** Performs a scene with one fault, or none, then does what the next `pulumi up` does. @param expected the files without a fault */
export async function runCase(
  scene: Scene,
  given: Omit<Given, "generation">,
  healer: Plugin,
  one: Case | undefined,
  expected: ReadonlyMap<string, string> | undefined,
): Promise<Ran> {
  const stage = await stageOf(scene, healer, given)
  const before = relative(stage.folder)
  const plugin = await startPlugin({ UV_THREADPOOL_SIZE: "1" })
  const problems: string[] = []
  try {
    for (const { urn, state } of [given.token, given.authority]) {
      if (state) await plugin.read(urn, state.id, state.inputs, state.outputs)
    }
    // What the operation imports is loaded, and its inputs are checked, before a fault may occur.
    const { inputs } = scene.operation === "delete" ? { inputs: {} } : await plugin.check(stage.one.urn, stage.news)
    await warmUp(plugin, stage, inputs)
    const faults = one ? [{ call: one.step.call, at: one.step.number, error: one.error }] : []
    const { ended } = await attach(plugin.process.pid ?? 0, faults)
    const said = await act(scene, stage, plugin, inputs).then(
      () => "done",
      (error: Error) => error.message,
    )
    await sleep(20)
    const killed = plugin.process.signalCode === "SIGKILL"
    await plugin.stop()
    const { calls, struck } = await ended
    problems.push(...problemsOf(said, plugin, killed, given), ...tornIn(before, relative(stage.folder), expected))
    const step = await heal(scene, stage).catch((error: Error) => `an error: ${error.message}`)
    if (step !== "same") problems.push(`a preview after the next up plans ${step}`)
    const files = relative(stage.folder)
    if (expected) problems.push(...differences(expected, files))
    const outcome = killed ? "killed" : said === "done" ? "done" : "refused"
    return { calls, folder: stage.folder, struck, outcome, problems, files }
  } finally {
    await plugin.stop()
    stage.remove()
  }
}

/** Loads what the operation needs; a check would claim the place, which is then not deleted. */
async function warmUp(plugin: Plugin, { one }: Stage, inputs: Raw): Promise<void> {
  const { urn, state } = one
  if (state) await plugin.read(urn, state.id, state.inputs, state.outputs)
  if (Object.keys(inputs).length > 0) await plugin.create(urn, inputs, true).catch(() => {})
}

function problemsOf(said: string, plugin: Plugin, killed: boolean, { token }: Omit<Given, "generation">): string[] {
  const values = [revealed(token.state?.outputs.value)]
  const printed = [said, ...plugin.stderr, ...plugin.messages.map(({ text }) => text)].join("\n")
  return [
    ...(values.some((value) => printed.includes(value)) ? ["a token was printed"] : []),
    ...(/gatekey failed/.test(said) ? [`not an error for the user: ${said.slice(0, 200)}`] : []),
    ...(!killed && plugin.process.signalCode === "SIGSEGV" ? ["the provider crashed"] : []),
  ]
}

function relative(folder: string): ReadonlyMap<string, string> {
  return new Map([...filesOf(folder)].map(([path, text]) => [path.slice(folder.length + 1), text]))
}

/** Files that are neither as before nor as they shall be. Copies and locks of a killed run are swept by the next one. */
function tornIn(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string> | undefined,
): string[] {
  if (!expected) return []
  return [...now]
    .filter(([name]) => !isOwn(name))
    .filter(([name, text]) => text !== before.get(name) && !isAsExpected(name, text, expected))
    .map(([name]) => `${name} is torn`)
}

const isOwn = (name: string) => /\.gatekey-/.test(name)

/** A new key is another one each time: its form is what is compared. */
function isAsExpected(name: string, text: string, expected: ReadonlyMap<string, string>): boolean {
  const wanted = expected.get(name)
  return wanted !== undefined && masked(text) === masked(wanted)
}

function masked(text: string): string {
  return text.replace(/(-----BEGIN [A-Z ]+-----)[^-]*(-----END)/g, "$1$2").replace(/fp:[0-9a-f]{8}/g, "fp")
}

function differences(expected: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  const gone = [...expected.keys()].filter((name) => !now.has(name)).map((name) => `${name} is missing in the end`)
  const other = [...now].flatMap(([name, text]) => {
    if (!expected.has(name)) return [`${name.replace(/[0-9a-f]{12}/, "…")} is left behind`]
    return isAsExpected(name, text, expected) ? [] : [`${name} is another in the end`]
  })
  return [...gone, ...other]
}
