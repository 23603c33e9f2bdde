import { UserError } from "../../core/errors.ts"
import { runProgram } from "./run-program.ts"
import type { StackFile } from "./stack.ts"

/** One resource of a stack's state, as far as gatekey reads it. */
export interface ExportedResource {
  readonly type: string
  readonly urn?: string
  readonly id?: string
  /** The URN of its parent. */
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
 * Reads the resources of a stack's state, without those that are pending deletion.
 * @param secrets decrypt secrets, which needs a passphrase
 * @throws UserError if `pulumi stack export` fails
 */
export async function exportState(
  { folder, stack }: StackFile,
  secrets?: "secrets",
): Promise<readonly ExportedResource[]> {
  const args = ["--non-interactive", "stack", "export", ...(secrets ? ["--show-secrets"] : []), "--stack", stack]
  const { code, stdout, reason } = await runProgram(folder, "pulumi", ...args)
  if (code !== 0) throw new UserError(`pulumi stack export: ${reason}`)
  const resources: (ExportedResource & { readonly delete?: boolean })[] =
    parseExport(stdout).deployment?.resources ?? []
  return resources.filter((each) => each.delete !== true)
}

/** Returns the only Token; undefined before the first `pulumi up`. @throws UserError if there are several */
export function tokenIn(resources: readonly ExportedResource[]): ExportedResource | undefined {
  const [token, ...more] = resources.filter(({ type }) => type === "gatekey:index:Token")
  if (more.length > 0) throw new UserError("the stack has more than one Token")
  return token
}

function parseExport(text: string) {
  try {
    return JSON.parse(text)
  } catch {
    throw new UserError("`pulumi stack export` did not print JSON")
  }
}
