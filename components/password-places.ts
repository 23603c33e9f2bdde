import type { Place } from "./place.ts"

interface HeldPlaces {
  readonly holding: readonly Place[]
  readonly cleared: readonly Place[]
}

/**
 * Turns a member's places into those of one that authenticates by a password: the secret is under the password's key
 * instead of the token's, and no other place has either. The places of a token keep their names, so that a change of the
 * mode shows what comes and what goes.
 * @param key the config key of the token
 * @param who the member's name
 */
export function passwordPlaces({ holding, cleared }: HeldPlaces, key: string, who: string): HeldPlaces {
  const tokens = holding.filter(({ locator }) => locator === key).map((place) => clearedPlace(place, who))
  return {
    holding: holding.map((place) => (place.locator === key ? passwordPlace(place) : place)),
    cleared: [...tokens, ...withPasswords(cleared)],
  }
}

/** Adds to the places of a token those of a password beside them. */
export function withPasswords(places: readonly Place[]): Place[] {
  return places.flatMap((place) => (isOfToken(place) ? [place, passwordPlace(place)] : [place]))
}

const token = /(?:^|[._-])token$/i

function isOfToken({ locator }: Place): boolean {
  return token.test(locator)
}

function passwordPlace(place: Place): Place {
  const { name, locator, why } = place
  const last = locator.endsWith("N") ? "PASSWORD" : "password"
  return {
    ...place,
    name: name.endsWith(" token") ? name.replace(/token$/, "password") : `${name} password`,
    locator: locator.replace(/token$/i, last),
    ...(why === undefined ? {} : { why: why.replaceAll("token", "password") }),
  }
}

function clearedPlace({ name, host, path, locator, format, overwrite }: Place, who: string): Place {
  return {
    ...{ name, host, path, locator, must: "nothing", why: `${who} authenticates by a password` },
    ...(format === undefined ? {} : { format }),
    ...(overwrite === undefined ? {} : { overwrite }),
  }
}
