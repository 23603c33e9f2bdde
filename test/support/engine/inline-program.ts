import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { root } from "./program.ts"

/** A stack's program that stays between the commands of the engine: see `program-host.ts`. */
export interface InlineProgram {
  /** The words to add to a command, if it is one that runs the program. */
  wordsFor(command: string | undefined): Promise<readonly string[]>
  end(): Promise<void>
}

interface Settings {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** The words that start a command as another user. */
  readonly prefix?: readonly string[]
}

const runsTheProgram: readonly (string | undefined)[] = ["preview", "up"]

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

/** Starts the program of a file at the first command that runs it. */
export function inlineProgram(main: string, { cwd, env, prefix = [] }: Settings): InlineProgram {
  let running: { readonly child: ChildProcess; readonly port: Promise<string> } | undefined
  const start = () => {
    const [file = "", ...words] = [...prefix, "node", join(root, "test/support/engine/program-host.ts"), main]
    const child = spawn(file, words, { cwd, env, stdio: ["pipe", "pipe", "inherit"] })
    const port = new Promise<string>((done, failed) => {
      child.stdout?.once("data", (line) => done(`${line}`.trim()))
      child.once("error", failed)
      child.once("exit", (code) => failed(new Error(`the program's host ended with ${code}`)))
    })
    return { child, port }
  }
  return {
    async wordsFor(command) {
      if (!runsTheProgram.includes(command)) return []
      if (!running || hasEnded(running.child)) running = start()
      return [`--client=127.0.0.1:${await running.port}`]
    },
    async end() {
      const child = running?.child
      running = undefined
      if (!child || hasEnded(child)) return
      const ended = once(child, "exit")
      child.stdin?.end()
      await ended
    },
  }
}
