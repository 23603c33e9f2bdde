import { parseUrn } from "../../core/urn.ts"

/**
 * Records which resource manages which place in this run. Check claims every declared placement before the engine deletes
 * anything: deleting a claimed place does nothing, so a rename or a move never removes a live token.
 */
export class Claims {
  readonly #owners = new Map<string, string>()

  /** Claims a place for a resource. @param what describes it @returns why that fails: another resource has it already */
  claim(place: string, urn: string, what: string): string | undefined {
    const owner = this.#owners.get(place)
    if (owner !== undefined && owner !== urn)
      return `the ${what} is declared twice, by "${parseUrn(owner).name}" as well; remove one of the two`
    this.#owners.set(place, urn)
    return undefined
  }

  isClaimed(place: string): boolean {
    return this.#owners.has(place)
  }
}
