import type { ChildProcess } from "node:child_process"
import { isRunOver } from "../core/ending.ts"
import { Foreign } from "../core/foreign.ts"
import { ByteCollector } from "../core/gathered.ts"
import type { ProgramCall, ProgramFailure, ProgramResult } from "./call.ts"
import { endProgram, endWithRun } from "./ending.ts"
import { evaluateStartError, startProgram } from "./start.ts"

/** How long an ended program's pipes may stay open: a process that left its group may keep them. */
const graceMilliseconds = 1000
/** The same after its exit. */
const exitMilliseconds = 100

const cancelled: ProgramFailure = { kind: "run over", message: "the run was ended" }

/** Runs a program to its end, without a shell. Never throws, not even if it is not installed. */
export async function runProgram(command: readonly string[], call: ProgramCall): Promise<ProgramResult> {
  if (isRunOver() && !call.terminal)
    return { code: null, stdout: Buffer.alloc(0), stderr: new Foreign(""), failure: cancelled }
  const { folder, environment = process.env, input, terminal, errorFile } = call
  const stdin = terminal ? "inherit" : input === undefined ? "ignore" : "pipe"
  const child = startProgram(command, {
    env: environment,
    stdio: [stdin, "pipe", errorFile ?? "pipe"],
    detached: !terminal,
    ...(folder === undefined ? {} : { cwd: folder }),
  })
  // A program that exits without reading its input closes the pipe.
  child.stdin?.on("error", () => {})
  child.stdin?.end(input)
  return superviseProgram(child, command[0] ?? "", call)
}

/** Collects what a program prints, and ends it at a limit, a signal or the end of the run. */
function superviseProgram(child: ChildProcess, program: string, call: ProgramCall): Promise<ProgramResult> {
  const { timeout, maxOutput, maxErrorOutput, patience, onOutput, signal } = call
  return new Promise((resolve) => {
    const stdout = new ByteCollector(maxOutput)
    const stderr = new ByteCollector(maxErrorOutput ?? maxOutput)
    let failure: ProgramFailure | undefined
    const end = (reason: ProgramFailure) => {
      failure ??= reason
      endProgram(child, call, reason === cancelled)
      setTimeout(() => finish(null), graceMilliseconds).unref()
    }
    let lingering: NodeJS.Timeout | undefined
    const finish = (code: number | null) => {
      clearTimeout(timer)
      clearTimeout(lingering)
      unregister()
      signal?.removeEventListener("abort", stop)
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy()
      const output = { stdout: stdout.bytes, stderr: new Foreign(stderr.text) }
      resolve(failure === undefined ? { code, ...output } : { code: null, ...output, failure })
    }
    const timer =
      timeout === undefined
        ? undefined
        : setTimeout(() => end({ kind: "time", message: `it did not end within ${timeout / 1000} s` }), timeout)
    const { unregister, isAsked } = endWithRun(child, call, () => end(cancelled))
    const stop = () => end({ kind: "stopped", message: "it was stopped" })
    signal?.addEventListener("abort", stop)
    const exceed = () => end({ kind: "much", message: `it printed more than ${maxOutput / 1024} KiB` })
    child.stdout?.on("data", (chunk: Buffer) => {
      if (!stdout.add(chunk)) exceed()
      if (!failure) onOutput?.(chunk)
    })
    child.stderr?.on("data", (chunk) => stderr.add(chunk) || maxErrorOutput !== undefined || exceed())
    child.on("error", (error) => {
      failure ??= evaluateStartError(program, error)
      finish(null)
    })
    child.on("exit", (code, by) => {
      if (call.terminal && !isAsked()) unregister()
      // What it printed before is read first.
      const wait = failure ? exitMilliseconds : patience
      if (wait !== undefined) lingering = setTimeout(() => setImmediate(close, code, by), wait)
    })
    const close = (code: number | null, by: NodeJS.Signals | null) => {
      if (by) failure ??= { kind: "signal", message: `it was ended by ${by}` }
      finish(code)
    }
    child.on("close", close)
    if (signal?.aborted) stop()
  })
}
