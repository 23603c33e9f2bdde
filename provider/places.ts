import { sameHost } from "../core/host.ts"

interface Declared {
  readonly host: string
  readonly path: string
  readonly locator: string
}

/** The places that this run has come by, in the state or in the program. */
const places: Declared[] = []

export function notePlace({ host, path, locator }: Declared): void {
  places.push({ host: sameHost(host), path, locator })
}

/** Whether `pulumi up` keeps it as it must be. @param home what `~` stands for there */
export function isPlace({ host, path, locator }: Declared, home: string): boolean {
  const same = sameHost(host)
  return places.some(
    (place) => place.host === same && place.locator === locator && place.path.replace(/^~(?=\/)/, home) === path,
  )
}
