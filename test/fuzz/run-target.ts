import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import type { Guide } from "./guide.ts"
import { mutateBytes, mutateJson } from "./mutate.ts"
import type { Random } from "./random.ts"
import type { Target } from "./target.ts"

/** A fault that an input showed. */
export interface Fault {
  readonly target: string
  readonly kind: "crash" | "hang" | "growth"
  readonly message: string
  /** In base64. */
  readonly input: string
}

export interface TargetRun {
  readonly inputs: number
  readonly faults: readonly Fault[]
  /** Inputs that reached something new. */
  readonly kept: number
}

/** How many seconds of CPU an input may take. */
const mostSeconds = 1
const batch = 200
const mostKept = 400
const mostFaults = 5
/** By how many bytes the heap may be larger after many inputs than after some. */
const mostGrowth = 48 << 20

/** Reads mutations of the seeds, of the kept findings and of inputs that reached something new, until the time is over. */
export function runTarget(
  target: Target,
  { findings, random, until, guidedUntil = until, most, guide: started, note }: RunOptions,
): TargetRun {
  let guide = started
  const pool: Buffer[] = [...target.seeds, ...findings].map((each) => Buffer.from(each as string))
  const words = target.words.map((each) => Buffer.from(each))
  const faults: Fault[] = []
  const seen = new Set<string>()
  let inputs = 0
  let kept = 0
  let base: number | undefined
  const feed = (input: Buffer) => {
    inputs++
    note(target.name, input)
    const fault = tryInput(target, input)
    if (!fault || seen.has(fault.message)) return
    seen.add(fault.message)
    faults.push(fault)
  }
  for (const each of pool) feed(each)
  guide?.countNews()
  while (Date.now() < until && inputs < most && faults.length < mostFaults) {
    const fed: Buffer[] = []
    for (let count = 0; count < batch && inputs < most; count++) {
      const from = random.pick(pool)
      const input =
        target.json && random.below(8) > 0 ? changeJson(from, random) : mutateBytes(from, random, words, pool)
      feed(input)
      fed.push(input)
    }
    if (guide && Date.now() > guidedUntil) {
      guide.pause()
      guide = undefined
    }
    if (guide && guide.countNews() > 0 && pool.length < mostKept) {
      const news = Array.from({ length: 4 }, () => random.pick(fed))
      pool.push(...news)
      kept += news.length
    }
    if (inputs >= 20 * batch) base ??= usedHeap()
  }
  const growth = base === undefined ? 0 : usedHeap() - base
  if (growth > mostGrowth)
    faults.push({ target: target.name, kind: "growth", message: `the heap grew by ${growth >> 20} MB`, input: "" })
  return { inputs, faults, kept }
}

interface RunOptions {
  readonly findings: readonly Uint8Array[]
  readonly random: Random
  /** Milliseconds since 1970. */
  readonly until: number
  /** Until then inputs are kept that reach something new; it makes them several times slower. */
  readonly guidedUntil?: number
  readonly most: number
  readonly guide: Guide | undefined
  /** Notes the input that is about to be read, for whoever watches for hangs. */
  readonly note: (target: string, input: Buffer) => void
}

/** Reads one input. @returns the fault that it shows */
export function tryInput(target: Target, input: Buffer): Fault | undefined {
  const fault = (kind: Fault["kind"], message: string) =>
    ({ target: target.name, kind, message, input: input.toString("base64") }) as const
  const begun = performance.now()
  try {
    target.run(input)
  } catch (error) {
    const { stack = String(error) } = error as Error
    return fault("crash", stack.split("\n").slice(0, 3).join(" ").slice(0, 300))
  }
  // On a busy machine the clock goes on: only CPU counts.
  if (performance.now() - begun < mostSeconds * 1000) return undefined
  const seconds = Math.min(...[0, 1].map(() => cpuOf(() => target.run(input))))
  return seconds > mostSeconds ? fault("hang", `an input takes more than ${mostSeconds} s of CPU`) : undefined
}

function cpuOf(run: () => unknown): number {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

function changeJson(from: Buffer, random: Random): Buffer {
  try {
    return Buffer.from(mutateJson(from.toString(), random))
  } catch {
    return mutateBytes(from, random, [], [from])
  }
}

function usedHeap(): number {
  setFlagsFromString("--expose-gc")
  const collect: () => void = runInNewContext("gc")
  collect()
  collect()
  return process.memoryUsage().heapUsed
}
