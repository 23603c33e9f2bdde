import type { Foreign } from "../../core/foreign.ts"
import type { ProductName } from "../../products/product.ts"

/** The sockets, processes and containers of a TCP port on a host. */
export interface PortSnapshot {
  /** The user who ran the script. */
  readonly uid: number
  readonly sockets: readonly Socket[]
  /** The processes that have one of the sockets open, those that look like a gateway, and their ancestors; by process id. */
  readonly processes: ReadonlyMap<number, HostProcess>
  /** Running containers; none if no engine answered. */
  readonly containers: readonly PublishingContainer[]
  /** Names of users, by uid. */
  readonly users: ReadonlyMap<number, string>
  /** The process that the declared gateway's manager has started. */
  readonly declared: number | undefined
}

/** A listening socket on the port. */
export interface Socket {
  /** `127.0.0.1`, `0.0.0.0`, `::1` … */
  readonly address: string
  readonly uid: number | undefined
  /** The processes that have it open; empty if this user cannot read them. */
  readonly pids: readonly number[]
}

/** A process without its arguments, which may contain secrets. */
export interface HostProcess {
  readonly pid: number
  readonly parent: number
  /** Its start as the system reports it, which with the pid identifies one process. */
  readonly start: string
  /** Seconds since its start, if known. */
  readonly age?: number
  readonly uid: number
  /** Its program's file name. */
  readonly program: string
  /** The script's file name, if the program is an interpreter. */
  readonly script?: string
  /** The product whose gateway it is. */
  readonly gateway?: ProductName
  /** Only its title is that of a gateway, as for every `openclaw gateway …` command, and it does not listen. */
  readonly mayBeCommand?: true
  /** The service that restarts it. */
  readonly service?: ProcessService
  /** The id of the container that it runs in. */
  readonly container?: string
}

export interface ProcessService {
  readonly manager: "launchd" | "systemd"
  /** The label or the unit. */
  readonly name: string
  /** A system service, not a user's. */
  readonly system: boolean
}

/** A running container. */
export interface PublishingContainer {
  readonly id: string
  readonly name: Foreign
  /** Whether it publishes the port. */
  readonly publishes: boolean
  /** Whether its name or image is that of a gateway. */
  readonly gateway: boolean
}
