import { readFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { type Plugin, startPlugin } from "../support/engine/plugin.ts"
import type { Raw } from "../support/engine/wire.ts"
import { fakeClock } from "../support/faults/clock.ts"
import type { Syscall } from "../support/faults/strace.ts"
import { attach } from "./attach.ts"
import { type Case, type Step, stepsOf } from "./cases.ts"
import type { Scene, Stage, World } from "./scene.ts"
import { act, filesOf, heal } from "./stage.ts"

export interface Ran {
  readonly steps: readonly Step[]
  /** Whether the fault occurred, at its step. */
  readonly struck: boolean
  readonly outcome: "done" | "refused" | "killed"
  readonly problems: readonly string[]
  /** The files in the end, by their names. */
  readonly files: ReadonlyMap<string, string>
  /** The names of the conditions that this stage can have. */
  readonly conditions: readonly string[]
}

/** How long an operation may take, in milliseconds: a vault is waited for, and a gateway. */
const patience = 180_000
const hangs = "it did not come to an end"

/** Performs a scene with one fault, or none, then does what the next `pulumi up` does. @param expected the files without a fault */
export async function runCase(
  scene: Scene,
  world: World,
  one: Case | undefined,
  expected: ReadonlyMap<string, string> | undefined,
): Promise<Ran> {
  const stage = await scene.prepare(world)
  const before = filesOf(stage)
  const clock = one && "clock" in one ? fakeClock() : undefined
  const plugin = await startPlugin({ UV_THREADPOOL_SIZE: "1", ...clock?.env })
  const problems: string[] = []
  try {
    for (const { urn, state } of [world.token, world.authority]) {
      if (state) await plugin.read(urn, state.id, state.inputs, state.outputs)
    }
    // What the operation imports is loaded, and its inputs are checked, before a fault may occur.
    const { inputs } = scene.operation === "delete" ? { inputs: {} } : await plugin.check(stage.one.urn, stage.news)
    await warmUp(plugin, stage, inputs)
    const faults = one && "step" in one ? [{ call: one.step.call, at: one.step.number, error: one.error }] : []
    const isOthers = one && "step" in one && one.step.isOthers
    const traced = clock ? undefined : await attach(() => tracedOf(stage, plugin, isOthers), faults)
    const others = stage.others?.() ?? []
    stage.begins?.()
    const end = one && "condition" in one ? await conditionOf(stage, one.condition).begin() : undefined
    if (one && "clock" in one) clock?.jump(one.clock)
    const acted = act(scene, stage, plugin, inputs).then(
      () => "done",
      (error: Error) => error.message,
    )
    const said = await Promise.race([acted, sleep(patience, hangs, { ref: false })])
    if (said === hangs) plugin.process.kill("SIGKILL")
    await end?.()
    await sleep(20)
    const killed = plugin.process.signalCode === "SIGKILL"
    await plugin.stop()
    const { calls, isKilled } = (await traced?.end()) ?? { calls: [], isKilled: false }
    const struck = !(one && "step" in one) || (one.error === "SIGKILL" ? isKilled : isInjected(one.step, calls, stage))
    const steps = stepsOf(calls, stage).map((step) => ({ ...step, isOthers: others.includes(step.pid) }))
    // The names of a stage's conditions may come of what it saw until here.
    const conditions = (stage.conditions?.() ?? []).map(({ name }) => name)
    problems.push(...problemsOf(said, plugin, killed, world), ...tornIn(before, filesOf(stage), expected))
    const step = await heal(scene, stage, world).catch((error: Error) => `an error: ${error.message}`)
    if (step !== "same") problems.push(`a preview after the next up plans ${step}`)
    problems.push(...((await stage.check?.()) ?? []))
    const files = new Map([...filesOf(stage)].filter(([name]) => scene.type === "Placement" || !isLock(name)))
    if (expected) problems.push(...differences(expected, files))
    const outcome = killed ? "killed" : said === "done" ? "done" : "refused"
    return { steps, struck, outcome, problems, files, conditions }
  } finally {
    await plugin.stop()
    clock?.remove()
    await stage.remove()
  }
}

/** The provider and what it has started, such as ssh, and the others; or whose step gets the fault. */
function tracedOf({ others = () => [], isElsewhere }: Stage, plugin: Plugin, isOthers?: boolean): readonly number[] {
  if (isElsewhere) return others()
  const own = withChildren(plugin.process.pid ?? 0)
  return isOthers === undefined ? [...own, ...others()] : isOthers ? others() : own
}

/** The number of a call may be that of another one this time, of a pipe within Node: that is no fault that can occur. */
function isInjected({ what }: Step, calls: readonly Syscall[], stage: Stage): boolean {
  const injected = calls.filter(({ text }) => text.includes("INJECTED"))
  return stepsOf(injected, stage).some((step) => step.what === what)
}

function withChildren(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number)
    return [pid, ...children.flatMap(withChildren)]
  } catch {
    // It has ended.
    return []
  }
}

function conditionOf(stage: Stage, name: string) {
  const found = stage.conditions?.().find((each) => each.name === name)
  if (!found) throw new Error(`there is no condition ${name}`)
  return found
}

/** Loads what the operation needs; a check would claim the place, which is then not deleted. */
async function warmUp(plugin: Plugin, { one }: Stage, inputs: Raw): Promise<void> {
  const { urn, state } = one
  if (state) await plugin.read(urn, state.id, state.inputs, state.outputs)
  if (Object.keys(inputs).length > 0) await plugin.create(urn, inputs, true).catch(() => {})
}

function problemsOf(said: string, plugin: Plugin, killed: boolean, { values }: World): string[] {
  const printed = [said, ...plugin.stderr, ...plugin.messages.map(({ text }) => text)].join("\n")
  return [
    ...(said === hangs ? [hangs] : []),
    ...(values.some((value) => printed.includes(value)) ? ["a token was printed"] : []),
    ...(/gatekey failed/.test(said) ? [`not an error for the user: ${said.slice(0, 200)}`] : []),
    ...(!killed && plugin.process.signalCode === "SIGSEGV" ? ["the provider crashed"] : []),
  ]
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

const isOwn = (name: string) => /\.gatekey-|\.next$/.test(name)

/** It names the process that has ended, and goes with the next change of its file; a Placement's goes with the next `up`. */
const isLock = (name: string) => /\.gatekey-lock$/.test(name)

/** A new key is another one each time, as is what has its digest, and a new mark has another date: their form is what is compared. */
function isAsExpected(name: string, text: string, expected: ReadonlyMap<string, string>): boolean {
  const wanted = expected.get(name)
  return wanted !== undefined && masked(text) === masked(wanted)
}

function masked(text: string): string {
  return text
    .replace(/(-----BEGIN [A-Z ]+-----)[^-]*(-----END)/g, "$1$2")
    .replace(/fp:[0-9a-f]{8}/g, "fp")
    .replace(/(\bown\.pem is |\bproc\.gatekey str\()[0-9a-f]{64}/g, "$1")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "a date")
}

function differences(expected: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  const gone = [...expected.keys()].filter((name) => !now.has(name)).map((name) => `${name} is missing in the end`)
  const other = [...now].flatMap(([name, text]) => {
    if (!expected.has(name)) return [`${name.replace(/[0-9a-f]{12}/, "…")} is left behind`]
    return isAsExpected(name, text, expected) ? [] : [`${name} is another in the end`]
  })
  return [...gone, ...other]
}
