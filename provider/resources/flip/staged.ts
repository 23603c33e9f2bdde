import { Unreachable, UserError } from "../../../core/errors.ts"
import type { Secret } from "../../../core/secret.ts"
import { valueAt } from "../../hosts/place.ts"
import type { Run } from "../../run/run.ts"

/** The places that do not hold the token: looked at, unless this run has written it there. A place is named with why. */
export async function unstaged(
  run: Run,
  ids: readonly string[],
  wanted: Secret,
  fingerprint: string | undefined,
): Promise<string[]> {
  const looked = await Promise.all(
    ids.map(async (id) => {
      if (run.staged.has(id, fingerprint)) return undefined
      const value = await valueAt(id).catch((error) => {
        if (error instanceof UserError) return error
        throw error
      })
      // A host that may lag holds up nobody.
      if (value instanceof Unreachable && run.lagging.mayLag(id.split("|")[0] ?? "")) return undefined
      if (value instanceof UserError) return id
      return wanted.equals(value) ? undefined : id
    }),
  )
  return looked.filter((id) => id !== undefined)
}
