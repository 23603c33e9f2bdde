import type { Properties } from "../../../provider/wire.ts"
import type { Client } from "./client.ts"

/** One property of a resource, as the real plugin's schema has it. */
export interface Trait {
  /** A change makes the resource anew (`ForceNew`). */
  readonly replaces?: boolean
  /** Without a declared value the engine's own stands, and is no difference (`Computed`, or a `DiffSuppressFunc`). */
  readonly kept?: boolean
  /** Order means nothing (`TypeSet`). */
  readonly set?: boolean
  /** The value where none is declared (`Default`). */
  readonly otherwise?: unknown
  /** The values of an entry's own properties where none are declared. */
  readonly entry?: Properties
}

/** One type of resource. All have this outline. */
export interface Kind {
  /** Those that are not here are refused. */
  readonly traits: { readonly [property: string]: Trait }
  /** What only the engine knows. */
  readonly outputs: readonly string[]
  /** Whether a replaced one is deleted before the new one is made. */
  readonly deleteFirst: boolean
  /** @throws HalfMade for what is there, but not as it was declared */
  create(client: Client, inputs: Properties): Promise<Existing>
  /** @returns nothing for what is gone */
  read(client: Client, id: string, state: Properties): Promise<Existing | undefined>
  update(client: Client, id: string, olds: Properties, news: Properties): Promise<void>
  delete(client: Client, id: string, state: Properties): Promise<void>
}

export interface Existing {
  readonly id: string
  readonly state: Properties
}

/** It was made, and then something failed: the engine keeps it in the state, with the reason. */
export class HalfMade extends Error {
  readonly made: Existing

  constructor(message: string, made: Existing) {
    super(message)
    this.made = made
  }
}
