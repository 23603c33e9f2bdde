import type { Foreign } from "../../core/foreign.ts"

/** Who is asked. */
export type Client = "docker" | "podman"

/** What one look at a host tells of its containers. */
export interface ContainersSnapshot {
  /** `docker` or `podman`; nothing where there is neither. */
  readonly client: Client | undefined
  /** Why its engine did not answer. */
  readonly problem?: string
  readonly containers: readonly Container[]
}

/** A container. Its values are secrets as long as nobody knows better. */
export interface Container {
  readonly id: string
  readonly name: Foreign
  readonly image: Foreign
  readonly running: boolean
  /** Whether the engine starts it by itself, be it at the next boot. */
  readonly returns: boolean
  /** The restart policy: `no`, `always`, `unless-stopped`, `on-failure`. */
  readonly restart: string
  /** What leads into it, as it was asked for: `127.0.0.1:18789->18789`. */
  readonly published: readonly string[]
  /** TCP ports of the host that lead into it, or would when it ran. */
  readonly ports: readonly number[]
  /** Whether it has the host's own network, and so any of its ports. */
  readonly hostNetwork: boolean
  /** `NAME=value`, as its first process got them. */
  readonly environment: readonly string[]
  /** The words of its first process. */
  readonly words: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  /** The engine's word: `running`, `exited`, `created` … */
  readonly state: Foreign
}
