import type { ProductName, Role } from "../../products/product.ts"
import type { Definition } from "../files/definition.ts"
import type { HomeSnapshot, Process } from "../files/home-snapshot.ts"
import type { Located } from "../files/located.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import type { ProductSettings } from "../files/settings.ts"
import type { Start } from "../files/start.ts"
import type { StatedUrl } from "../files/stated-url.ts"

/** A gateway or node of a home: it runs there, a service would start it, or the config makes it one. */
export interface Member {
  readonly product: ProductName
  readonly role: Role
  readonly profile?: string
  readonly process?: Process
  /** Only its config declares it: as far as is known, only the commands of the CLI read that. */
  readonly isClient?: true
  /** The URL of a node's last start; or the one that a variable sets for commands of the CLI. */
  readonly url?: string
  /** The file that sets this variable: with it, nothing of the config is sent. */
  readonly urlFrom?: string
  /** Further processes of the same kind in the same home. */
  readonly more: readonly Process[]
  readonly definitions: readonly Definition[]
  readonly settings?: ProductSettings
  /** Its config, and the file of variables that it reads: absolute. */
  readonly located: Located
  /** The gateway's port. */
  readonly port: number
}

/** What a node keeps of its last start. */
export interface NodeStore {
  readonly url?: string
}

export interface HomeReading {
  readonly snapshot: HomeSnapshot
  readonly copies: readonly PlaceCopy[]
  readonly definitions: readonly Definition[]
  readonly settings: readonly ProductSettings[]
  /** A gateway's port in dotenv files, by their path. */
  readonly dotenvPorts: ReadonlyMap<string, number>
  /** URLs that override the config for commands of the CLI. */
  readonly urls: readonly StatedUrl[]
  /** Credential variables that a dotenv file sets to an empty value. */
  readonly blankVariables: readonly { readonly path: string; readonly variable: string }[]
  /** The stores of the products' nodes; none for a node that never ran. */
  readonly nodes: ReadonlyMap<ProductName, NodeStore>
  /** Places of passwords. */
  readonly passwords: readonly PlaceCopy[]
  /** Scripts, jobs and services that start gateways and nodes with unknown values. */
  readonly starts?: readonly Start[]
  /** Why the user's shells may export more than was read, a clause each. */
  readonly unknownExports?: readonly string[]
  /** The port that a stack declares for the home's gateway; it counts if the home sets none. */
  readonly declaredPort?: number
  /** A stack declares a node of this home: its config is a node's, even before the first run. */
  readonly declaredNode?: boolean
}
