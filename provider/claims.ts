import { urnParts } from "../core/urn.ts"

/**
 * Which resource has which place in this run. Check claims for every declared placement, before the engine deletes
 * anything: deleting a claimed place does nothing, so a rename or a move never removes a live token.
 */
const claims = new Map<string, string>()

/** Claims it for a resource. @param what it is, in words @returns why that cannot be: another resource has it already */
export function claim(place: string, urn: string, what: string): string | undefined {
  const owner = claims.get(place)
  if (owner !== undefined && owner !== urn) {
    return `the ${what} is declared twice, by "${urnParts(owner).name}" as well; remove one of the two`
  }
  claims.set(place, urn)
  return undefined
}

export function isClaimed(place: string): boolean {
  return claims.has(place)
}
