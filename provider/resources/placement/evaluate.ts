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
import { refusal } from "./describe.ts"
import type { Goal } from "./edit.ts"
import { type PlacementInputs, wantOf } from "./inputs.ts"
import type { PlaceState } from "./state.ts"

/** What a placement's state remembers of its token, for a run in which the Token has no part (`--target`). */
export interface Memory {
  readonly ring?: Ring
  readonly value?: Secret
}

/** The token as this step knows it. */
export interface Binding {
  /** Nothing while the Token itself is only planned. */
  readonly ring: Ring | undefined
  readonly value: Secret | undefined
}

export function remembered({ ring, value }: Properties): Memory {
  const known = secretJson<Ring>(ring)
  return { ...(known ? { ring: known } : {}), ...(value instanceof Secret ? { value } : {}) }
}

/**
 * The Token's word in this run, else what the state remembers. With `standIn` a token that is not known yet is stood for
 * by one of the same form: what is proved then is that it can be written.
 * @throws UserError when the token that is wanted is in neither
 */
export function bindingOf(run: Run, inputs: PlacementInputs, memory: Memory, { standIn = false } = {}): Binding {
  const { must, token, generation } = inputs
  const ring = run.tokens.ringOfToken(token) ?? memory.ring
  if (must !== "token") return { ring, value: undefined }
  if (token === undefined) throw new UserError(`${formatPlaceId(inputs)} is bound to no token`)
  const value = run.tokens.tokenValue(token, generation) ?? (isWanted(memory, inputs) ? memory.value : undefined)
  if (value) return { ring, value }
  if (standIn) return { ring, value: new Secret(generateToken()) }
  throw new UserError("its Token has no part in this run; leave --target out, or target the Token as well")
}

/**
 * What the state keeps. `revision` is what was last asked for, in words: it changes with what is declared, and not with
 * a write that puts back what was there, so that a service which takes it is looked at only when it may have to act.
 */
export function outputsOf(run: Run, inputs: PlacementInputs, memory: Memory, preview: boolean): Properties {
  const properties: Properties = { ...inputs, revision: inputs.holds }
  if (preview) return { ...properties, ring: unknown, ...(inputs.must === "token" ? { value: unknown } : {}) }
  const { ring, value } = bindingOf(run, inputs, memory)
  return { ...properties, ring: ring && new Secret(JSON.stringify(ring)), value }
}

/** The token that stands in the place now. */
export async function valueIn({ host, path, format, locator }: PlacementInputs): Promise<Secret | undefined> {
  const value = activeValue(placeSnapshotIn(await hostOf(host).readSnapshot(path), formatNamed(format, path), locator))
  return value === undefined ? undefined : new Secret(value)
}

/** With `fresh`, a live value that nobody knows is refused. */
export function goalOf(run: Run, inputs: PlacementInputs, { ring, value }: Binding, fresh = false): Goal {
  const { must, reference, overwrite } = inputs
  return {
    format: formatNamed(inputs.format, inputs.path),
    locator: inputs.locator,
    credential: credentialOf(inputs),
    content: must === "token" ? value : must === "reference" ? reference : undefined,
    isOurs: (value) => run.tokens.isOurs(ring, value),
    isOwn: (content) => run.places.isOwnReference(inputs, content),
    ...(fresh && !overwrite
      ? {
          refuse: (seen) => refusal(describeContent(seen, inputs, ring), inputs, ring !== undefined, isReference(seen)),
        }
      : {}),
  }
}

function isReference(seen: PlaceSnapshot): boolean {
  return seen.kind === "content" && seen.found.kind === "reference"
}

export function describeContent(seen: PlaceSnapshot, inputs: PlacementInputs, ring: Ring | undefined): string {
  return findingOf(seen, inputs, ring).message
}

export function placeStateOf(seen: PlaceSnapshot, inputs: PlacementInputs, ring: Ring | undefined): PlaceState {
  const { code, foreignReference } = findingOf(seen, inputs, ring)
  return { found: code, open: isReadableByOthers(seen), ...omitUndefined({ foreignReference }) }
}

/** Of a place that was just written. */
export function writtenState({ must }: PlacementInputs): PlaceState {
  return { found: must === "token" ? "current" : must === "reference" ? "reference" : "missing", open: false }
}

/** What this run's look saw, or an earlier one. */
export function placeStateIn({ found, open, foreignReference }: Properties): Partial<PlaceState> {
  if (found === undefined) return {}
  return { found: found as Code, open: open === true, ...(foreignReference === true ? { foreignReference } : {}) }
}

export function findingOf(seen: PlaceSnapshot, inputs: PlacementInputs, ring: Ring | undefined): Finding {
  const want = wantOf(inputs) ?? { must: "token" as const, generation: 0, fingerprint: "" }
  return evaluatePlace(seen, want, ring)
}

export function isNothing(seen: PlaceSnapshot): boolean {
  return seen.kind === "no-file" || (seen.kind === "content" && seen.found.kind === "missing")
}

function isWanted({ ring, value }: Memory, inputs: PlacementInputs): boolean {
  return (
    ring !== undefined && value !== undefined && computeFingerprint(ring.key, value.reveal()) === inputs.fingerprint
  )
}
