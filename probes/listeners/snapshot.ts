import type { Foreign } from "../../core/foreign.ts"
import type { ProductName } from "../../products/product.ts"

/** What one look at a host tells of a TCP port. */
export interface PortSnapshot {
  /** The user who looked. */
  readonly uid: number
  readonly sockets: readonly Socket[]
  /** Whoever holds one of the sockets, what looks like a gateway, and what started them; by process id. */
  readonly processes: ReadonlyMap<number, Process>
  /** Running containers; none where nobody could be asked. */
  readonly containers: readonly Container[]
  /** Names of users, by uid. */
  readonly users: ReadonlyMap<number, string>
  /** The process that the declared gateway's own manager has started. */
  readonly declared: number | undefined
}

/** A listening socket on the port. */
export interface Socket {
  /** `127.0.0.1`, `0.0.0.0`, `::1` … */
  readonly address: string
  readonly uid: number | undefined
  /** Who holds it open; empty where we may not see them. */
  readonly pids: readonly number[]
}

/** A process, without its arguments: they may hold secrets, and nothing keeps them. */
export interface Process {
  readonly pid: number
  readonly parent: number
  /** In the system's own words: with the pid it names one process for ever. */
  readonly start: string
  /** Seconds since then, where that can be told. */
  readonly age?: number
  readonly uid: number
  /** Its program's file name. */
  readonly program: string
  /** The script's file name, where the program is an interpreter. */
  readonly script?: string
  /** The product whose gateway it is. */
  readonly gateway?: ProductName
  /** Its title says so, as that of each `openclaw gateway …` command does, and nothing else: it listens nowhere. */
  readonly mayBeCommand?: true
  /** What starts it again. */
  readonly service?: ServiceOf
  /** The id of the container that it runs in. */
  readonly container?: string
}

export interface ServiceOf {
  readonly manager: "launchd" | "systemd"
  /** The label or the unit. */
  readonly name: string
  /** The machine's, not a user's. */
  readonly system: boolean
}

/** A running container. */
export interface Container {
  readonly id: string
  readonly name: Foreign
  /** Whether the port of the host leads into it. */
  readonly publishes: boolean
  /** Whether its name or its image says that it is a gateway. */
  readonly gateway: boolean
}
