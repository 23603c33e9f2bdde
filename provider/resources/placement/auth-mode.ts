import type { FileSnapshot } from "../../../hosts/host.ts"
import { json5 } from "../../../places/json5/json5.ts"
import { authKeys } from "../../../products/auth-modes.ts"
import type { Credential } from "../../../products/readers.ts"
import { activeValue, placeSnapshotIn } from "../../hosts/place.ts"
import type { PlacementInputs } from "./inputs.ts"

/** Returns the place's credential, if the place is a gateway's own setting of it. */
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

/** Returns the mode that a config sets; undefined if it sets none. */
function modeIn(look: FileSnapshot): string | undefined {
  return activeValue(placeSnapshotIn(look, json5, authKeys.mode))
}

/**
 * Checks whether the mode must be set together with the credential. Without a mode a password alone is enough, unless it
 * is a reference; with both credentials the gateway would not start.
 */
export function setsMode(look: FileSnapshot, credential: Credential, isReference: boolean): boolean {
  const mode = modeIn(look)
  if (mode !== undefined) return mode === otherThan(credential)
  return hasOther(look, credential) || (credential === "password" && isReference)
}

function hasOther(look: FileSnapshot, credential: Credential): boolean {
  const other = placeSnapshotIn(look, json5, authKeys[otherThan(credential)])
  return other.kind === "content" && other.found.kind !== "missing"
}

/** Sets the mode and removes the other credential in one write, so that no start sees half of it. */
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

/** Checks whether the config's mode checks no credential, so that the place alone proves nothing. */
export function checksNone(look: FileSnapshot, inputs: PlacementInputs): boolean {
  const mode = credentialOf(inputs) && modeIn(look)
  return mode !== undefined && mode !== "token" && mode !== "password"
}

/** Describes a mode that ignores the declared password; undefined if it counts. */
export function modeDrift(look: FileSnapshot, inputs: PlacementInputs): string | undefined {
  if (credentialOf(inputs) !== "password" || !setsMode(look, "password", inputs.must === "reference")) return undefined
  const mode = modeIn(look)
  return `${authKeys.mode} is ${mode ?? "not set"}`
}
