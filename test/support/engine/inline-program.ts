import { engineEnvironment } from "./machine.ts"
import { hasEnded, leaveHost, type ProgramHost, takeHost } from "./program-hosts.ts"

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

/** Runs the program of a file from the first command on that needs it; a process for it is shared with later stacks. */
export function inlineProgram(main: string, { cwd, env, prefix = [] }: Settings): InlineProgram {
  let mine: Promise<{ readonly host: ProgramHost; readonly port: string }> | undefined
  const take = () => takeHost(prefix, engineEnvironment, { main, cwd, env })
  return {
    async wordsFor(command) {
      if (!runsTheProgram.includes(command)) return []
      if (mine && hasEnded((await mine).host.child)) mine = undefined
      mine ??= take()
      return [`--client=127.0.0.1:${(await mine).port}`]
    },
    async end() {
      const used = await mine
      mine = undefined
      if (used) leaveHost(prefix, used.host)
    },
  }
}
