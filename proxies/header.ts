import { createHmac } from "node:crypto"
import type { AuthoritySet } from "../certificates/authority-set.ts"

/**
 * Returns the name of the header by which a guard tells its gateway who is there. Whoever knows it and reaches the gateway's
 * loopback could claim any identity, so it derives from a seed that is only in the state, and stays when the authority changes.
 * @param generation raised for another name
 */
export function identityHeader({ seed }: Pick<AuthoritySet, "seed">, generation: number): string {
  const bytes = createHmac("sha256", Buffer.from(seed.reveal(), "hex"))
    .update(`gatekey identity header ${generation}`)
    .digest("hex")
  return `x-gk-${bytes.slice(0, 32)}`
}
