import type { ChildProcess } from "node:child_process"
import { isRunOver, registerWork } from "../core/ending.ts"
import type { ProgramCall } from "./call.ts"
import { listDescendants } from "./descendants.ts"
import { kill, killGroup } from "./start.ts"

/**
 * Ends a program when the run ends.
 * @param cancel ends a program that has a process group of its own
 * @returns a function that unregisters it; `isAsked`: whether the program was asked to end
 */
export function endWithRun(
  child: ChildProcess,
  { writes, terminal }: ProgramCall,
  cancel: () => void,
): { readonly unregister: () => void; readonly isAsked: () => boolean } {
  if (terminal) return askToEnd(child)
  const unregister = writes === "outlives" ? () => {} : registerWork(cancel, writes === "changes")
  return { unregister, isAsked: () => false }
}

/**
 * Asks a program to end, and the second time ends it and all that it started: the program first, as a shell whose child ends
 * would go on and succeed.
 */
function askToEnd(child: ChildProcess): ReturnType<typeof endWithRun> {
  let left: readonly number[] | undefined = isRunOver() ? [] : undefined
  const unregister = registerWork(() => {
    const started = child.pid === undefined ? [] : listDescendants(child.pid)
    child.kill(left ? "SIGKILL" : "SIGTERM")
    if (left) for (const pid of [...left, ...started]) kill(pid)
    left ??= started
  })
  return { unregister, isAsked: () => left !== undefined }
}

/** Ends a program at once: with its children, unless it has the terminal, or spares them. */
export function endProgram(child: ChildProcess, { terminal, sparesChildren }: ProgramCall, isRunEnd: boolean): void {
  if (terminal || (!isRunEnd && sparesChildren?.())) child.kill("SIGKILL")
  else killGroup(child)
}
