import { parseDuration } from "../../core/duration.ts"
import { UserError } from "../../core/errors.ts"
import { formatMinute } from "../../core/time.ts"
import type { Rotation } from "../stack/rotation.ts"
import type { TokenState } from "../stack/state.ts"

/**
 * Why no new generation is due yet, in words; nothing when one is.
 * @param now milliseconds since 1970
 * @throws UserError when it cannot be told
 */
export function notDue(declared: Rotation, state: TokenState | undefined, now: number): string | undefined {
  const { maxAge, rotation } = declared
  const age = maxAge === undefined ? undefined : parseDuration(maxAge)
  if (age === undefined)
    throw new UserError("gatekey:token has no maxAge, so nothing is ever due; add one, such as maxAge: 30d")
  if (!state) return `generation ${rotation} is not in force yet; run: pulumi up`
  const { generation, created } = state
  if (rotation !== generation) return `generation ${rotation} is declared, ${generation} is in force; run: pulumi up`
  const due = Date.parse(created) + age
  if (due <= now) return undefined
  return `generation ${generation} is not due before ${formatMinute(due)} (maxAge: ${maxAge})`
}
