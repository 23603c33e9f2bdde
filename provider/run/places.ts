import { isDeepStrictEqual } from "node:util"
import type { Content } from "../../core/content.ts"
import { expandHome } from "../../core/home.ts"
import { normalizeHost } from "../../core/host.ts"

interface Declared {
  readonly host: string
  readonly path: string
  readonly locator: string
  /** What it must contain instead of the token. */
  readonly reference?: Content
}

/** The places that this run has noted, from the state or the program. */
export class Places {
  readonly #places: Declared[] = []

  notePlace({ host, path, locator, reference }: Declared): void {
    this.#places.push({ host: normalizeHost(host), path, locator, ...(reference === undefined ? {} : { reference }) })
  }

  /** Checks whether a place of the stack puts this reference there: then gatekey may replace it. */
  isOwnReference({ host, path, locator }: Declared, content: Content): boolean {
    const own = normalizeHost(host)
    return this.#places.some(
      (place) =>
        place.host === own &&
        place.path === path &&
        place.locator === locator &&
        place.reference !== undefined &&
        isDeepStrictEqual(place.reference, content),
    )
  }

  /** Checks whether it is a place of the stack. @param home the folder of `~` on its host */
  isPlace({ host, path, locator }: Declared, home: string): boolean {
    const own = normalizeHost(host)
    return this.#places.some(
      (place) => place.host === own && place.locator === locator && expandHome(place.path, home) === path,
    )
  }
}
