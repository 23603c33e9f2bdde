import { type ChildProcess, spawn } from "node:child_process"
import { waitUntil } from "../core/until.ts"

export interface Options {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Called with the process id; what it returns is called when the process has ended. */
  readonly watch?: (pid: number) => () => void
}

export interface Ended {
  readonly seconds: number
  readonly stdout: string
}

const underWay = new Set<ChildProcess>()
const patienceMilliseconds = 5000
let closed = false

/**
 * Ends all commands, and lets none begin. Each has a process group of its own, so that Ctrl-C reaches it through us
 * alone, and a program such as pulumi has its time to end what it started itself.
 */
export async function endCommands(): Promise<void> {
  closed = true
  for (const { pid } of underWay) signal(pid, "SIGTERM")
  await waitUntil(() => underWay.size === 0, patienceMilliseconds)
  for (const { pid } of underWay) signal(pid && -pid, "SIGKILL")
}

/** Runs a command to its end. @throws Error with the end of its output if it fails */
export async function run([file = "", ...args]: readonly string[], options: Options = {}): Promise<Ended> {
  if (closed) throw new Error("the bench was interrupted")
  const { cwd, env, watch } = options
  const start = process.hrtime.bigint()
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true })
    underWay.add(child)
    const ended = child.pid === undefined ? undefined : watch?.(child.pid)
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk))
    child.on("error", reject)
    child.on("close", (code) => {
      const seconds = Number(process.hrtime.bigint() - start) / 1e9
      underWay.delete(child)
      ended?.()
      const output = Buffer.concat(stdout).toString()
      if (code === 0) resolve({ seconds, stdout: output })
      else reject(new Error(`${file} ${args.join(" ")}: exit ${code}\n${tail(`${output}\n${Buffer.concat(stderr)}`)}`))
    })
  })
}

function tail(text: string): string {
  return text.trim().split("\n").slice(-30).join("\n")
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name)
  } catch {
    // It has ended.
  }
}
