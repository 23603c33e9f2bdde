// Injects a fault at each step of each scene: a resource type, what happens to it, and each call that changes a file or asks
// who answers elsewhere. After each, no file may be torn and nothing left behind once the next `up` has run. `-- --only NAME`,
// `-- --most N` steps a scene, `-- --list` prints the scenes.
import { parseArgs } from "node:util"
import { type Case, casesOf, describeCase, jumps } from "./cases.ts"
import { type Ran, runCase } from "./run-case.ts"
import type { Scene, World } from "./scene.ts"
import { scenes, without } from "./scenes/index.ts"
import { openWorld } from "./world.ts"

const { values } = parseArgs({
  options: { only: { type: "string" }, most: { type: "string" }, list: { type: "boolean" } },
})
const most = values.most === undefined ? Number.POSITIVE_INFINITY : Number(values.most)
const nameOf = ({ name, operation }: Scene) => `${name}, ${operation}`
const chosen = scenes.filter((scene) => nameOf(scene).includes(values.only ?? ""))
if (chosen.length === 0 || !(most > 0)) throw new Error("expected a part of a scene's name, and a number above 0")

const begun = Date.now()
const totals = { cases: 0, steps: 0, killed: 0, refused: 0, done: 0, missed: 0, exceptions: 0, failures: 0 }

async function runScene(scene: Scene, world: World, turn: number): Promise<void> {
  const plain = await runCase(scene, world, undefined, undefined)
  const { steps } = plain
  const stepCases = casesOf(steps, scene.isThorough === true, turn).slice(0, most)
  const others = [
    ...plain.conditions.map((condition): Case => ({ condition })),
    ...jumps.map((clock): Case => ({ clock })),
  ].slice(0, most)
  totals.steps += steps.length
  console.log(`${nameOf(scene)}: ${steps.length} steps, ${stepCases.length + others.length} cases`)
  if (steps.length + plain.conditions.length === 0) fail(scene, "no step was seen")
  if (plain.problems.length > 0) fail(scene, `without a fault: ${plain.problems.join("; ")}`)
  const reached = new Set<string>()
  for (const one of [...stepCases, ...others]) {
    const ran = await tried(scene, world, one, plain.files)
    count(scene, one, ran)
    if (ran.struck && "step" in one) reached.add(one.step.what)
  }
  const left = steps.filter(({ what }) => !reached.has(what)).map(({ what }) => what)
  if (most < Number.POSITIVE_INFINITY) return
  for (const what of new Set(left)) {
    totals.exceptions++
    console.log(
      `EXCEPTION ${nameOf(scene)}: ${what}: a call of another process has its number, and got the fault before it`,
    )
  }
}

/** Which thread makes a call may differ: a step that was not met by its number is tried again by the one that it had. */
async function tried(scene: Scene, world: World, one: Case, files: Ran["files"]): Promise<Ran> {
  let [now, ran] = [one, await runCase(scene, world, one, files)]
  for (let left = 4; left > 0 && !ran.struck && "step" in now; left--) {
    const { what } = now.step
    const step = ran.steps.find((each) => each.what === what) ?? now.step
    now = { ...now, step }
    ran = await runCase(scene, world, now, files)
  }
  return ran
}

function count(scene: Scene, one: Case, { outcome, struck, problems }: Ran): void {
  totals.cases++
  totals[outcome]++
  if (!struck) totals.missed++
  const what = describeCase(one)
  if (problems.length > 0) fail(scene, `${what}: ${problems.join("; ")}`)
  else console.log(`${struck ? outcome.padEnd(7) : "missed "} ${nameOf(scene)}: ${what}`)
}

function fail(scene: Scene, why: string): void {
  totals.failures++
  console.log(`FAILURE ${nameOf(scene)}: ${why}`)
}

if (values.list) {
  for (const scene of chosen) console.log(nameOf(scene))
  for (const [type, why] of Object.entries(without)) console.log(`${type}: none: ${why}`)
} else {
  const { world, close } = await openWorld(chosen)
  try {
    for (const [turn, scene] of chosen.entries()) await runScene(scene, world, turn)
  } finally {
    await close()
  }
  const seconds = Math.round((Date.now() - begun) / 1000)
  console.log(JSON.stringify({ scenes: chosen.length, ...totals, seconds }))
  process.exitCode = totals.failures === 0 ? 0 : 1
}
