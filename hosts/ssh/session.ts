import type { ChildProcess } from "node:child_process"
import { randomBytes } from "node:crypto"
import { closeSync, fstatSync, openSync, readSync, unlinkSync } from "node:fs"
import { isRunOver, registerWork } from "../../core/ending.ts"
import { ByteCollector } from "../../core/gathered.ts"
import { maxErrorBytes } from "../file.ts"
import { maxParts, type Part, splitParts } from "./answer.ts"
import { endGroup, startSsh } from "./client.ts"
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

export async function runSession(order: SessionOptions): Promise<Session> {
  if (isRunOver())
    return { hasStarted: false, hasEnded: false, parts: [], code: null, stderr: "", cut: "cancelled", stray: "" }
  const mark = `gk-${randomBytes(16).toString("hex")}`
  const log = openSync(order.log, "wx+", 0o600)
  unlinkSync(order.log)
  const child = startSsh(order.arguments, ["pipe", "pipe", log])
  try {
    const { code, output, begun, error, ...more } = await runSsh(child, mark, order, log)
    const parts = splitParts(output, mark)
    const cut = parts.length < maxParts ? more.cut : "much"
    const ended = parts.some(({ name }) => name === "end")
    const stray = begun ? "" : output.toString("utf8", Math.max(0, output.length - maxErrorBytes))
    return {
      hasStarted: begun,
      hasEnded: ended,
      parts,
      code,
      stderr: error ?? readLog(log),
      ...(cut ? { cut } : {}),
      stray,
    }
  } finally {
    closeSync(log)
  }
}

interface SshResult {
  readonly code: number | null
  readonly output: Buffer
  readonly begun: boolean
  readonly cut?: Session["cut"]
  readonly error?: string
}

function runSsh(child: ChildProcess, mark: string, order: SessionOptions, log: number): Promise<SshResult> {
  return new Promise((resolve) => {
    const gathered = new ByteCollector(order.most)
    const begin = Buffer.from(`\n${mark} begin\n`)
    let size = 0
    let tail = Buffer.alloc(0)
    let begun = false
    let cut: Session["cut"]
    const stop = (reason: Session["cut"]) => {
      cut ??= reason
      // Once started, its process may be the master of the shared connection.
      if (begun && cut !== "cancelled") child.kill("SIGKILL")
      else endGroup(child)
    }
    const connecting = setTimeout(() => stop("connect"), order.connect)
    const working = setTimeout(() => stop("whole"), order.whole)
    const watching = setInterval(() => fstatSync(log).size > maxLogBytes && stop("much"), watchMilliseconds)
    const unregister = registerWork(() => stop("cancelled"), order.patient)
    const finish = (code: number | null, error?: string) => {
      clearTimeout(connecting)
      clearTimeout(working)
      clearInterval(watching)
      unregister()
      const output = gathered.bytes
      resolve({ code, output, begun, ...(cut ? { cut } : {}), ...(error === undefined ? {} : { error }) })
    }
    child.stdout?.on("data", (chunk: Buffer) => {
      if (cut) return
      size += chunk.length
      if (!gathered.add(chunk)) return stop("much")
      if (begun) return
      begun = Buffer.concat([tail, chunk]).includes(begin)
      tail = Buffer.concat([tail, chunk.subarray(-begin.length)]).subarray(-begin.length)
      if (begun) clearTimeout(connecting)
      else if (size > maxGreetingBytes) stop("much")
    })
    // The host may end before it has read all input.
    child.stdin?.on("error", () => {})
    child.on("error", (error: NodeJS.ErrnoException) => finish(null, error.code === "ENOENT" ? noSsh : error.message))
    child.on("close", (code) => finish(code))
    // The shared connection has the pipes open too, and keeps them if the network is down.
    child.on("exit", (code) => {
      if (!cut) return
      child.stdout?.destroy()
      finish(code)
    })
    child.stdin?.write(formatProgram(mark, order.body))
    child.stdin?.end(order.payload ?? "")
  })
}

const noSsh = "gatekey: no ssh on PATH"

function readLog(file: number): string {
  const bytes = Buffer.alloc(Math.min(fstatSync(file).size, 16_384))
  readSync(file, bytes, 0, bytes.length, 0)
  // ssh ends its lines with CR LF.
  return bytes.toString().replaceAll("\r\n", "\n")
}
