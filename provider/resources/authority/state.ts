import type { Authority } from "../../../certificates/authority.ts"
import { type AuthoritySet, bundleOf, pemBlocks, seedOf } from "../../../certificates/authority-set.ts"
import { readAuthority } from "../../../certificates/read.ts"
import { type AuthorityStep, planOf } from "../../../core/authority-phase.ts"
import { Secret } from "../../../core/secret.ts"
import type { Properties } from "../../wire.ts"
import { stepIn } from "./inputs.ts"

/** Reads the authorities of a state, also of one that was written before there were generations. */
export function authoritySetIn(state: Properties): AuthoritySet {
  const { trusted } = planOf(stepIn(state))
  const domain = String(state.domain)
  const keys = blocksOf(textOf(state.key))
  const certificates = blocksOf(String(state.certificate))
  if (keys.length !== trusted.length || certificates.length !== trusted.length)
    throw new Error("the state has other authorities than its generation and phase")
  const authorities = new Map<number, Authority>()
  for (const [at, generation] of trusted.entries()) {
    const [certificate = "", key = ""] = [certificates[at], keys[at]]
    authorities.set(generation, { certificate, key: new Secret(key), domain })
  }
  const seed = state.seed === undefined ? seedOf({ key: new Secret(keys[0] ?? "") }) : new Secret(textOf(state.seed))
  return { domain, seed, authorities }
}

/** Makes the authority that a step adds, and drops the one that it removes. */
export async function movedTo(set: AuthoritySet, step: AuthorityStep, now: Date): Promise<AuthoritySet> {
  const authorities = new Map<number, Authority>()
  for (const generation of planOf(step).trusted)
    authorities.set(generation, set.authorities.get(generation) ?? (await made(set.domain, generation, now)))
  return { ...set, authorities }
}

/** Makes an authority. The library is loaded here, since every other resource waits for the Authority's Read. */
async function made(domain: string, generation: number, now: Date): Promise<Authority> {
  const { createAuthority } = await import("../../../certificates/authority.ts")
  return createAuthority(domain, now, generation)
}

/** Returns what the state keeps of the authorities. */
export function outputsOf(set: AuthoritySet): Properties {
  const all = [...set.authorities.values()]
  const { digest, until } = readAuthority(all.at(-1)?.certificate ?? "")
  return {
    certificate: bundleOf(set),
    key: new Secret(all.map(({ key }) => key.reveal()).join("")),
    digest,
    expires: until.toISOString(),
    seed: set.seed,
  }
}

/** Splits PEM; a single block stays as it is, since the seed of an earlier state derives from it. */
function blocksOf(text: string): string[] {
  const blocks = pemBlocks(text)
  return blocks.length === 1 ? [text] : blocks
}

function textOf(value: unknown): string {
  return value instanceof Secret ? value.reveal() : String(value)
}
