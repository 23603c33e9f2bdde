import { Unreachable, UserError } from "../../core/errors.ts"
import type { Secret } from "../../core/secret.ts"
import { mayLag } from "../lagging.ts"
import { valueAt } from "../look.ts"

/** Which token this run has written where, by its fingerprint. */
const written = new Map<string, string>()

/** @param id of the place */
export function stage(id: string, fingerprint: string | undefined): void {
  if (fingerprint !== undefined) written.set(id, fingerprint)
}

/** The places that do not hold the token: looked at, unless this run has written it there. A place is named with why. */
export async function unstaged(
  ids: readonly string[],
  wanted: Secret,
  fingerprint: string | undefined,
): Promise<string[]> {
  const looked = await Promise.all(
    ids.map(async (id) => {
      if (fingerprint !== undefined && written.get(id) === fingerprint) return undefined
      const value = await valueAt(id).catch((error) => {
        if (error instanceof UserError) return error
        throw error
      })
      // A host that may lag holds up nobody.
      if (value instanceof Unreachable && mayLag(id.split("|")[0] ?? "")) return undefined
      if (value instanceof UserError) return id
      return wanted.equals(value) ? undefined : id
    }),
  )
  return looked.filter((id) => id !== undefined)
}
