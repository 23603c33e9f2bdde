import type { Program } from "./program.ts"

/** The interface of every service manager. It is pure: the caller runs its scripts on a host. */
export interface Manager {
  readonly name: ManagerName
  /** Whether reloading a definition restarts the process. */
  readonly reloadRestarts: boolean
  /** The default path of the definition; starts with `~/`. */
  defaultPath(name: string): string
  /** Checks a service's name. @returns undefined if it is valid */
  nameProblem(name: string): string | undefined
  /** Creates the definition's file for a program. */
  createDefinition(service: Service, program: Program, home: string): Definition
  /** Creates the script that reads everything at once. */
  snapshotScript(service: Service): Script
  /** Parses the answer of that script. */
  parseSnapshot(answer: Answer, service: Service): ServiceSnapshot
  /** Creates the script that performs these acts in order. */
  actScript(service: Service, acts: readonly Act[]): Script
  /** The acts before and after its file is removed. */
  readonly removal: { readonly before: readonly Act[]; readonly after: readonly Act[] }
  /** Describes the fix for a failed act, or for a state that no act repairs. */
  describeFix(service: Service, trouble: ServiceTrouble): string
}

export type ManagerName = "launchd" | "systemd" | "process" | "container"

/** A service of a manager. */
export interface Service {
  /** The label, the unit, or the process's own name. */
  readonly name: string
  /** The file of the definition: absolute, or `~/…`. */
  readonly path: string
  /** The environment variable that could carry the token. */
  readonly variable: string
  /** A file that the process reads its token from at its start. */
  readonly reads?: string
}

interface Definition {
  readonly text: string
  readonly mode: number
}

/** A POSIX sh script. Every user of the machine can see its arguments. */
export interface Script {
  readonly script: string
  readonly args: readonly string[]
  /** Milliseconds. */
  readonly timeout?: number
}

/** The lines of an answer, by their tags. */
export interface Answer {
  all(tag: string): readonly string[]
  one(tag: string): string | undefined
  file(tag: string): FileState
}

export type FileState =
  | {
      readonly kind: "file"
      readonly bytes: Uint8Array
      /** The time of its last write: seconds since 1970. */
      readonly mtime: number
    }
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable" }

/** The three layers that can drift apart: the file, the loaded definition, the live process. */
export interface ServiceSnapshot {
  /** The home of the host's user. */
  readonly home: string
  readonly file: FileState
  readonly loaded: Loaded
  /** Checks whether the loaded definition equals a file with these bytes; absent if only a reload can tell. */
  readonly isLoaded?: (file: Uint8Array) => boolean
  /** Whether it starts by itself at boot or log-in. */
  readonly enabled: boolean
  readonly process: ProcessState
  /** The live process; undefined if there is none. */
  readonly live: LiveProcess | undefined
  /** The file that the process reads at its start. */
  readonly reads: FileState
  /** Whether the manager restarts it whenever it ends, even without an error; absent if unknown. */
  readonly keepsAlive?: boolean
  /** A later problem, with its fix. */
  readonly advice?: string
}

export type Loaded =
  /** Not installed; `why` if the manager itself is not. */
  | { readonly kind: "absent"; readonly why?: string }
  /** It cannot be checked or changed. */
  | { readonly kind: "unknown"; readonly reason: string }
  /** The name is loaded from another file. */
  | { readonly kind: "elsewhere"; readonly path: string }
  | { readonly kind: "masked" }
  | { readonly kind: "broken"; readonly reason: string }
  | { readonly kind: "unloaded" }
  /** The file differs from the loaded definition. */
  | { readonly kind: "stale"; readonly tokens: readonly string[]; readonly isFlag?: boolean }
  /** `tokens`: the values that the loaded definition passes to the next process; `isFlag`: one of them after `--token`. */
  | { readonly kind: "loaded"; readonly tokens: readonly string[]; readonly isFlag?: boolean }

export type ProcessState =
  | { readonly kind: "running" }
  | { readonly kind: "starting" }
  /** It finishes its work, then restarts. */
  | { readonly kind: "draining" }
  | { readonly kind: "stopped"; readonly exit?: string; readonly restarts?: number }
  /** It is not restarted any more: it failed too often. */
  | { readonly kind: "failed"; readonly exit?: string; readonly restarts?: number }

export interface LiveProcess {
  /** Process id and start time, which identify one process. */
  readonly id: string
  readonly pid: number
  /** Seconds since 1970. */
  readonly started: number
  /** Whether its environment could be read. */
  readonly hasEnvironment: boolean
  /** Values of the variable and of `--token`, the flag's first. */
  readonly tokens: readonly string[]
  /** Whether one of them is after `--token`. */
  readonly isFlag?: boolean
}

/** A change of a service. `reload` loads the file; `reset` clears the count of failed starts. */
export type Act = "reload" | "enable" | "reset" | "start" | "restart" | "stop" | "disable"

export interface ServiceTrouble {
  readonly act?: Act
  readonly code?: number
  readonly kind?: Loaded["kind"] | "environment"
}
