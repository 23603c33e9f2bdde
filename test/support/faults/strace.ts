import { execFile } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Why no program can be traced here; undefined if it can, and always where CI is set. */
export const noStrace: string | undefined =
  process.env.CI || existsSync("/usr/bin/strace") ? undefined : "strace is not installed"

/** A call of the kernel by a traced program or one that it started. */
export interface Syscall {
  /** The process, or its thread. */
  readonly pid: number
  readonly name: string
  /** Its number among the calls of that name by one thread, from 1. */
  readonly number: number
  /** The arguments and, after ` = `, the result, as strace prints them. */
  readonly text: string
  readonly failed: boolean
}

/** A fault: the n-th call of that name by one thread fails with that error, or its process is killed at its beginning. */
export interface Fault {
  readonly call: string
  readonly at: number
  readonly error: string | "SIGKILL"
}

export interface Traced {
  readonly calls: readonly Syscall[]
  readonly code: number | null
  readonly stdout: string
}

/** The calls that change files, or make a change durable. */
export const changing: readonly string[] = [
  ..."openat,open,creat,write,pwrite64,writev,ftruncate,truncate,fsync,fdatasync,sync,syncfs".split(","),
  ..."rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir".split(","),
  ..."chmod,fchmod,fchmodat,chown,fchown,fchownat,lchown".split(","),
]

/**
 * Runs a program and all that it starts under strace.
 * @param paths only calls on these paths and the files in them are listed and counted
 */
export async function trace(
  command: readonly string[],
  { calls = changing, faults = [], env = {} }: TraceOptions = {},
): Promise<Traced> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-trace-"))
  const log = join(folder, "log")
  const words = [
    "-f",
    "-y",
    "-qq",
    "-s",
    "64",
    "-o",
    log,
    "-e",
    `trace=${calls.join(",")}`,
    ...injections(faults),
    ...command,
  ]
  try {
    // All calls of Node's pool are of one thread, so that they have an order.
    const environment = { ...process.env, UV_THREADPOOL_SIZE: "1", ...env }
    const { code, stdout } = await run("strace", words, environment)
    return { calls: parseTrace(readFileSync(log, "latin1")), code, stdout }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface TraceOptions {
  readonly calls?: readonly string[]
  readonly faults?: readonly Fault[]
  readonly env?: NodeJS.ProcessEnv
}

/** The words that have strace inject faults. */
export function injections(faults: readonly Fault[]): string[] {
  return faults.flatMap(({ call, at, error }) => [
    "-e",
    `inject=${call}:${error === "SIGKILL" ? "signal=KILL" : `error=${error}`}:when=${at}`,
  ])
}

/** Parses strace's log; of a call that another process or thread interrupted the two halves are joined. */
export function parseTrace(log: string): Syscall[] {
  const numbers = new Map<string, number>()
  const begun = new Map<string, { text: string }>()
  const calls: Omit<Syscall, "failed">[] = []
  for (const line of log.split("\n")) {
    const [, pid = "", rest = ""] = /^(\d+) +(.*)$/.exec(line) ?? []
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)
    const [, name, text = ""] = /^(\w+)\((.*)$/.exec(rest) ?? []
    if (resumed) {
      const half = begun.get(pid)
      if (half) half.text += resumed[1]
    } else if (name) {
      const number = (numbers.get(`${pid} ${name}`) ?? 0) + 1
      numbers.set(`${pid} ${name}`, number)
      const call = { pid: Number(pid), name, number, text: text.replace(/ *<unfinished \.\.\.>$/, "") }
      calls.push(call)
      begun.set(pid, call)
    }
  }
  return calls.map((call) => ({ ...call, failed: /= -1 E/.test(call.text) }))
}

function run(program: string, words: readonly string[], env: NodeJS.ProcessEnv) {
  return new Promise<{ code: number | null; stdout: string }>((resolve, reject) => {
    const child = execFile(program, words, { env, maxBuffer: 64 << 20 }, (error, stdout) => {
      if (error && typeof error.code === "string") reject(error)
      else resolve({ code: child.exitCode, stdout })
    })
  })
}
