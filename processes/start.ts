import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process"
import { errorCode } from "../core/errno.ts"
import { shown } from "../core/escape.ts"
import type { ProgramFailure } from "./call.ts"

/** Starts a program without a shell, in a process group of its own, so that its children are ended with it. */
export function startProgram(
  [program = "", ...args]: readonly string[],
  options: Pick<SpawnOptions, "cwd" | "env" | "stdio" | "detached">,
): ChildProcess {
  return spawn(program, args, { detached: true, ...options })
}

/** Ends a program that leads its process group, with its children. */
export function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) kill(-pid)
}

/** Ends a process, or the group `-pid`, unless it has ended already. */
export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // It has exited.
  }
}

/** Evaluates why a program did not start. */
export function evaluateStartError(program: string, error: unknown): ProgramFailure {
  const code = errorCode(error)
  return { kind: code === "ENOENT" ? "missing" : "start", message: `${shown(program)} ${describeStartError(code)}` }
}

function describeStartError(code: string | undefined): string {
  if (code === "ENOENT") return "is not installed, or not on PATH"
  if (code === "EACCES") return "may not be executed"
  return `could not be started (${code})`
}
