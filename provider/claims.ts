/**
 * Which resource has which place in this run. Check claims for every declared placement, before the engine deletes
 * anything: deleting a claimed place does nothing, so a rename or a move never removes a live token.
 */
const claims = new Map<string, string>()

/** @returns the resource that has the place already, when it is another one */
export function claim(place: string, urn: string): string | undefined {
  const owner = claims.get(place)
  if (owner !== undefined && owner !== urn) return owner
  claims.set(place, urn)
  return undefined
}

export function isClaimed(place: string): boolean {
  return claims.has(place)
}
