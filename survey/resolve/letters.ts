import { describeValue } from "../../core/holds.ts"
import type { Ring } from "../../core/ring.ts"
import type { Secret } from "../../core/secret.ts"
import { isPublicDefault } from "../../core/strength.ts"
import type { World } from "./world.ts"

/** A gateway's token is A. @param ring by which tokens are named by their generation */
export function lettersOf({ gateways }: World, ring: Ring | undefined): Letters {
  const letters = new Letters(ring)
  for (const { live } of gateways) if (live.wins?.value) letters.letterOf(live.wins.value)
  return letters
}

/** Equal letters, equal tokens: all that is shown of a token which no stack knows. */
export class Letters {
  /** By value, at which place it was asked for first. */
  readonly #values = new Map<string, number>()
  readonly #ring: Ring | undefined

  constructor(ring?: Ring) {
    this.#ring = ring
  }

  /** `A`, `B` … `Z`, `AA` …, in the order in which they are first asked for. */
  letterOf(value: Secret): string {
    const known = this.#values.get(value.reveal())
    if (known === undefined) this.#values.set(value.reveal(), this.#values.size)
    return letters(known ?? this.#values.size - 1)
  }

  /** The same in a sentence: `B`, `B, the public default clawdbot-local-dev`, `A, generation 2 (fp:1f3a9c07)`. */
  describe(value: Secret): string {
    const said = this.meaningOf(value)
    return [this.letterOf(value), ...(said ? [said] : [])].join(", ")
  }

  /** Whether everybody knows it. */
  isPublic(value: Secret): boolean {
    return isPublicDefault(value.reveal()) && describeValue(value.reveal(), this.#ring).code === "default"
  }

  /** What is known of it besides its letter. */
  meaningOf(value: Secret): string | undefined {
    const known = this.#ring || isPublicDefault(value.reveal())
    const { code, message } = describeValue(value.reveal(), this.#ring)
    return known && code !== "foreign" ? message : undefined
  }
}

function letters(at: number): string {
  const last = String.fromCharCode(65 + (at % 26))
  return at < 26 ? last : letters(Math.floor(at / 26) - 1) + last
}
