import { isDeepStrictEqual } from "node:util"
import type { Content } from "../../core/content.ts"
import { expandHome } from "../../core/home.ts"
import { normalizeHost } from "../../core/host.ts"

interface Declared {
  readonly host: string
  readonly path: string
  readonly locator: string
  /** What it must hold instead of the token. */
  readonly reference?: Content
}

/** The places that this run has come by, in the state or in the program. */
export class Places {
  readonly #places: Declared[] = []

  notePlace({ host, path, locator, reference }: Declared): void {
    this.#places.push({ host: normalizeHost(host), path, locator, ...(reference === undefined ? {} : { reference }) })
  }

  /** Whether a place of the stack, by whatever name, puts this reference there: then it is ours to replace. */
  isOwnReference({ host, path, locator }: Declared, content: Content): boolean {
    const same = normalizeHost(host)
    return this.#places.some(
      (place) =>
        place.host === same &&
        place.path === path &&
        place.locator === locator &&
        place.reference !== undefined &&
        isDeepStrictEqual(place.reference, content),
    )
  }

  /** Whether `pulumi up` keeps it as it must be. @param home what `~` stands for there */
  isPlace({ host, path, locator }: Declared, home: string): boolean {
    const same = normalizeHost(host)
    return this.#places.some(
      (place) => place.host === same && place.locator === locator && expandHome(place.path, home) === path,
    )
  }
}
