import { UserError } from "../../core/errors.ts"
import { exported, type Resource, tokenIn } from "./exported.ts"
import type { StackFile } from "./stack.ts"

/** What stands in the open in a stack's state of its Token. */
export interface TokenState {
  /** In force. */
  readonly generation: number
  /** The highest that was ever given. */
  readonly highest: number
  /** When the one in force was made; ISO 8601, UTC. */
  readonly created: string
}

/**
 * What the stack knows of its Token; nothing before its first `pulumi up`. The state is read without its secrets, so no
 * passphrase is needed.
 * @throws UserError when it cannot be told
 */
export async function tokenState(stack: StackFile): Promise<TokenState | undefined> {
  const token = tokenIn(await exported(stack))
  return token && stateIn(token)
}

/** @throws UserError when it cannot be told */
export function stateIn({ outputs = {} }: Resource): TokenState {
  const { generation, highest, created } = outputs
  if (typeof generation !== "number" || typeof created !== "string" || Number.isNaN(Date.parse(created)))
    throw new UserError("the stack's state does not tell its token's generation; run: pulumi up")
  return { generation, highest: typeof highest === "number" ? highest : generation, created }
}
