import { isDeepStrictEqual } from "node:util"
import { atHome } from "../core/home.ts"
import { sameHost } from "../core/host.ts"
import type { Content } from "../places/format.ts"

interface Declared {
  readonly host: string
  readonly path: string
  readonly locator: string
  /** What it must hold instead of the token. */
  readonly reference?: Content
}

/** The places that this run has come by, in the state or in the program. */
const places: Declared[] = []

export function notePlace({ host, path, locator, reference }: Declared): void {
  places.push({ host: sameHost(host), path, locator, ...(reference === undefined ? {} : { reference }) })
}

/** Whether a place of the stack, by whatever name, puts this reference there: then it is ours to replace. */
export function isOwnReference({ host, path, locator }: Declared, content: Content): boolean {
  const same = sameHost(host)
  return places.some(
    (place) =>
      place.host === same &&
      place.path === path &&
      place.locator === locator &&
      place.reference !== undefined &&
      isDeepStrictEqual(place.reference, content),
  )
}

/** Whether `pulumi up` keeps it as it must be. @param home what `~` stands for there */
export function isPlace({ host, path, locator }: Declared, home: string): boolean {
  const same = sameHost(host)
  return places.some((place) => place.host === same && place.locator === locator && atHome(place.path, home) === path)
}
