import type { Reference } from "../core/content.ts"

export const productNames = ["openclaw", "clawdbot"] as const
export type ProductName = (typeof productNames)[number]

export const managers = ["launchd", "systemd", "process"] as const
/** What starts the process: a LaunchAgent, a systemd user unit, or nothing that keeps a file of its own. */
export type Manager = (typeof managers)[number]

export const roles = ["gateway", "node"] as const
export type Role = (typeof roles)[number]

/** What `config set` of either product leaves beside its config: a copy of what stood there, which nobody reads. */
export function backupOf({ config }: Pick<Product, "config">): string {
  return `${config}.bak`
}

/** Every kind of place that can hold a token, in the words that stand in a resource's name. */
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

/** The one outline of a product's table. Paths start with `~/`: the home of the user who runs it. */
export interface Product {
  readonly name: ProductName
  /** Stands before the words of a place's name, so that a change of product keeps the old places' names. */
  readonly prefix: "" | "clawdbot "
  /** Whose places must hold nothing once this product is in use. */
  readonly predecessor?: ProductName
  readonly config: string
  readonly dotenv: string
  /** A second one, read after it where the state is in the usual folder: what both set, the first one sets. */
  readonly secondDotenv?: string
  /** The environment variable that carries the token. */
  readonly variable: string
  readonly port: number
  readonly image: Image
  /** Only where the config understands a reference to a file. */
  readonly secretRef?: SecretRef
  readonly roles: { readonly [role in Role]: RoleTable }
}

/** The conventions of the official container image. */
interface Image {
  /** The home of the user in it: what stands for `~` there. */
  readonly home: string
  /** What starts a gateway that a published port reaches: by itself it listens on the container's loopback only. */
  readonly gateway: readonly string[]
}

interface SecretRef {
  /** The first version whose config understands it for the gateway's token. */
  readonly since: string
  /** The file that holds the one copy. */
  readonly file: string
  /** The config entry that names the file; `path` is added to what it must hold. */
  readonly provider: { readonly locator: string; readonly content: Reference }
  /** What stands in the config instead of the token. */
  readonly reference: Reference
  /** The same where a program of ours fetches the token from a vault, and no file holds it. */
  readonly exec: {
    readonly reader: string
    /** How the config says `~`, where it wants an absolute path. */
    readonly home: string
    /** The config entry that names the program; `command` is added, and the variables that its vault needs. */
    readonly provider: { readonly locator: string; readonly content: Reference }
    readonly reference: Reference
  }
}

export interface RoleTable {
  /** The config key that this role reads. */
  readonly key: string
  /** The config key of the other role, which must hold nothing here. */
  readonly other: { readonly kind: "config auth token" | "config remote token"; readonly key: string }
  readonly launchd: { readonly label: string; readonly plist: string; readonly envFile?: string }
  readonly systemd: { readonly unit: string; readonly path: string; readonly envFile?: string }
  /** Where the token is taken from, the winner first. */
  readonly precedence: readonly Source[]
  /** Places of a token that this role never reads. */
  readonly unread: readonly Source[]
  /** How a running process takes a new token. */
  readonly takes: { readonly how: "reload" | "restart"; readonly why: string }
  /** Why its service must start it again whenever it ends, also without an error. */
  readonly keepAlive?: string
  /** When a place may be written in a rotation, seen from the moment the gateway changes its token (the flip). */
  readonly phases: { readonly [kind in PlaceKind]: Phase }
}

interface Source {
  readonly source: string
  /** The kinds of places that feed it; none where gatekey must not write. */
  readonly places: readonly PlaceKind[]
  readonly why: string
}

export interface Phase {
  readonly when: "before" | "flip" | "after"
  readonly why: string
}

/** The phases of a role whose token stands in `holding` alone; every other place is only ever cleared. */
export function phases(holding: readonly PlaceKind[], phase: Phase): { readonly [kind in PlaceKind]: Phase } {
  const cleared: Phase = { when: "after", why: "cleared once the places that hold the token are written" }
  const table = placeKinds.map((kind) => [kind, holding.includes(kind) ? phase : cleared])
  return Object.fromEntries(table)
}

/** Why a place of this kind must hold what it must. */
export function reason(table: RoleTable, kind: PlaceKind): string {
  const found = [...table.precedence, ...table.unread].find((source) => source.places.includes(kind))
  if (!found) throw new Error(`no reason for "${kind}" in the product's table`)
  return found.why
}
