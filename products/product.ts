import type { Reference } from "../core/content.ts"

export const productNames = ["openclaw", "clawdbot"] as const
export type ProductName = (typeof productNames)[number]

export const managers = ["launchd", "systemd", "process"] as const
/** The manager of a process: a LaunchAgent, a systemd user unit, or a plain process without a file. */
export type Manager = (typeof managers)[number]

export const roles = ["gateway", "node"] as const
export type Role = (typeof roles)[number]

/** Formats the path of the backup that `config set` of either product makes of its config, and no product reads. */
export function formatBackupPath({ config }: Pick<Product, "config">): string {
  return `${config}.bak`
}

/** The kinds of places that can contain a token, as in a resource's name. */
export const placeKinds = [
  "vault item",
  "secret file",
  "token reader",
  "config secret provider",
  "config",
  "config auth token",
  "config remote token",
  "config environment",
  "dotenv",
  "launch agent environment",
  "launch agent arguments",
  "launch agent env file",
  "unit environment",
  "unit arguments",
  "unit drop-in",
  "unit env file",
  "profile",
] as const
export type PlaceKind = (typeof placeKinds)[number]

/** The table of a product. Paths start with `~/`: the home of the user who runs it. */
export interface Product {
  readonly name: ProductName
  /** The prefix of a place's name, so that a change of product keeps the old places' names. */
  readonly prefix: "" | "clawdbot "
  /** The product whose places must contain no token when this product is used. */
  readonly predecessor?: ProductName
  readonly config: string
  /** The name of a config in the same folder that is read while `config` does not exist. */
  readonly legacyConfig?: string
  readonly dotenv: string
  /** A second one, read after the first if the state is in the default folder; the first overrides it. */
  readonly secondDotenv?: string
  /** The environment variable of the token. */
  readonly variable: string
  readonly port: number
  readonly image: Image
  /** Set if the config supports a reference to a file. */
  readonly secretRef?: SecretRef
  readonly roles: { readonly [role in Role]: RoleTable }
}

/** The conventions of the official container image. */
interface Image {
  /** The home of its user, `~`. */
  readonly home: string
  /** The arguments of a gateway with a published port: by default it listens only on the container's loopback. */
  readonly gateway: readonly string[]
}

interface SecretRef {
  /** The first version whose config supports it for the gateway's token. */
  readonly since: string
  /** The file with the only copy. */
  readonly file: string
  /** The config entry of the file; `path` is added to its content. */
  readonly provider: { readonly locator: string; readonly content: Reference }
  /** The reference in the config in place of the token. */
  readonly reference: Reference
  /** The settings if a program of gatekey's reads the token from a vault, without a file. */
  readonly exec: {
    readonly reader: string
    /** The home in the config, which requires an absolute path. */
    readonly home: string
    /** The config entry of the program; `command` is added, and the variables that its vault needs. */
    readonly provider: { readonly locator: string; readonly content: Reference }
    readonly reference: Reference
  }
}

export interface RoleTable {
  /** The config key that this role reads. */
  readonly key: string
  /** The config key of the other role, which must contain no token here. */
  readonly other: { readonly kind: "config auth token" | "config remote token"; readonly key: string }
  readonly launchd: { readonly label: string; readonly plist: string; readonly envFile?: string }
  readonly systemd: { readonly unit: string; readonly path: string; readonly envFile?: string }
  /** The sources of the token, in order of precedence. */
  readonly precedence: readonly Source[]
  /** Places of a token that this role never reads. */
  readonly unread: readonly Source[]
  /** How a running process gets a new token. */
  readonly takes: { readonly how: "reload" | "restart"; readonly why: string }
  /** Why its service must restart it whenever it ends, even without an error. */
  readonly keepAlive?: string
  /** When a place may be written in a rotation, relative to the gateway's change of its token (the flip). */
  readonly phases: { readonly [kind in PlaceKind]: Phase }
}

interface Source {
  readonly source: string
  /** The kinds of places of this source; none if gatekey must not write it. */
  readonly places: readonly PlaceKind[]
  readonly why: string
}

export interface Phase {
  readonly when: "before" | "flip" | "after"
  readonly why: string
}

/** Creates the phases of a role whose token is only in `holding`; every other place is only cleared. */
export function createPhases(holding: readonly PlaceKind[], phase: Phase): { readonly [kind in PlaceKind]: Phase } {
  const cleared: Phase = { when: "after", why: "cleared once the places that hold the token are written" }
  const table = placeKinds.map((kind) => [kind, holding.includes(kind) ? phase : cleared])
  return Object.fromEntries(table)
}

/** Finds the reason for the expected content of a place of this kind. */
export function findReason(table: RoleTable, kind: PlaceKind): string {
  const found = [...table.precedence, ...table.unread].find((source) => source.places.includes(kind))
  if (!found) throw new Error(`no reason for "${kind}" in the product's table`)
  return found.why
}
