import { setTimeout as sleep } from "node:timers/promises"
import { closeRun, endRun, hasActiveWork } from "../core/ending.ts"
import { withTimeout } from "../core/timeout.ts"
import { waitUntil } from "../core/until.ts"
import { isWriting, stopWriting, waitForWrites } from "./writing.ts"

/** Milliseconds for work to end by itself, before it is ended. */
const grace = 1000
/** Milliseconds for an edit to end after a signal. */
const editTimeout = 1200
const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const

export type Signal = keyof typeof numbers

/** Milliseconds between checks for the parent process. */
const checkInterval = 100

/** Calls back once when the parent process has ended. */
export function onOrphaned(then: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    then()
  }, checkInterval)
  timer.unref()
}

/** Handles the engine's cancellation: completes the current edit, then ends everything else. */
export function cancelSoon(): void {
  void waitForWrites()
    .then(() => sleep(grace, undefined, { ref: false }))
    .then(closeRun)
}

/** Ends all work of this process within two seconds, also the current edit if it takes too long. */
export async function endAll(): Promise<void> {
  await withTimeout(stopWriting(), editTimeout, () => undefined)
  endRun()
  await untilIdle(200)
  // Kills what has not ended; an edit that fails by it is undone.
  endRun()
  await untilIdle(400)
  // Ends work that was started meanwhile.
  endRun()
}

async function untilIdle(timeout: number): Promise<void> {
  await waitUntil(() => !hasActiveWork() && !isWriting(), timeout, 10)
}

/**
 * Ends the process. Node would wait for pending system calls, such as a name resolution: then the process is ended by the
 * signal itself.
 */
export function exitProcess(signal: Signal, code: number = 128 + numbers[signal]): never {
  if (process.getActiveResourcesInfo().some((each) => /^(?:FSReq|GetAddrInfo|GetNameInfo)/.test(each))) {
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  }
  process.exit(code)
}
