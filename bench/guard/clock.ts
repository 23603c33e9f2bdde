import { globSync } from "node:fs"

/** The library that moves the clock of a process: Debian's package libfaketime. Here by any architecture's path. */
const [library] = globSync("/usr/lib/*/faketime/libfaketimeMT.so.1")

/** Why no clock can be moved here; undefined if it can. */
export const noClock: string | undefined =
  library === undefined ? "no libfaketime is here: apt-get install libfaketime" : undefined

/** The variables of a process whose clock is so many days ahead; what it waits for takes its usual time. */
export function daysAhead(days: number): Record<string, string> {
  if (library === undefined) throw new Error(noClock)
  return days === 0 ? {} : { LD_PRELOAD: library, FAKETIME: `+${days}d`, FAKETIME_DONT_FAKE_MONOTONIC: "1" }
}
