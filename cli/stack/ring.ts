import { type Generations, createRing as ringIn } from "../../core/generations.ts"
import type { Ring } from "../../core/ring.ts"
import { exported, tokenIn } from "./exported.ts"
import type { StackFile } from "./stack.ts"

/**
 * By it tokens are named by their generation. Nothing where the state is not there, or cannot be decrypted without
 * asking: then letters alone tell equal tokens.
 */
export async function ringOf(stack: StackFile): Promise<Ring | undefined> {
  try {
    const held = tokenIn(await exported(stack, "secrets"))?.outputs?.generations as { plaintext?: string } | undefined
    const generations: Generations | undefined = held?.plaintext && JSON.parse(JSON.parse(held.plaintext))
    return generations && ringIn(generations)
  } catch {
    return undefined
  }
}
