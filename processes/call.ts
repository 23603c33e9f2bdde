import type { Foreign } from "../core/foreign.ts"

/** What a program gets, and how long and how much it may run and print. */
export interface ProgramCall {
  /** Default: that of this process. */
  readonly folder?: string
  readonly environment?: NodeJS.ProcessEnv
  /** Default: none. */
  readonly input?: string | Uint8Array
  /** Milliseconds until it is ended. Default: it may take as long as it needs. */
  readonly timeout?: number
  /** Bytes of output; if it prints more it is ended. */
  readonly maxOutput: number
  /** Bytes of standard error that are kept. Default: it is ended at `maxOutput`. */
  readonly maxErrorOutput?: number
  /** An open file that gets its standard error, as a child of the program would keep a pipe open. */
  readonly errorFile?: number
  /** Set if it writes: a cancelled run does not end it (`changes`), nor does the end of this process (`outlives`). */
  readonly writes?: "changes" | "outlives"
  /**
   * It is a program of the user, who may have to answer it: it has the terminal, and is in its process group. The end of the
   * run first asks it to end, as it may have to release a lock. It may also start then, to undo a change.
   */
  readonly terminal?: boolean
  /** Milliseconds after its exit in which a child of it may keep the pipes open. Default: until the timeout. */
  readonly patience?: number
  /** Gets each piece of its output. */
  readonly onOutput?: (chunk: Buffer) => void
  /** Ends it. */
  readonly signal?: AbortSignal
  /** Whether its children outlive it, for example a shared connection that others use; the end of the run ends them too. */
  readonly sparesChildren?: () => boolean
}

export interface ProgramResult {
  /** Null if it did not exit. */
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: Foreign
  /** Why it did not exit. */
  readonly failure?: ProgramFailure
}

export interface ProgramFailure {
  /** `stopped`: by the call's own `signal`. */
  readonly kind: "run over" | "time" | "much" | "stopped" | "missing" | "start" | "signal"
  readonly message: string
}
