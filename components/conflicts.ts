import { type Place, placeId } from "./place.ts"

/** A place and the member that declares it, such as `node` `tw`. */
export interface Owned {
  readonly kind: string
  readonly member: string
  readonly place: Place
}

/** Reports the places that cannot be declared together: the same place, or the same name, twice. */
export function conflicts(owned: readonly Owned[]): string[] {
  const places = new Map<string, Owned>()
  const names = new Map<string, Owned>()
  const problems: string[] = []
  for (const one of owned) {
    const { place } = one
    const same = places.get(placeId(place))
    const namesake = names.get(place.name)
    if (same) problems.push(twice(same, one))
    else if (namesake && !namesakes(namesake, one)) problems.push(oneName(namesake, one))
    places.set(placeId(place), same ?? one)
    names.set(place.name, namesake ?? one)
  }
  return problems
}

function oneName(one: Owned, other: Owned): string {
  return `${owner(one)} and ${owner(other)} both declare a place named "${one.place.name}"; rename one`
}

function owner({ kind, member }: Owned): string {
  return `${kind} ${member}`
}

function twice(one: Owned, other: Owned): string {
  const { host, path, locator } = one.place
  const what = differ(one.place, other.place)
    ? `need different contents in the same place (${wanted(one.place)}; ${wanted(other.place)})`
    : "declare the same place"
  const who = `"${one.place.name}" (${owner(one)}) and "${other.place.name}" (${owner(other)})`
  return `${who} ${what}: ${locator} in ${path} on ${host}; give one of them another host or home, or remove one`
}

function differ(one: Place, other: Place): boolean {
  return one.must !== other.must || JSON.stringify(one.reference) !== JSON.stringify(other.reference)
}

function wanted({ must }: Place): string {
  return { token: "the token", reference: "a reference", nothing: "nothing" }[must]
}

/** Checks for two members with one name: reported once, not for each of their places. */
function namesakes(one: Owned, other: Owned): boolean {
  return one.member === other.member && one.kind !== other.kind
}
