import { UserError } from "../../core/errors.ts"
import { type ExportedResource, exportState, tokenIn } from "./export-state.ts"
import type { StackFile } from "./stack.ts"

/** The unencrypted part of the Token in a stack's state. */
export interface TokenState {
  /** The generation in force. */
  readonly generation: number
  /** The highest generation that was ever in force. */
  readonly highest: number
  /** When the generation in force was made; ISO 8601, UTC. */
  readonly created: string
}

/**
 * Reads the stack's Token; undefined before the first `pulumi up`. It reads the state without its secrets, and needs no
 * passphrase.
 * @throws UserError if the state is not complete
 */
export async function readTokenState(stack: StackFile): Promise<TokenState | undefined> {
  const token = tokenIn(await exportState(stack))
  return token && stateIn(token)
}

/** Returns the Token's state. @throws UserError if it is not complete */
export function stateIn({ outputs = {} }: ExportedResource): TokenState {
  const { generation, highest, created } = outputs
  if (typeof generation !== "number" || typeof created !== "string" || Number.isNaN(Date.parse(created)))
    throw new UserError("the stack's state does not contain the Token's generation; run: pulumi up")
  return { generation, highest: typeof highest === "number" ? highest : generation, created }
}
