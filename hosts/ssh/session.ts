import { randomBytes } from "node:crypto"
import { closeSync, fstatSync, openSync, readSync, unlinkSync } from "node:fs"
import { isRunOver } from "../../core/ending.ts"
import type { ProgramFailure, ProgramResult } from "../../processes/call.ts"
import { runProgram } from "../../processes/run.ts"
import { maxErrorBytes } from "../file.ts"
import { maxParts, type Part, splitParts } from "./answer.ts"
import { watchForBegin } from "./begin.ts"
import { sshEnvironment } from "./client.ts"
import { formatProgram } from "./remote.ts"

/** The result of one run of `ssh`. */
export interface Session {
  /** Whether the host's sh started the program. */
  readonly hasStarted: boolean
  /** Whether the program ended; else the connection was lost, or it timed out. */
  readonly hasEnded: boolean
  readonly parts: readonly Part[]
  readonly code: number | null
  readonly stderr: string
  /** Why gatekey ended it. */
  readonly cut?: "connect" | "whole" | "cancelled" | "much"
  /** Set if there is no ssh on this machine. */
  readonly isWithoutSsh?: true
  /** The output in place of an answer. */
  readonly stray: string
}

export interface SessionOptions {
  readonly arguments: readonly string[]
  readonly body: string
  readonly payload: Uint8Array | undefined
  /** Milliseconds until the program must have started, and until it must have ended. */
  readonly connect: number
  readonly whole: number
  /** The maximum of bytes of an answer. */
  readonly most: number
  /** An unused path for stderr, as a child of ssh (a jump) would keep a pipe open. */
  readonly log: string
  /** Set for a change: a cancelled run does not interrupt it. */
  readonly patient: boolean
}

/** Bytes that a login shell may print before sh starts. */
const maxGreetingBytes = 1024 * 1024
/** Bytes of the log's file, and milliseconds between checks of its size. */
const maxLogBytes = 16 * 1024 * 1024
const watchMilliseconds = 200

/** Runs a program on a host by ssh, and returns its answer. */
export async function runSession(order: SessionOptions): Promise<Session> {
  if (isRunOver())
    return { hasStarted: false, hasEnded: false, parts: [], code: null, stderr: "", cut: "cancelled", stray: "" }
  const mark = `gk-${randomBytes(16).toString("hex")}`
  const log = openSync(order.log, "wx+", 0o600)
  unlinkSync(order.log)
  try {
    const { code, stdout, failure, begun, cut } = await runSsh(mark, order, log)
    const parts = splitParts(stdout, mark)
    const reason = parts.length < maxParts ? cut : "much"
    return {
      hasStarted: begun,
      hasEnded: parts.some(({ name }) => name === "end"),
      parts,
      code,
      stderr: failure?.kind === "start" ? failure.message : readLog(log),
      ...(reason ? { cut: reason } : {}),
      ...(failure?.kind === "missing" ? { isWithoutSsh: true } : {}),
      stray: begun ? "" : stdout.toString("utf8", Math.max(0, stdout.length - maxErrorBytes)),
    }
  } finally {
    closeSync(log)
  }
}

interface SshResult extends ProgramResult {
  /** Whether the host's sh started the program. */
  readonly begun: boolean
  readonly cut?: Session["cut"]
}

async function runSsh(mark: string, order: SessionOptions, log: number): Promise<SshResult> {
  const begin = watchForBegin(mark)
  const control = new AbortController()
  let stopped: Session["cut"]
  const stop = (reason: Session["cut"]) => {
    stopped ??= reason
    control.abort()
  }
  const connecting = setTimeout(() => stop("connect"), order.connect)
  const watching = setInterval(() => fstatSync(log).size > maxLogBytes && stop("much"), watchMilliseconds)
  const result = await runProgram(["ssh", ...order.arguments], {
    environment: sshEnvironment(),
    input: Buffer.concat([Buffer.from(formatProgram(mark, order.body)), order.payload ?? Buffer.alloc(0)]),
    timeout: order.whole,
    maxOutput: order.most,
    errorFile: log,
    ...(order.patient ? { writes: "changes" } : {}),
    signal: control.signal,
    // Once begun, its process may be the master of the shared connection.
    sparesChildren: begin.isFound,
    onOutput(chunk) {
      if (begin.isFound()) return
      begin.add(chunk)
      if (begin.isFound()) clearTimeout(connecting)
      else if (begin.size() > maxGreetingBytes) stop("much")
    },
  })
  clearTimeout(connecting)
  clearInterval(watching)
  const { kind } = result.failure ?? {}
  const cut = kind && (kind === "stopped" ? stopped : cuts[kind])
  return { ...result, begun: begin.isFound(), ...(cut ? { cut } : {}) }
}

/** Why gatekey ended the session, by why it ended ssh. */
const cuts: { readonly [kind in ProgramFailure["kind"]]?: Session["cut"] } = {
  time: "whole",
  much: "much",
  "run over": "cancelled",
}

function readLog(file: number): string {
  const bytes = Buffer.alloc(Math.min(fstatSync(file).size, 16_384))
  readSync(file, bytes, 0, bytes.length, 0)
  // ssh ends its lines with CR LF.
  return bytes.toString().replaceAll("\r\n", "\n")
}
