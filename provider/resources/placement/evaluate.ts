import { UserError } from "../../../core/errors.ts"
import type { Code, Finding } from "../../../core/finding.ts"
import { generateToken } from "../../../core/generations.ts"
import { omitUndefined } from "../../../core/given.ts"
import { evaluatePlace, isReadableByOthers, type PlaceSnapshot } from "../../../core/holds.ts"
import { formatPlaceId } from "../../../core/place.ts"
import { computeFingerprint, type Ring } from "../../../core/ring.ts"
import { Secret } from "../../../core/secret.ts"
import { hostOf } from "../../../hosts/index.ts"
import { activeValue, formatNamed, placeSnapshotIn } from "../../hosts/place.ts"
import { secretJson } from "../../inputs.ts"
import type { Run } from "../../run/run.ts"
import { type Properties, unknown } from "../../wire.ts"
import { credentialOf } from "./auth-mode.ts"
import { unknownValueError } from "./describe.ts"
import type { Goal } from "./edit.ts"
import { type PlacementInputs, wantOf } from "./inputs.ts"
import type { PlaceState } from "./state.ts"

/** What a placement's state remembers of its token, for a run without the Token (`--target`). */
export interface Memory {
  readonly ring?: Ring
  readonly value?: Secret
}

/** The token as this step knows it. */
export interface Binding {
  /** Undefined while the Token itself is only planned. */
  readonly ring: Ring | undefined
  readonly value: Secret | undefined
}

export function memoryIn({ ring, value }: Properties): Memory {
  const known = secretJson<Ring>(ring)
  return { ...(known ? { ring: known } : {}), ...(value instanceof Secret ? { value } : {}) }
}

/**
 * Returns the Token's values in this run, else what the state remembers. With `standIn`, a random token replaces one that
 * is not known yet: it only proves that the place can be written.
 * @throws UserError if neither has the wanted token
 */
export function bindingOf(run: Run, inputs: PlacementInputs, memory: Memory, { standIn = false } = {}): Binding {
  const { must, token, generation } = inputs
  const ring = run.tokens.ringOfToken(token) ?? memory.ring
  if (must !== "token") return { ring, value: undefined }
  if (token === undefined) throw new UserError(`${formatPlaceId(inputs)} is not bound to a Token`)
  const value = run.tokens.tokenValue(token, generation) ?? (isWanted(memory, inputs) ? memory.value : undefined)
  if (value) return { ring, value }
  if (standIn) return { ring, value: new Secret(generateToken()) }
  throw new UserError("the Token is not part of this run; drop `--target`, or target the Token as well")
}

/**
 * Returns what the state keeps. `revision` describes what was last requested: it changes with the declaration, and not
 * with a repair, so that a service which depends on it is checked only if it may have to act.
 */
export function outputsOf(run: Run, inputs: PlacementInputs, memory: Memory, preview: boolean): Properties {
  const properties: Properties = { ...inputs, revision: inputs.holds }
  if (preview) return { ...properties, ring: unknown, ...(inputs.must === "token" ? { value: unknown } : {}) }
  const { ring, value } = bindingOf(run, inputs, memory)
  return { ...properties, ring: ring && new Secret(JSON.stringify(ring)), value }
}

/** Reads the token that is in the place now. */
export async function valueIn({ host, path, format, locator }: PlacementInputs): Promise<Secret | undefined> {
  const value = activeValue(placeSnapshotIn(await hostOf(host).readSnapshot(path), formatNamed(format, path), locator))
  return value === undefined ? undefined : new Secret(value)
}

/** Returns what the place must become. With `fresh`, an unknown live value is refused. */
export function goalOf(run: Run, inputs: PlacementInputs, { ring, value }: Binding, fresh = false): Goal {
  const { must, reference, overwrite } = inputs
  return {
    format: formatNamed(inputs.format, inputs.path),
    locator: inputs.locator,
    credential: credentialOf(inputs),
    trust: run.trusts.back(inputs.host, inputs.path),
    content: must === "token" ? value : must === "reference" ? reference : undefined,
    isOurs: (value) => run.tokens.isOurs(ring, value),
    isOwn: (content) => run.places.isOwnReference(inputs, content),
    ...(fresh && !overwrite
      ? {
          refuse: (snapshot) =>
            unknownValueError(
              describeContent(snapshot, inputs, ring),
              inputs,
              ring !== undefined,
              isReference(snapshot),
            ),
        }
      : {}),
  }
}

function isReference(snapshot: PlaceSnapshot): boolean {
  return snapshot.kind === "content" && snapshot.found.kind === "reference"
}

export function describeContent(snapshot: PlaceSnapshot, inputs: PlacementInputs, ring: Ring | undefined): string {
  return findingOf(snapshot, inputs, ring).message
}

export function placeStateOf(snapshot: PlaceSnapshot, inputs: PlacementInputs, ring: Ring | undefined): PlaceState {
  const { code, foreignReference } = findingOf(snapshot, inputs, ring)
  return { found: code, open: isReadableByOthers(snapshot), ...omitUndefined({ foreignReference }) }
}

/** Returns the state of a place that was just written. */
export function writtenState({ must }: PlacementInputs): PlaceState {
  return { found: must === "token" ? "current" : must === "reference" ? "reference" : "missing", open: false }
}

/** Returns the state that this run found, or an earlier one. */
export function placeStateIn({ found, open, foreignReference }: Properties): Partial<PlaceState> {
  if (found === undefined) return {}
  return { found: found as Code, open: open === true, ...(foreignReference === true ? { foreignReference } : {}) }
}

export function findingOf(snapshot: PlaceSnapshot, inputs: PlacementInputs, ring: Ring | undefined): Finding {
  const want = wantOf(inputs) ?? { must: "token" as const, generation: 0, fingerprint: "" }
  return evaluatePlace(snapshot, want, ring)
}

export function isNothing(snapshot: PlaceSnapshot): boolean {
  return snapshot.kind === "no-file" || (snapshot.kind === "content" && snapshot.found.kind === "missing")
}

function isWanted({ ring, value }: Memory, inputs: PlacementInputs): boolean {
  return (
    ring !== undefined && value !== undefined && computeFingerprint(ring.key, value.reveal()) === inputs.fingerprint
  )
}
