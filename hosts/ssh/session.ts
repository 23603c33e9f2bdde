import type { ChildProcess } from "node:child_process"
import { randomBytes } from "node:crypto"
import { closeSync, fstatSync, openSync, readSync, unlinkSync } from "node:fs"
import { type Part, partsOf } from "./answer.ts"
import { startSsh } from "./client.ts"
import { program } from "./remote.ts"

/** What came of one run of `ssh`. */
export interface Session {
  /** Whether the host's sh began with what it was sent. */
  readonly begun: boolean
  /** Whether it came to its end; else the connection was lost, or the time was over. */
  readonly ended: boolean
  readonly parts: readonly Part[]
  readonly code: number | null
  readonly stderr: string
  /** Why we ended it. */
  readonly cut?: "connect" | "whole" | "cancelled"
  /** What stands in place of an answer. */
  readonly stray: string
}

export interface Order {
  readonly arguments: readonly string[]
  readonly body: string
  readonly payload: Uint8Array | undefined
  /** Milliseconds until the host must have begun, and until all must be done. */
  readonly connect: number
  readonly whole: number
  /** A path without a file: stderr goes there, since what ssh starts (a jump) would hold a pipe open. */
  readonly log: string
  /** A change is not cut short by a cancelled run. */
  readonly patient: boolean
}

const underWay = new Set<(cut: "cancelled") => void>()

/** Ends every look that is under way. */
export function cancelSessions(): void {
  for (const stop of underWay) stop("cancelled")
}

export async function session(order: Order): Promise<Session> {
  const mark = `gk-${randomBytes(16).toString("hex")}`
  const log = openSync(order.log, "wx+", 0o600)
  unlinkSync(order.log)
  const started = startSsh(order.arguments, ["pipe", "pipe", log])
  try {
    const { code, output, begun, cut, error } = await ran(started, mark, order)
    const parts = partsOf(output, mark)
    const ended = parts.some(({ name }) => name === "end")
    const stray = begun ? "" : output.toString()
    return { begun, ended, parts, code, stderr: error ?? textOf(log), ...(cut ? { cut } : {}), stray }
  } finally {
    closeSync(log)
  }
}

interface Run {
  readonly code: number | null
  readonly output: Buffer
  readonly begun: boolean
  readonly cut?: Session["cut"]
  readonly error?: string
}

function ran(child: ChildProcess, mark: string, order: Order): Promise<Run> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const begin = Buffer.from(`\n${mark} begin\n`)
    let head = Buffer.alloc(0)
    let begun = false
    let cut: Session["cut"]
    const stop = (why: Session["cut"]) => {
      cut ??= why
      child.kill("SIGKILL")
    }
    const connecting = setTimeout(() => stop("connect"), order.connect)
    const working = setTimeout(() => stop("whole"), order.whole)
    if (!order.patient) underWay.add(stop)
    const finish = (code: number | null, error?: string) => {
      clearTimeout(connecting)
      clearTimeout(working)
      underWay.delete(stop)
      const output = Buffer.concat(chunks)
      resolve({ code, output, begun, ...(cut ? { cut } : {}), ...(error === undefined ? {} : { error }) })
    }
    child.stdout?.on("data", (chunk: Buffer) => {
      chunks.push(chunk)
      if (begun) return
      head = Buffer.concat([head, chunk])
      begun = head.includes(begin)
      if (begun) clearTimeout(connecting)
    })
    // The far side may end before it has read all.
    child.stdin?.on("error", () => {})
    child.on("error", (error: NodeJS.ErrnoException) => finish(null, error.code === "ENOENT" ? noSsh : error.message))
    child.on("close", (code) => finish(code))
    // The shared connection holds our pipes as well, and on a dead way for longer than we wait.
    child.on("exit", (code) => {
      if (!cut) return
      child.stdout?.destroy()
      finish(code)
    })
    child.stdin?.write(program(mark, order.body))
    child.stdin?.end(order.payload ?? "")
  })
}

const noSsh = "gatekey: no ssh on PATH"

function textOf(file: number): string {
  const bytes = Buffer.alloc(Math.min(fstatSync(file).size, 16_384))
  readSync(file, bytes, 0, bytes.length, 0)
  // ssh ends its lines as for a terminal.
  return bytes.toString().replaceAll("\r\n", "\n")
}
