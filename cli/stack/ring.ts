import { type Generations, createRing as ringIn } from "../../core/generations.ts"
import type { Ring } from "../../core/ring.ts"
import { exportState, tokenIn } from "./export-state.ts"
import type { StackFile } from "./stack.ts"

/**
 * Reads the ring, which identifies a token's generation. Undefined if there is no state, or it cannot be decrypted without
 * a passphrase: then only letters mark equal tokens.
 */
export async function readRing(stack: StackFile): Promise<Ring | undefined> {
  try {
    const held = tokenIn(await exportState(stack, "secrets"))?.outputs?.generations as
      | { plaintext?: string }
      | undefined
    const generations: Generations | undefined = held?.plaintext && JSON.parse(JSON.parse(held.plaintext))
    return generations && ringIn(generations)
  } catch {
    return undefined
  }
}
