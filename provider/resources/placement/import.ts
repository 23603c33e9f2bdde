import { Unreachable, UserError } from "../../../core/errors.ts"
import { findFormat, parsePlaceId } from "../../../core/place.ts"
import { hostOf } from "../../../hosts/index.ts"
import { holdsPasted } from "../../check-inputs.ts"
import { formatNamed, placeSnapshotIn } from "../../hosts/place.ts"
import type { Observed } from "../../resource.ts"
import { describeContent, isNothing } from "./evaluate.ts"
import type { PlacementInputs } from "./inputs.ts"

/** What stands at a place, taken into the state as it is; which token it is will be known once it is bound to one. */
export async function imported(id: string): Promise<Observed> {
  const place = parsePlaceId(id)
  if (typeof place === "string") throw new UserError(place)
  const format = formatNamed(findFormat(place), place.path)
  const seen = placeSnapshotIn(await hostOf(place.host).readSnapshot(place.path), format, place.locator)
  if (seen.kind === "unreadable") throw new UserError(`${id}: ${seen.reason}`)
  if (seen.kind === "unreachable") throw new Unreachable(seen.reason, seen.advice)
  const content = seen.kind === "content" && seen.found.kind === "reference" ? seen.found.content : undefined
  const must: PlacementInputs["must"] = content !== undefined ? "reference" : isNothing(seen) ? "nothing" : "token"
  const reference = typeof content === "object" ? content : undefined
  if (holdsPasted("reference", reference))
    throw new UserError(
      `${id}: its reference holds what looks like a secret, and a reference is shown; declare the place`,
    )
  const inputs = { ...place, format: format.name, must, ...(reference ? { reference } : {}) }
  const holds = must === "token" ? "a token" : describeContent(seen, { ...inputs, holds: "" }, undefined)
  return { id, inputs: { ...inputs, holds }, outputs: { ...inputs, holds, imported: true } }
}
