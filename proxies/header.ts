import { createHmac } from "node:crypto"
import type { Authority } from "../certificates/authority.ts"

/**
 * Returns the name of the header by which a guard tells its gateway who is there. Whoever knows it and reaches the gateway's
 * loopback could claim any identity, so it is derived from the authority's key, which is in no other place than the state.
 * @param generation raised for another name
 */
export function identityHeader({ key }: Pick<Authority, "key">, generation: number): string {
  const bytes = createHmac("sha256", key.reveal()).update(`gatekey identity header ${generation}`).digest("hex")
  return `x-gk-${bytes.slice(0, 32)}`
}
