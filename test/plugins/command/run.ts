import { type SpawnOptions, spawn } from "node:child_process"
import { createInterface } from "node:readline"

/** What a command is told, without the marks of secrets. */
export interface Inputs {
  readonly create?: string
  readonly update?: string
  readonly delete?: string
  readonly stdin?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly logging?: "stdout" | "stderr" | "stdoutAndStderr" | "none"
  readonly addPreviousOutputInEnv?: boolean
  readonly dir?: string
  readonly interpreter?: readonly string[]
  readonly connection?: Connection
}

/** remote/connection.go, with its defaults, which the SDK of @pulumi/command fills in (types/input.js). */
export interface Connection {
  readonly host: string
  readonly user: string
  readonly port: number
  readonly privateKey?: string
  readonly agentSocketPath?: string
  readonly hostKey?: string
  readonly dialErrorLimit: number
  readonly perDialTimeout: number
}

export interface Printed {
  readonly stdout: string
  readonly stderr: string
}

export type Log = (line: string) => Promise<void>

export interface Ended extends Printed {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Both, as they came. */
  readonly both: string
}

/** commandOutputs.go, run, of both: what is printed is kept, and logged line by line: all of it, unless told otherwise. */
export async function run(
  [program = "", ...args]: readonly string[],
  { stdin = "", logging = "stdoutAndStderr" }: Inputs,
  log: Log,
  options: SpawnOptions = {},
): Promise<Ended> {
  const child = spawn(program, args, { ...options, stdio: "pipe" })
  const said = { stdout: "", stderr: "", both: "" }
  const logged: Promise<void>[] = []
  for (const name of ["stdout", "stderr"] as const) {
    const stream = child[name]
    stream?.setEncoding("utf8").on("data", (text: string) => {
      said[name] += text
      said.both += text
    })
    if (stream && (logging === name || logging === "stdoutAndStderr"))
      createInterface(stream).on("line", (line) => logged.push(log(line)))
  }
  // Who does not read what it is given is no failure (Go: os/exec ignores EPIPE).
  child.stdin?.on("error", () => {}).end(stdin)
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((done, failed) => {
    child.on("error", failed).on("close", (code, signal) => done([code, signal]))
  })
  await Promise.all(logged)
  return { ...said, code, signal, stdout: said.stdout.replace(/\n$/, ""), stderr: said.stderr.replace(/\n$/, "") }
}

/** commandOutputs.go, run, of both: the error holds the whole command, and all that it printed. */
export function failure(how: string, command: string, { both }: Ended): Error {
  return new Error(`${how}: running ${JSON.stringify(command)}:\n${both}`)
}
