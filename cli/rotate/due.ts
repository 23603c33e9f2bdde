import { parseDuration } from "../../core/duration.ts"
import { UserError } from "../../core/errors.ts"
import { formatMinute } from "../../core/time.ts"
import type { Rotation } from "../stack/declared-rotation.ts"
import type { TokenState } from "../stack/state.ts"

/**
 * Describes why no new generation is due yet; undefined if one is.
 * @param now milliseconds since 1970
 * @throws UserError if there is no `maxAge`
 */
export function describeNotDue(declared: Rotation, state: TokenState | undefined, now: number): string | undefined {
  const { maxAge, rotation } = declared
  const age = maxAge === undefined ? undefined : parseDuration(maxAge)
  if (age === undefined)
    throw new UserError("gatekey:token has no maxAge, so no rotation is ever due; add one, such as maxAge: 30d")
  if (!state) return `generation ${rotation} is not in force yet; run: pulumi up`
  const { generation, created } = state
  if (rotation !== generation) return `generation ${rotation} is declared, ${generation} is in force; run: pulumi up`
  const due = Date.parse(created) + age
  if (due <= now) return undefined
  return `generation ${generation} is not due before ${formatMinute(due)} (maxAge: ${maxAge})`
}
