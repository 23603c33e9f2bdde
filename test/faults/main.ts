// Injects a fault at each step of each scene: a resource type, what happens to it, and each call that changes a file. After
// each, no file may be torn and nothing left behind once the next `up` has run. `-- --only NAME`, `-- --most N` cases a scene.
import { parseArgs } from "node:util"
import { managed } from "../support/engine/managed.ts"
import { startPlugin } from "../support/engine/plugin.ts"
import { casesOf, stepsOf } from "./cases.ts"
import { runCase } from "./run-case.ts"
import { noteFirst, scenes } from "./scenes.ts"

const { values } = parseArgs({ options: { only: { type: "string" }, most: { type: "string" } } })
const most = values.most === undefined ? Number.POSITIVE_INFINITY : Number(values.most)
const chosen = scenes.filter(({ name, operation }) => `${name}, ${operation}`.includes(values.only ?? ""))
if (chosen.length === 0 || !(most > 0)) throw new Error("expected a part of a scene's name, and a number above 0")

const begun = Date.now()
const healer = await startPlugin()
const totals = { cases: 0, steps: 0, killed: 0, refused: 0, done: 0, missed: 0, failures: 0 }
try {
  const token = managed(healer, "Token", "token")
  await token.up({ rotation: 1 })
  noteFirst(token)
  await token.up({ rotation: 2 })
  const authority = managed(healer, "Authority", "authority")
  await authority.up({ domain: "home" })
  const given = { token, authority }
  for (const [turn, scene] of chosen.entries()) {
    const name = `${scene.name}, ${scene.operation}`
    const plain = await runCase(scene, given, healer, undefined, undefined)
    const steps = stepsOf(plain.calls, plain.folder)
    const cases = casesOf(steps, scene.name === "Placement in file", turn).slice(0, most)
    totals.steps += steps.length
    console.log(`${name}: ${steps.length} steps, ${cases.length} cases`)
    if (steps.length === 0 || plain.problems.length > 0) {
      totals.failures++
      console.log(`FAILURE ${name}: without a fault: ${plain.problems.join("; ") || "no step was seen"}`)
    }
    const reached = new Set<string>()
    for (const one of cases) {
      let ran = await runCase(scene, given, healer, one, plain.files)
      // Which thread makes a call may differ: a fault that did not occur is tried once more.
      if (!ran.struck) ran = await runCase(scene, given, healer, one, plain.files)
      totals.cases++
      totals[ran.outcome]++
      if (ran.struck) reached.add(one.step.what)
      else totals.missed++
      const isFailure = ran.problems.length > 0
      if (isFailure) totals.failures++
      const what = `${name}: ${one.error} at ${one.step.what} (${one.step.call} ${one.step.number})`
      console.log(
        `${isFailure ? "FAILURE" : ran.struck ? ran.outcome.padEnd(7) : "missed "} ${what}${isFailure ? `: ${ran.problems.join("; ")}` : ""}`,
      )
    }
    const without = most < cases.length ? [] : steps.filter(({ what }) => !reached.has(what))
    if (most === Number.POSITIVE_INFINITY && without.length > 0) {
      totals.failures += without.length
      console.log(`FAILURE ${name}: steps without a case: ${without.map(({ what }) => what).join(", ")}`)
    }
  }
} finally {
  await healer.stop()
}
const seconds = Math.round((Date.now() - begun) / 1000)
console.log(JSON.stringify({ scenes: chosen.length, ...totals, seconds }))
process.exitCode = totals.failures === 0 ? 0 : 1
