import type { ProductName, Role } from "../../products/product.ts"
import type { FleetStack } from "../support/fleets/fleet-stack.ts"
import type { DockerEngine } from "../support/hosts/docker-engine.ts"
import type { Machine } from "./machine.ts"

/** A real gateway and a real node, each on a host of its own, declared and deployed. */
export interface Fleet {
  readonly product: ProductName
  readonly gateway: Member
  readonly node: Member
  readonly port: number
  /** The token in force. */
  readonly token: string
  /** All tokens that the incidents have made use of, the live one as well. */
  readonly secrets: Set<string>
  readonly stack: FleetStack
  /** What is declared; `{}` once more says it as it was. */
  declare(more: { readonly gateway?: object; readonly node?: object }): void
  /** A token that is not in force. */
  other(): string
  /** The product's own command line, on the gateway's host. */
  cli(...words: readonly string[]): Promise<string>
  /** A Docker engine on the gateway's host, and an image of the product's gateway. */
  docker(): Promise<{ readonly engine: DockerEngine; readonly run: (name: string, ...flags: string[]) => void }>
  /** Until its gateway is. */
  ready(): Promise<void>
  /** Members that were mended and not started anew yet. */
  readonly stale: Set<Role>
  /** Starts who is stale anew, but for those named, and waits until all is as it was. */
  whole(but?: readonly Role[]): Promise<void>
  stop(): Promise<void>
}

/** A member on its host, as its service manager runs it. */
export interface Member extends Machine {
  /** Of its unit or LaunchAgent. */
  readonly service: string
  /** The file that defines it, below the home. */
  readonly definition: string
  restart(): void
  halt(): void
  /** Has the service manager read the definition anew. */
  reload(): void
  /** What the process told since its last start. */
  log(): string
  /** Until the process has told it since its last start. */
  told(what: RegExp): Promise<void>
  /** Whether it is connected to the gateway, or has others connected. */
  connected(): boolean
}
