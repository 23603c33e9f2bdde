import type { Duplex } from "node:stream"
import type { Foreign } from "../core/foreign.ts"

/** The one outline of every way to reach a host's files; the only input and output there is. */
export interface Host {
  /** What stands at the path now; never throws for what it finds there. */
  look(path: string): Promise<FileSnapshot>
  /** The same, as this run first saw it: the places of a host that is far away are looked at together. */
  survey(path: string): Promise<FileSnapshot>
  /**
   * Looks, lets `decide` say what must become of the file, and does it safely: one editor at a time, written aside,
   * synced, renamed; owner kept; a file that changed in between is looked at again.
   * @throws UserError naming the path when it cannot be done; the file is then as it was
   */
  edit(path: string, decide: (look: FileSnapshot) => Edit | undefined): Promise<void>
  /** Why the file could not be written, as far as that can be told without writing; as of the survey. */
  obstacle(path: string): Promise<string | undefined>
  /** The file under which all its names meet: those of its machine, `~` and symbolic links resolved. For comparison only. */
  canonical(path: string): Promise<string>
  /** Why nothing can be done there, in words, such as `timed out after 10 s`; nothing when it answers. */
  unreachable(): Promise<string | undefined>
  /**
   * Runs a POSIX sh script there, as the host's user. It does not throw for what the script does.
   * @throws UserError when the host cannot be reached
   */
  run(script: string, options?: Run): Promise<Ran>
  /**
   * A TCP connection from there to an address, such as `127.0.0.1`.
   * @throws UserError saying why there is none; far away, where that is known only later, the stream ends with it
   */
  dial(address: string, port: number): Promise<Duplex>
}

export interface Run {
  /** `$1`, `$2` … of the script. Others on the machine can see them: never a token. */
  readonly args?: readonly string[]
  /** Its standard input, the way for a token. Default: nothing. */
  readonly input?: Uint8Array
  /** Milliseconds until it is killed. Default: 30 s. */
  readonly timeout?: number
}

export interface Ran {
  /** Null when it was killed, by us for its time or by another. */
  readonly code: number | null
  readonly stdout: Uint8Array
  readonly stderr: Foreign
}

export type FileSnapshot =
  | {
      readonly kind: "file"
      readonly bytes: Uint8Array
      /** Permission bits. */
      readonly mode: number
      /** A killed run left a copy of the content, or its lock, beside the file. */
      readonly leftover: boolean
      /** How many names it has (hard links), if more than one. */
      readonly links?: number
    }
  | { readonly kind: "absent"; readonly leftover: boolean }
  | { readonly kind: "unreadable"; readonly reason: string }
  /** Nothing can be told of the host's files. `advice` says whom, why, and what to do. */
  | { readonly kind: "unreachable"; readonly reason: string; readonly advice: string }

/**
 * `mode` undefined keeps the file's own (0600 for a new one). `placed` is called, on this machine, in the moment in which
 * the new content stands there: before the disk is known to have it.
 */
export type Edit =
  | { readonly bytes: Uint8Array; readonly mode?: number; readonly placed?: () => void }
  | { readonly remove: true }
