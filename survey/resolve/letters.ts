import { describeValue } from "../../core/describe-token.ts"
import type { Ring } from "../../core/ring.ts"
import type { Secret } from "../../core/secret.ts"
import { isPublicDefault } from "../../core/strength.ts"
import type { World } from "./world.ts"

/** Assigns letters, beginning with the gateways' tokens. @param ring identifies a token's generation */
export function lettersOf({ gateways }: World, ring: Ring | undefined): Letters {
  const letters = new Letters(ring)
  for (const { live } of gateways) if (live.wins?.value) letters.letterOf(live.wins.value)
  return letters
}

/** Letters for tokens: equal letters are equal tokens. They are all that is shown of an unknown token. */
export class Letters {
  /** The index of each value, in the order of first use. */
  readonly #values = new Map<string, number>()
  readonly #ring: Ring | undefined

  constructor(ring?: Ring) {
    this.#ring = ring
  }

  /** Returns `A`, `B` … `Z`, `AA` …, in the order of first use. */
  letterOf(value: Secret): string {
    const known = this.#values.get(value.reveal())
    if (known === undefined) this.#values.set(value.reveal(), this.#values.size)
    return letters(known ?? this.#values.size - 1)
  }

  /** Describes a token: `B`, `B, the public default clawdbot-local-dev`, `A, generation 2 (fp:1f3a9c07)`. */
  describe(value: Secret): string {
    const meaning = this.meaningOf(value)
    return [this.letterOf(value), ...(meaning ? [meaning] : [])].join(", ")
  }

  /** Checks whether it is a public default. */
  isPublic(value: Secret): boolean {
    return isPublicDefault(value.reveal()) && describeValue(value.reveal(), this.#ring).code === "default"
  }

  /** Returns what is known of a token besides its letter. */
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
