import type { Foreign } from "../../core/foreign.ts"

/** The command line client of a container engine. */
export type ContainerClient = "docker" | "podman"

/** The containers of a host. */
export interface ContainersSnapshot {
  /** Undefined if there is neither. */
  readonly client: ContainerClient | undefined
  /** Why its engine did not answer. */
  readonly problem?: string
  readonly containers: readonly Container[]
}

/** A container. Its environment, arguments and labels may contain secrets. */
export interface Container {
  readonly id: string
  readonly name: Foreign
  readonly image: Foreign
  readonly running: boolean
  /** Whether the engine restarts it by itself, now or at the next boot. */
  readonly returns: boolean
  /** The restart policy: `no`, `always`, `unless-stopped`, `on-failure`. */
  readonly restart: string
  /** Published ports as declared: `127.0.0.1:18789->18789`. */
  readonly published: readonly string[]
  /** TCP ports of the host that are published, or would be if it ran. */
  readonly ports: readonly number[]
  /** Whether it uses the host's own network, and so any of its ports. */
  readonly hostNetwork: boolean
  /** `NAME=value` of its first process. */
  readonly environment: readonly string[]
  /** The arguments of its first process, the program first. */
  readonly commandLine: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  /** The engine's state: `running`, `exited`, `created` … */
  readonly state: Foreign
}
