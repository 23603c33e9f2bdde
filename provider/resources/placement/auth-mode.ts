import type { FileSnapshot } from "../../../hosts/host.ts"
import { json5 } from "../../../places/json5/json5.ts"
import { authKeys } from "../../../products/auth-modes.ts"
import type { Credential } from "../../../products/readers.ts"
import type { TrustSetting } from "../../../products/trusted-proxy.ts"
import { activeValue, placeSnapshotIn } from "../../hosts/place.ts"
import { withSettings } from "../trusted-proxy/edit.ts"
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

/** The settings that go back from a gateway's trust in its guard, if it has one of this stack. */
export type Trust = readonly TrustSetting[] | undefined

/**
 * Checks whether the mode must be set together with the credential. Without a mode a password alone is enough, unless it
 * is a reference; with both credentials the gateway would not start.
 */
export function setsMode(look: FileSnapshot, credential: Credential, isReference: boolean, trust?: Trust): boolean {
  const mode = modeIn(look)
  if (mode === "trusted-proxy") return trust !== undefined
  if (mode !== undefined) return mode === otherThan(credential)
  return hasOther(look, credential) || (credential === "password" && isReference)
}

/** Checks whether the write of a credential ends the gateway's trust in a guard. */
export function endsTrust(
  look: FileSnapshot,
  { credential, trust }: { credential?: Credential | undefined; trust?: Trust },
) {
  return credential !== undefined && trust !== undefined && modeIn(look) === "trusted-proxy"
}

function hasOther(look: FileSnapshot, credential: Credential): boolean {
  const other = placeSnapshotIn(look, json5, authKeys[otherThan(credential)])
  return other.kind === "content" && other.found.kind !== "missing"
}

/** Sets the mode, and removes the other credential or the trust in a guard in one write, so that no start sees half of it. */
export function withMode(
  look: FileSnapshot,
  bytes: Uint8Array,
  credential: Credential,
  isReference: boolean,
  trust?: Trust,
): Uint8Array {
  if (!setsMode(look, credential, isReference, trust)) return bytes
  const before = modeIn(look) === "trusted-proxy" && trust ? withSettings(bytes, trust) : bytes
  return json5.drop(json5.put(before, authKeys.mode, credential), authKeys[otherThan(credential)])
}

/** Describes what else the write of the credential changes; undefined if nothing. */
export function describeAuthMode(look: FileSnapshot, inputs: PlacementInputs, trust?: Trust): string | undefined {
  const credential = credentialOf(inputs)
  if (!credential || !setsMode(look, credential, inputs.must === "reference", trust)) return undefined
  const hadTrust = modeIn(look) === "trusted-proxy" ? ", and its trust in a guard ends" : ""
  const gone = hasOther(look, credential) ? ` and ${authKeys[otherThan(credential)]} is removed` : hadTrust
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
