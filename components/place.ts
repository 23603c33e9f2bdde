import type { Content, FormatName } from "../core/content.ts"
import { expandHome } from "../core/home.ts"
import { normalizeHost } from "../core/host.ts"
import type { Flip } from "./flip.ts"
import type { Must, Placement } from "./placement.ts"

/** The resource of a place. */
export type PlaceResource = Placement | Flip

/** What a component declares of one place, as data: known before any resource is made. */
export interface Place {
  /** The resource's name: a description of the place. */
  readonly name: string
  readonly host: string
  readonly path: string
  readonly locator: string
  readonly must: Must
  readonly format?: FormatName
  readonly reference?: Content
  readonly why?: string
  readonly serves?: string
  readonly since?: string
  readonly overwrite?: boolean
}

/** Replaces `~` in a path by `home`. */
export function resolveHome(path: string, home: string | undefined): string {
  return home === undefined ? path : expandHome(path, home.replace(/\/+$/, ""))
}

/** Identifies a place: equal for two spellings of one path, as far as known without the host. */
export function placeId(place: Place): string {
  return [normalizeHost(place.host), normalizePath(place.path), place.locator].join("|")
}

export function sameHome(home: string | undefined): string {
  return normalizePath(`${home ?? "~"}/`)
}

function normalizePath(path: string): string {
  return path.replace(/\/(?:\.?\/)+/g, "/")
}
