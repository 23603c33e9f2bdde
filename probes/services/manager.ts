import type { Program } from "./program.ts"

/** The one outline of every service manager: pure; what its scripts do, the caller has done on a host. */
export interface Manager {
  readonly name: ManagerName
  /** Whether to reload a definition starts the process anew. */
  readonly reloadRestarts: boolean
  /** Where the definition stands when nothing else is said; starts with `~/`. */
  defaultPath(name: string): string
  /** What cannot be a service's name here. */
  nameProblem(name: string): string | undefined
  /** The definition's file for a program. */
  define(service: Service, program: Program, home: string): Definition
  /** One look, all in one go. */
  look(service: Service): Script
  /** What the look answered. */
  read(answer: Answer, service: Service): ServiceSnapshot
  /** Does these acts, in this order. */
  act(service: Service, acts: readonly Act[]): Script
  /** What ends it for good, before and after its file is removed. */
  readonly removal: { readonly before: readonly Act[]; readonly after: readonly Act[] }
  /** What mends a failed act, or a state that no act mends. */
  remedy(service: Service, trouble: Trouble): string
}

export type ManagerName = "launchd" | "systemd" | "process" | "container"

/** One service, as its manager knows it. */
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

/** A POSIX sh script. Everybody on the machine can see its arguments. */
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
      /** When it was written last: seconds since 1970. */
      readonly mtime: number
    }
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable" }

/** Three layers, which drift from each other: the file, what the manager has loaded, the live process. */
export interface ServiceSnapshot {
  /** The home of the host's user. */
  readonly home: string
  readonly file: FileState
  readonly loaded: Loaded
  /** Whether what is loaded is what a file with these bytes would say; absent where only a reload tells. */
  readonly isLoaded?: (file: Uint8Array) => boolean
  /** Whether it starts by itself, at boot or log-in. */
  readonly enabled: boolean
  readonly process: Process
  /** What can be seen of the live process; nothing while there is none. */
  readonly live: Live | undefined
  /** The file that it reads at its start. */
  readonly reads: FileState
  /** Whether what is loaded is started again whenever it ends, also without an error; absent where that is not known. */
  readonly keepsAlive?: boolean
  /** What would go wrong later, with its remedy. */
  readonly advice?: string
}

export type Loaded =
  /** It is not there at all; `why` where the manager itself is not. */
  | { readonly kind: "absent"; readonly why?: string }
  /** Nothing can be told, or done. */
  | { readonly kind: "unknown"; readonly reason: string }
  /** The name belongs to another file. */
  | { readonly kind: "elsewhere"; readonly path: string }
  | { readonly kind: "masked" }
  | { readonly kind: "broken"; readonly reason: string }
  | { readonly kind: "unloaded" }
  /** The file is not what is loaded. */
  | { readonly kind: "stale"; readonly tokens: readonly string[]; readonly isFlag?: boolean }
  /** `tokens`: the values that the loaded definition gives to the next process; `isFlag`: one of them after `--token`. */
  | { readonly kind: "loaded"; readonly tokens: readonly string[]; readonly isFlag?: boolean }

export type Process =
  | { readonly kind: "running" }
  | { readonly kind: "starting" }
  /** It ends its work, then starts anew. */
  | { readonly kind: "draining" }
  | { readonly kind: "stopped"; readonly exit?: string; readonly restarts?: number }
  /** Nobody starts it any more: it failed too often. */
  | { readonly kind: "failed"; readonly exit?: string; readonly restarts?: number }

export interface Live {
  /** Process id and start time: one process for ever. */
  readonly id: string
  readonly pid: number
  /** Seconds since 1970. */
  readonly started: number
  /** Whether its environment could be seen. */
  readonly seen: boolean
  /** Values of the variable and of `--token`; the flag's comes first. */
  readonly tokens: readonly string[]
  /** Whether one of them is after `--token`. */
  readonly isFlag?: boolean
}

/** `reload`: what is loaded becomes what the file says. `reset`: the count of failed starts is forgotten. */
export type Act = "reload" | "enable" | "reset" | "start" | "restart" | "stop" | "disable"

export interface Trouble {
  readonly act?: Act
  readonly code?: number
  readonly kind?: Loaded["kind"] | "environment"
}
