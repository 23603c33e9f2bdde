import { Unreachable, UserError } from "../../../core/errors.ts"
import { findFormat, parsePlaceId } from "../../../core/place.ts"
import { hostOf } from "../../../hosts/index.ts"
import { holdsPasted } from "../../check-inputs.ts"
import { formatNamed, placeSnapshotIn } from "../../hosts/place.ts"
import type { Observed } from "../../resource.ts"
import { describeContent, isNothing } from "./evaluate.ts"
import type { PlacementInputs } from "./inputs.ts"

/** Imports a place as it is; which token it contains is known once it is bound to a Token. */
export async function importPlace(id: string): Promise<Observed> {
  const place = parsePlaceId(id)
  if (typeof place === "string") throw new UserError(place)
  const format = formatNamed(findFormat(place), place.path)
  const snapshot = placeSnapshotIn(await hostOf(place.host).readSnapshot(place.path), format, place.locator)
  if (snapshot.kind === "unreadable") throw new UserError(`${id}: ${snapshot.reason}`)
  if (snapshot.kind === "unreachable") throw new Unreachable(snapshot.reason, snapshot.advice)
  const content =
    snapshot.kind === "content" && snapshot.found.kind === "reference" ? snapshot.found.content : undefined
  const must: PlacementInputs["must"] = content !== undefined ? "reference" : isNothing(snapshot) ? "nothing" : "token"
  const reference = typeof content === "object" ? content : undefined
  if (holdsPasted("reference", reference))
    throw new UserError(
      `${id}: its reference contains what looks like a secret, and previews show references; declare the place`,
    )
  const inputs = { ...place, format: format.name, must, ...(reference ? { reference } : {}) }
  const holds = must === "token" ? "a token" : describeContent(snapshot, { ...inputs, holds: "" }, undefined)
  return { id, inputs: { ...inputs, holds }, outputs: { ...inputs, holds, imported: true } }
}
