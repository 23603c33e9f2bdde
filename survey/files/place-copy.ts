import type { FormatName } from "../../core/content.ts"
import type { Secret } from "../../core/secret.ts"
import type { ProductName, Role } from "../../products/product.ts"
import type { Definition } from "./definition.ts"
import type { File } from "./home-snapshot.ts"
import type { Kind } from "./kinds.ts"
import type { ScriptValue } from "./script-text.ts"

/** What stands in one place. */
export interface PlaceCopy {
  readonly kind: Kind
  /** Absolute; what is no file has a name, such as `pid 4711` or `docker container gateway`. */
  readonly path: string
  readonly locator: string
  /** Where it is to be changed by hand. */
  readonly line?: number
  readonly format?: FormatName
  readonly held: HeldValue
  readonly product?: ProductName
  readonly role?: Role
  /** Of a product's further configurations: `--profile NAME`. */
  readonly profile?: string
  readonly file?: File
  /** The service whose definition it is. */
  readonly definition?: Definition
  /** Of a script or a crontab: what its command does. */
  readonly use?: Pick<ScriptValue, "starts" | "url">
  /** The script or job that starts a gateway and reads this file. */
  readonly namedBy?: string
  /** Of a file that a config includes: that config, and the key that it gives it. */
  readonly included?: { readonly config: string; readonly key: string }
  /** A variable that a config names in place of a token. */
  readonly isNamed?: true
  /** Another of the same name in the file counts instead. */
  readonly shadowed?: true
  /** Of a copy that was found by its value: what reads the file, in words. */
  readonly reader?: string
}

export type HeldValue =
  | { readonly kind: "value"; readonly value: Secret }
  /** A reference to a whole file, or to a variable of the environment. */
  | { readonly kind: "file"; readonly path: string }
  /** `isBare`: written `$NAME`, as a token may be that somebody meant. */
  | { readonly kind: "variable"; readonly name: string; readonly isBare?: boolean; readonly fallback?: Secret }
  | { readonly kind: "reference" }
  /** What lets a program ask the vault. */
  | { readonly kind: "credentials" }
  /** `reason`: as it may be shown; `isContent`: its bytes were read, but not understood. */
  | { readonly kind: "broken"; readonly reason: string; readonly isContent?: true }
