import type { FormatName } from "../../core/content.ts"
import type { Secret } from "../../core/secret.ts"
import type { ProductName, Role } from "../../products/product.ts"
import type { Definition } from "./definition.ts"
import type { File } from "./home-snapshot.ts"
import type { Kind } from "./kinds.ts"
import type { ScriptValue } from "./script-text.ts"

/** What one place contains. */
export interface PlaceCopy {
  readonly kind: Kind
  /** Absolute; or a name if it is not a file, such as `pid 4711` or `docker container gateway`. */
  readonly path: string
  readonly locator: string
  /** The line to change by hand. */
  readonly line?: number
  readonly format?: FormatName
  readonly held: HeldValue
  readonly product?: ProductName
  readonly role?: Role
  /** The profile of the configuration: `--profile NAME`. */
  readonly profile?: string
  readonly file?: File
  /** The service of its definition. */
  readonly definition?: Definition
  /** In a script or a crontab: what its command does. */
  readonly use?: Pick<ScriptValue, "starts" | "url">
  /** The script or job that starts a gateway and reads this file. */
  readonly namedBy?: string
  /** In an included file: the config that includes it, and the key there. */
  readonly included?: { readonly config: string; readonly key: string }
  /** A variable that a config names in place of a token. */
  readonly isNamed?: true
  /** Another entry of the same name in the file overrides it. */
  readonly shadowed?: true
  /** For a copy that was found by value: describes what reads the file. */
  readonly reader?: string
}

export type HeldValue =
  | { readonly kind: "value"; readonly value: Secret }
  /** A reference to a file: to a value in its JSON if it has a `pointer`. `problem`: why the product cannot follow it. */
  | { readonly kind: "file"; readonly path: string; readonly pointer?: string; readonly problem?: string }
  /** A reference to a variable of the environment. `isBare`: written `$NAME`, which may be meant as a token. */
  | { readonly kind: "variable"; readonly name: string; readonly isBare?: boolean; readonly fallback?: Secret }
  | { readonly kind: "reference" }
  /** The credentials of a vault. */
  | { readonly kind: "credentials" }
  /** `reason`: safe to show; `isContent`: its bytes were read, but could not be parsed. */
  | { readonly kind: "broken"; readonly reason: string; readonly isContent?: true }
