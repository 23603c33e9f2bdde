import { once } from "node:events"
import { Worker } from "node:worker_threads"
import type { Fault } from "./run-target.ts"
import type { Done, Work } from "./worker.ts"

/** Seconds of CPU of this process after which an input hangs for ever. */
const patienceSeconds = 20
const longestInput = 1 << 16

/** Runs targets in a thread, one after the other; a target in which an input hangs is ended, and the others go on. */
export async function watchTargets(
  work: Omit<Work, "counters" | "current">,
  report: (done: Done) => void,
): Promise<void> {
  let left = work.names
  while (left.length > 0) {
    const { done, fault, inputs } = await watchThread({ ...work, names: left }, report)
    const [broken = ""] = left.slice(done)
    if (fault) report({ name: broken, inputs, faults: [{ ...fault, target: broken }], kept: 0, blocks: 0 })
    left = left.slice(done + (fault ? 1 : 0))
  }
}

async function watchThread(work: Omit<Work, "counters" | "current">, report: (done: Done) => void) {
  const counters = new SharedArrayBuffer(8)
  const current = new SharedArrayBuffer(longestInput)
  const numbers = new Int32Array(counters)
  const data: Work = { ...work, counters, current }
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: data })
  const watching = setInterval(watchProgress(numbers, worker), 500)
  let done = 0
  let failure: Error | undefined
  worker.on("message", (each: Done) => {
    done++
    report(each)
  })
  worker.on("error", (error) => {
    failure = error
  })
  try {
    await once(worker, "exit")
  } finally {
    clearInterval(watching)
  }
  const inputs = Atomics.load(numbers, 0)
  if (done === work.names.length) return { done, fault: undefined, inputs }
  const input = Buffer.from(new Uint8Array(current).slice(0, Atomics.load(numbers, 1))).toString("base64")
  const fault: Omit<Fault, "target"> = failure
    ? { kind: "crash", message: String(failure.stack), input }
    : { kind: "hang", message: `no end within ${patienceSeconds} s of CPU`, input }
  return { done, fault, inputs }
}

/** Ends the thread if it stays at one input while this process uses the CPU. */
function watchProgress(numbers: Int32Array, worker: Worker): () => void {
  let last = { count: -1, cpu: 0 }
  return () => {
    const { user, system } = process.cpuUsage()
    const [count, cpu] = [Atomics.load(numbers, 0), (user + system) / 1e6]
    if (count !== last.count) last = { count, cpu }
    else if (count > 0 && cpu - last.cpu > patienceSeconds) void worker.terminate()
  }
}
