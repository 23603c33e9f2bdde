import { createHash, randomBytes } from "node:crypto"
import { UserError } from "../core/errors.ts"
import { Secret } from "../core/secret.ts"
import type { Authority } from "./authority.ts"

/** The authorities of a stack: one, and two while one takes the place of the other. */
export interface AuthoritySet {
  /** The trust domain of their certificates' names, such as `home`. */
  readonly domain: string
  /** What the names of headers derive from, in hex: it stays when the authorities change. */
  readonly seed: Secret
  /** By generation, the earlier one first. */
  readonly authorities: ReadonlyMap<number, Authority>
}

export function createSeed(): Secret {
  return new Secret(randomBytes(32).toString("hex"))
}

/**
 * Returns the seed of a state without one. HMAC replaces a key that is longer than a block by its digest, so headers keep
 * the names that they had when they derived from the key itself, and the seed does not contain the key.
 */
export function seedOf({ key }: Pick<Authority, "key">): Secret {
  return new Secret(createHash("sha256").update(key.reveal()).digest("hex"))
}

/** Returns the authority of a generation. @throws UserError if the state does not have it */
export function authorityOf({ authorities }: AuthoritySet, generation: number): Authority {
  const found = authorities.get(generation)
  if (found) return found
  throw new UserError(
    `authority g${generation} is not part of this run; run \`pulumi up\` for the whole stack, without \`--target\``,
  )
}

/** Returns the certificates of these generations in one file, but for those that are not there; by default all. */
export function bundleOf({ authorities }: AuthoritySet, generations: readonly number[] = [...authorities.keys()]) {
  return generations.map((generation) => authorities.get(generation)?.certificate ?? "").join("")
}

/** Splits PEM into its blocks, each with a line break at its end. */
export function pemBlocks(text: string): string[] {
  return [...text.matchAll(/-----BEGIN ([A-Z ]+)-----[\s\S]*?-----END \1-----/g)].map(([block]) => `${block}\n`)
}

/** Describes generations: `g1`, `g1 and g2`. */
export function describeAuthorities(generations: readonly number[]): string {
  return generations.map((generation) => `g${generation}`).join(" and ")
}
