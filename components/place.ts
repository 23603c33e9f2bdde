import type { Content, FormatName } from "../core/content.ts"
import { expandHome } from "../core/home.ts"
import { normalizeHost } from "../core/host.ts"
import type { Flip } from "./flip.ts"
import type { Must, Placement } from "./placement.ts"

/** A place, made. */
export type PlaceResource = Placement | Flip

/** What a component declares of one place, as data: known before any resource is made. */
export interface Place {
  /** The resource's name: the place, as a person would say it. */
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

/** A path of a product's table, with `home` in place of `~`. */
export function placedAt(path: string, home: string | undefined): string {
  return home === undefined ? path : expandHome(path, home.replace(/\/+$/, ""))
}

/** The same for two spellings of one place, as far as can be told without asking the host. */
export function placeId(place: Place): string {
  return [normalizeHost(place.host), tidy(place.path), place.locator].join("|")
}

export function sameHome(home: string | undefined): string {
  return tidy(`${home ?? "~"}/`)
}

function tidy(path: string): string {
  return path.replace(/\/(?:\.?\/)+/g, "/")
}
