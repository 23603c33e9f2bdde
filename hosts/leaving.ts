import { setTimeout as sleep } from "node:timers/promises"
import { closeRun, endRun, isUnderWay } from "../core/ending.ts"
import { withTimeout } from "../core/timeout.ts"
import { until } from "../core/until.ts"
import { isWriting, stopWriting, writesEnded } from "./writing.ts"

/** What works has so long to come to its end by itself; what hangs is then cut: milliseconds. */
const grace = 1000
/** What an edit may take after a signal. */
const patience = 1200
const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const

export type Signal = keyof typeof numbers

/** How often we look whether the process that started us is there: milliseconds. */
const watch = 100

/** Calls back once, when the process that started this one has ended. */
export function whenOrphaned(then: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    then()
  }, watch)
  timer.unref()
}

/** The engine cancels its run: the edit at hand, all of it, is not cut; then no look goes on. */
export function cancelSoon(): void {
  void writesEnded()
    .then(() => sleep(grace, undefined, { ref: false }))
    .then(closeRun)
}

/** Ends all that this process has under way, within two seconds: the edit at hand as well, when it takes too long. */
export async function endAll(): Promise<void> {
  await withTimeout(stopWriting(), patience, () => undefined)
  endRun()
  await untilIdle(200)
  // What was asked to end, and does not, is killed; an edit that fails by it is taken back.
  endRun()
  await untilIdle(400)
  // What was begun meanwhile.
  endRun()
}

async function untilIdle(most: number): Promise<void> {
  await until(() => !isUnderWay() && !isWriting(), most, 10)
}

/**
 * The end of the process. Node waits then for what the system has not answered, such as a name's address: for that it
 * is ended by the signal itself.
 */
export function leave(signal: Signal, code: number = 128 + numbers[signal]): never {
  if (process.getActiveResourcesInfo().some((each) => /^(?:FSReq|GetAddrInfo|GetNameInfo)/.test(each))) {
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  }
  process.exit(code)
}
