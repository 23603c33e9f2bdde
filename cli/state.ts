import { UserError } from "../core/errors.ts"
import { run } from "./run.ts"
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
export async function tokenState({ folder, stack }: StackFile): Promise<TokenState | undefined> {
  const { code, stdout, reason } = await run(folder, "pulumi", "--non-interactive", "stack", "export", "--stack", stack)
  if (code !== 0) throw new UserError(`pulumi stack export: ${reason}`)
  const tokens = resourcesIn(stdout).filter((each) => each.type === "gatekey:index:Token" && each.delete !== true)
  if (tokens.length > 1) throw new UserError("the stack has more than one Token")
  return tokens[0] && known(tokens[0].outputs ?? {})
}

interface Resource {
  readonly type: string
  readonly delete?: boolean
  readonly outputs?: { readonly [key: string]: unknown }
}

function resourcesIn(exported: string): readonly Resource[] {
  try {
    return JSON.parse(exported).deployment?.resources ?? []
  } catch {
    throw new UserError("pulumi stack export printed no JSON")
  }
}

function known({ generation, highest, created }: { readonly [key: string]: unknown }): TokenState {
  if (typeof generation !== "number" || typeof created !== "string" || Number.isNaN(Date.parse(created)))
    throw new UserError("the stack's state does not tell its token's generation; run: pulumi up")
  return { generation, highest: typeof highest === "number" ? highest : generation, created }
}
