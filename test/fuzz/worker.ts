// Reads inputs in a thread of its own, which the main one ends if an input hangs.
import { parentPort, workerData } from "node:worker_threads"
import { findingsOf } from "./corpus.ts"
import { Guide } from "./guide.ts"
import { createRandom } from "./random.ts"
import { runTarget, type TargetRun } from "./run-target.ts"
import { targets } from "./targets/index.ts"

export interface Work {
  /** The names of the targets, in their order. */
  readonly names: readonly string[]
  readonly seed: number
  /** For each target. */
  readonly milliseconds: number
  readonly most: number
  /** The number of inputs that were begun, and the length of the current one. */
  readonly counters: SharedArrayBuffer
  /** The current input. */
  readonly current: SharedArrayBuffer
}

export interface Done extends TargetRun {
  readonly name: string
  /** Blocks of the product that were reached while the inputs were guided. */
  readonly blocks: number
}

const { names, seed, milliseconds, most, counters, current }: Work = workerData
const numbers = new Int32Array(counters)
const bytes = new Uint8Array(current)
for (const name of names) {
  const target = targets.find((each) => each.name === name)
  if (!target) throw new Error(`no target ${name}`)
  const guide = new Guide()
  const begun = Date.now()
  guide.start()
  Atomics.store(numbers, 0, 0)
  const run = runTarget(target, {
    findings: findingsOf(name),
    random: createRandom(seed),
    until: begun + milliseconds,
    guidedUntil: begun + milliseconds / 5,
    most,
    guide,
    note(_, input) {
      bytes.set(input.subarray(0, bytes.length))
      Atomics.store(numbers, 1, Math.min(input.length, bytes.length))
      Atomics.add(numbers, 0, 1)
    },
  })
  parentPort?.postMessage({ name, ...run, blocks: guide.blocks } satisfies Done)
  guide.stop()
}
