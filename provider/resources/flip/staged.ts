import { Unreachable, UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import type { Secret } from "../../../core/secret.ts"
import { valueAt } from "../../hosts/place.ts"
import type { Run } from "../../run/run.ts"

/** Lists the places that do not contain the token; it reads those that this run has not written. */
export async function findUnstaged(
  run: Run,
  ids: readonly string[],
  wanted: Secret,
  fingerprint: string | undefined,
): Promise<string[]> {
  const missing = await Promise.all(
    ids.map(async (id) => {
      if (run.staged.has(id, fingerprint)) return undefined
      const value = await valueAt(id).catch((error) => {
        if (error instanceof UserError) return error
        throw error
      })
      // A host that may be behind does not delay the others.
      if (value instanceof Unreachable && run.lagging.mayLag(id.split("|")[0] ?? "")) return undefined
      if (value instanceof UserError) return id
      return wanted.equals(value) ? undefined : id
    }),
  )
  return missing.filter((id) => id !== undefined)
}

export function describeUnstaged(missing: readonly string[]): string {
  const list = missing
    .slice(0, 5)
    .map((each) => shown(each))
    .join(", ")
  const more = missing.length > 5 ? ` and ${missing.length - 5} more` : ""
  return `the gateway keeps its token, because these places do not contain the new one yet: ${list}${more}. Run \`pulumi up\` without --target`
}
