import { UserError } from "../../core/errors.ts"
import { run } from "./run.ts"
import type { StackFile } from "./stack.ts"

/** One resource of a stack's state, as far as we read it. */
export interface Resource {
  readonly type: string
  readonly urn?: string
  /** The URN of what it stands in. */
  readonly parent?: string
  /** When its last change was written; ISO 8601, UTC. */
  readonly modified?: string
  readonly inputs?: Properties
  readonly outputs?: Properties
}

interface Properties {
  readonly [key: string]: unknown
}

/**
 * The resources of a stack's state, without those that are only waiting for their deletion.
 * @param secrets in the clear, for which a passphrase is needed; else none is
 * @throws UserError when the state cannot be had
 */
export async function exported({ folder, stack }: StackFile, secrets?: "secrets"): Promise<readonly Resource[]> {
  const words = ["--non-interactive", "stack", "export", ...(secrets ? ["--show-secrets"] : []), "--stack", stack]
  const { code, stdout, reason } = await run(folder, "pulumi", ...words)
  if (code !== 0) throw new UserError(`pulumi stack export: ${reason}`)
  const resources: (Resource & { readonly delete?: boolean })[] = parsed(stdout).deployment?.resources ?? []
  return resources.filter((each) => each.delete !== true)
}

/** The one Token among them; nothing before the first `pulumi up`. @throws UserError where there are several */
export function tokenIn(resources: readonly Resource[]): Resource | undefined {
  const [token, ...more] = resources.filter(({ type }) => type === "gatekey:index:Token")
  if (more.length > 0) throw new UserError("the stack has more than one Token")
  return token
}

function parsed(text: string) {
  try {
    return JSON.parse(text)
  } catch {
    throw new UserError("pulumi stack export printed no JSON")
  }
}
