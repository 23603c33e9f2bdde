import type { Duplex } from "node:stream"
import type { Foreign } from "../core/foreign.ts"

/** The interface to a host's files, scripts and ports; all input and output goes through it. */
export interface Host {
  /** Reads a path; never throws for the state of the file. */
  readSnapshot(path: string): Promise<FileSnapshot>
  /** Reads a path once a run; the places of a remote host are read together. */
  readFirstSnapshot(path: string): Promise<FileSnapshot>
  /**
   * Reads the file, lets `decide` choose the edit, and performs it safely: one editor at a time, written to a copy, synced,
   * renamed; owner kept; a file that changed meanwhile is read again.
   * @throws UserError with the path if it fails; the file is then unchanged
   */
  edit(path: string, decide: (look: FileSnapshot) => Edit | undefined): Promise<void>
  /** Finds why the file could not be written, as far as known without writing, from the first snapshot. */
  findObstacle(path: string): Promise<string | undefined>
  /** Resolves a path to an id that is equal for all names of one file: its machine, `~` and symbolic links. For comparison only. */
  resolveCanonical(path: string): Promise<string>
  /** Finds why the host is unreachable, such as `timed out after 10 s`. @returns undefined if it answers */
  findOutage(): Promise<string | undefined>
  /**
   * Runs a POSIX sh script as the host's user. A failure of the script is not an error.
   * @throws UserError if the host cannot be reached
   */
  run(script: string, options?: ScriptOptions): Promise<ScriptResult>
  /**
   * Opens a TCP connection from the host to an address, such as `127.0.0.1`.
   * @throws UserError with the reason if it fails; on a remote host the stream ends with that error
   */
  dial(address: string, port: number): Promise<Duplex>
}

export interface ScriptOptions {
  /** `$1`, `$2` … of the script. Other users of the machine can see them: never a token. */
  readonly args?: readonly string[]
  /** Its standard input, which may contain a token. Default: empty. */
  readonly input?: Uint8Array
  /** Milliseconds until it is killed. Default: 30 s. */
  readonly timeout?: number
}

export interface ScriptResult {
  /** Null if it was killed, at the timeout or by another process. */
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
      /** A killed run left a copy of the file, or its lock. */
      readonly leftover: boolean
      /** How many names it has (hard links), if more than one. */
      readonly links?: number
    }
  | { readonly kind: "absent"; readonly leftover: boolean }
  | { readonly kind: "unreadable"; readonly reason: string }
  /** The host's files cannot be read. `advice` has the host, the reason and the fix. */
  | { readonly kind: "unreachable"; readonly reason: string; readonly advice: string }

/**
 * `mode` undefined keeps the file's own (0600 for a new one). `placed` is called, on this machine, as soon as the file has the
 * new content, before the disk has confirmed it.
 */
export type Edit =
  | { readonly bytes: Uint8Array; readonly mode?: number; readonly placed?: () => void }
  | { readonly remove: true }
