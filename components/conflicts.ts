import { type Place, placeId } from "./place.ts"

/** A place with the member that declares it, such as `node` `tw`. */
export interface DeclaredPlace {
  readonly kind: string
  readonly member: string
  readonly place: Place
}

/** Reports the places that cannot be declared together: the same place, or the same name, twice. */
export function findConflicts(owned: readonly DeclaredPlace[]): string[] {
  const places = new Map<string, DeclaredPlace>()
  const names = new Map<string, DeclaredPlace>()
  const problems: string[] = []
  for (const one of owned) {
    const { place } = one
    const same = places.get(placeId(place))
    const namesake = names.get(place.name)
    if (same) problems.push(describeConflict(same, one))
    else if (namesake && !haveSameMemberName(namesake, one)) problems.push(describeSameName(namesake, one))
    places.set(placeId(place), same ?? one)
    names.set(place.name, namesake ?? one)
  }
  return problems
}

function describeSameName(one: DeclaredPlace, other: DeclaredPlace): string {
  return `${describeMember(one)} and ${describeMember(other)} both declare a place named "${one.place.name}"; rename one`
}

function describeMember({ kind, member }: DeclaredPlace): string {
  return `${kind} ${member}`
}

function describeConflict(one: DeclaredPlace, other: DeclaredPlace): string {
  const { host, path, locator } = one.place
  const what = differInContent(one.place, other.place)
    ? `need different contents in the same place (${describeRequirement(one.place)}; ${describeRequirement(other.place)})`
    : "declare the same place"
  const who = `"${one.place.name}" (${describeMember(one)}) and "${other.place.name}" (${describeMember(other)})`
  return `${who} ${what}: ${locator} in ${path} on ${host}; give one of them another host or home, or remove one`
}

function differInContent(one: Place, other: Place): boolean {
  return one.must !== other.must || JSON.stringify(one.reference) !== JSON.stringify(other.reference)
}

function describeRequirement({ must }: Place): string {
  return { token: "the token", reference: "a reference", nothing: "nothing" }[must]
}

/** Checks for two members with one name: reported once, not for each of their places. */
function haveSameMemberName(one: DeclaredPlace, other: DeclaredPlace): boolean {
  return one.member === other.member && one.kind !== other.kind
}
