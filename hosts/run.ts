import { spawn } from "node:child_process"
import type { Ran, Run } from "./host.ts"

const defaultTimeout = 30_000

/** A script on this machine, by its own /bin/sh. */
export async function runLocally(script: string, options: Run = {}): Promise<Ran> {
  const { args = [], input, timeout = defaultTimeout } = options
  return collect("/bin/sh", ["-c", script, "gatekey", ...args], { input: input ?? "", timeout })
}

/** Runs a program to its end; one that takes longer than `timeout` (milliseconds) is killed, and its code is null. */
async function collect(
  program: string,
  args: readonly string[],
  { input, timeout }: { readonly input: Uint8Array | string; readonly timeout: number },
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], detached: true })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    const timer = setTimeout(() => kill(child.pid), timeout)
    const done = (code: number | null, more = "") => {
      clearTimeout(timer)
      resolve({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() + more })
    }
    child.stdout.on("data", (chunk) => stdout.push(chunk))
    child.stderr.on("data", (chunk) => stderr.push(chunk))
    // A program that ends without reading closes the pipe under us.
    child.stdin.on("error", () => {})
    child.on("error", (error) => done(null, error.message))
    child.on("close", (code) => done(code))
    child.stdin.end(input)
  })
}

/** The program and whatever it started. */
function kill(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, "SIGKILL")
  } catch {
    // It has ended by itself.
  }
}
