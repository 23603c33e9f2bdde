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
  /** Only its config makes it one: the commands of the CLI read that, and nothing else is known to. */
  readonly isClient?: true
  /** Where a node went when it was started last; where a variable leads commands of the CLI. */
  readonly url?: string
  /** The file that sets this variable: beside it nothing of the config is sent. */
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
  /** What files of variables say of a gateway's port, by their path. */
  readonly dotenvPorts: ReadonlyMap<string, number>
  /** Where commands of the CLI are led elsewhere than their config says. */
  readonly urls: readonly StatedUrl[]
  /** Variables of a credential that a dotenv file sets to nothing. */
  readonly blankVariables: readonly { readonly path: string; readonly variable: string }[]
  /** Where a product's node went when it ran, as its store says; nothing for one that never did. */
  readonly nodes: ReadonlyMap<ProductName, NodeStore>
  /** Places of passwords. */
  readonly passwords: readonly PlaceCopy[]
  /** What starts gateways and nodes with what its text does not say. */
  readonly starts?: readonly Start[]
  /** The port that a stack declares for the home's gateway: it counts where nothing there says one. */
  readonly declaredPort?: number
  /** A stack declares a node of this home: its config is a node's, also before one ran. */
  readonly declaredNode?: boolean
}
