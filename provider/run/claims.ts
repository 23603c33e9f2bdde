/**
 * Which resource has which place in this run. Check claims for every declared placement, before the engine deletes
 * anything: deleting a claimed place does nothing, so a rename or a move never removes a live token.
 */
export class Claims {
  readonly #owners = new Map<string, string>()

  /** @returns the resource that has the place already, when it is another one */
  claim(place: string, urn: string): string | undefined {
    const owner = this.#owners.get(place)
    if (owner !== undefined && owner !== urn) return owner
    this.#owners.set(place, urn)
    return undefined
  }

  isClaimed(place: string): boolean {
    return this.#owners.has(place)
  }
}
