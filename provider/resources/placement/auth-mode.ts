import type { FileSnapshot } from "../../../hosts/host.ts"
import { json5 } from "../../../places/json5/json5.ts"
import { authKeys } from "../../../products/auth-modes.ts"
import type { Credential } from "../../../products/readers.ts"
import { activeValue, placeSnapshotIn } from "../../hosts/place.ts"
import type { PlacementInputs } from "./inputs.ts"

/** The place's credential, if it is the one by which a gateway's config says how clients authenticate. */
export function credentialOf({
  locator,
  format,
  must,
}: Pick<PlacementInputs, "locator" | "format" | "must">): Credential | undefined {
  if (must === "nothing" || format !== "json5") return undefined
  return (["token", "password"] as const).find((each) => authKeys[each] === locator)
}

export function otherThan(credential: Credential): Credential {
  return credential === "token" ? "password" : "token"
}

/** What a config says of its mode: undefined if it sets none. */
function modeIn(look: FileSnapshot): string | undefined {
  return activeValue(placeSnapshotIn(look, json5, authKeys.mode))
}

/**
 * Tells whether the mode has to be set together with the credential. Without a mode a password alone is enough, unless
 * it is a reference; beside the other credential the gateway would not start.
 */
export function setsMode(look: FileSnapshot, credential: Credential, isReference: boolean): boolean {
  const mode = modeIn(look)
  if (mode !== undefined) return mode === otherThan(credential)
  return hasOther(look, credential) || (credential === "password" && isReference)
}

function hasOther(look: FileSnapshot, credential: Credential): boolean {
  const seen = placeSnapshotIn(look, json5, authKeys[otherThan(credential)])
  return seen.kind === "content" && seen.found.kind !== "missing"
}

/** Sets the mode and removes the other credential: one write, so that no start sees half of it. */
export function withMode(
  look: FileSnapshot,
  bytes: Uint8Array,
  credential: Credential,
  isReference: boolean,
): Uint8Array {
  if (!setsMode(look, credential, isReference)) return bytes
  return json5.drop(json5.put(bytes, authKeys.mode, credential), authKeys[otherThan(credential)])
}

/** Describes what else the write of the credential changes; undefined if nothing. */
export function describeAuthMode(look: FileSnapshot, inputs: PlacementInputs): string | undefined {
  const credential = credentialOf(inputs)
  if (!credential || !setsMode(look, credential, inputs.must === "reference")) return undefined
  const gone = hasOther(look, credential) ? ` and ${authKeys[otherThan(credential)]} is removed` : ""
  return `in the same write ${authKeys.mode} is set to ${credential}${gone}`
}

/** Whether the config that holds the credential says that none is checked, so that the place alone proves nothing. */
export function checksNone(look: FileSnapshot, inputs: PlacementInputs): boolean {
  const mode = credentialOf(inputs) && modeIn(look)
  return mode !== undefined && mode !== "token" && mode !== "password"
}

/** Describes a mode by which the declared password does not count; undefined if it counts. */
export function modeDrift(look: FileSnapshot, inputs: PlacementInputs): string | undefined {
  if (credentialOf(inputs) !== "password" || !setsMode(look, "password", inputs.must === "reference")) return undefined
  const mode = modeIn(look)
  return `${authKeys.mode} is ${mode ?? "not set"}`
}
