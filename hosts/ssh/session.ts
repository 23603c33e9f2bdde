import type { ChildProcess } from "node:child_process"
import { randomBytes } from "node:crypto"
import { closeSync, fstatSync, openSync, readSync, unlinkSync } from "node:fs"
import { endsWithRun, isRunOver } from "../../core/ending.ts"
import { Gathered } from "../../core/gathered.ts"
import { maxErrorBytes } from "../file.ts"
import { mostParts, type Part, partsOf } from "./answer.ts"
import { endGroup, startSsh } from "./client.ts"
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
  readonly cut?: "connect" | "whole" | "cancelled" | "much"
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
  /** Bytes of an answer, at which it is cut. */
  readonly most: number
  /** A path without a file: stderr goes there, since what ssh starts (a jump) would hold a pipe open. */
  readonly log: string
  /** A change is not cut short by a cancelled run. */
  readonly patient: boolean
}

/** What a login shell may print before our sh begins. */
const mostGreeting = 1024 * 1024
/** Of what goes to the log's file; how often its size is looked at. */
const mostLogged = 16 * 1024 * 1024
const watchMilliseconds = 200

export async function session(order: Order): Promise<Session> {
  if (isRunOver()) return { begun: false, ended: false, parts: [], code: null, stderr: "", cut: "cancelled", stray: "" }
  const mark = `gk-${randomBytes(16).toString("hex")}`
  const log = openSync(order.log, "wx+", 0o600)
  unlinkSync(order.log)
  const started = startSsh(order.arguments, ["pipe", "pipe", log])
  try {
    const { code, output, begun, error, ...more } = await ran(started, mark, order, log)
    const parts = partsOf(output, mark)
    const cut = parts.length < mostParts ? more.cut : "much"
    const ended = parts.some(({ name }) => name === "end")
    const stray = begun ? "" : output.toString("utf8", Math.max(0, output.length - maxErrorBytes))
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

function ran(child: ChildProcess, mark: string, order: Order, log: number): Promise<Run> {
  return new Promise((resolve) => {
    const gathered = new Gathered(order.most)
    const begin = Buffer.from(`\n${mark} begin\n`)
    let size = 0
    let tail = Buffer.alloc(0)
    let begun = false
    let cut: Session["cut"]
    const stop = (why: Session["cut"]) => {
      cut ??= why
      // One that has begun may be what a shared connection goes through.
      if (begun && cut !== "cancelled") child.kill("SIGKILL")
      else endGroup(child)
    }
    const connecting = setTimeout(() => stop("connect"), order.connect)
    const working = setTimeout(() => stop("whole"), order.whole)
    const watching = setInterval(() => fstatSync(log).size > mostLogged && stop("much"), watchMilliseconds)
    const forget = endsWithRun(() => stop("cancelled"), order.patient)
    const finish = (code: number | null, error?: string) => {
      clearTimeout(connecting)
      clearTimeout(working)
      clearInterval(watching)
      forget()
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
      else if (size > mostGreeting) stop("much")
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
