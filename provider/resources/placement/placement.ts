import type { FormatName } from "../../../core/content.ts"
import { Unreachable, UserError } from "../../../core/errors.ts"
import { shellWord } from "../../../core/escape.ts"
import { describeExpected } from "../../../core/holds.ts"
import { formatPlaceId } from "../../../core/place.ts"
import { hostOf } from "../../../hosts/index.ts"
import { declared } from "../../declare.ts"
import { activeValue, formatNamed, placeSnapshotIn } from "../../hosts/place.ts"
import type { Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { updatePlace } from "./act.ts"
import { checksNone, modeDrift } from "./auth-mode.ts"
import { describeDestroy } from "./describe.ts"
import { previewCreate } from "./dry-run.ts"
import { dropOurs } from "./edit.ts"
import {
  bindingOf,
  describeContent,
  goalOf,
  isNothing,
  type Memory,
  memoryIn,
  outputsOf,
  placeStateOf,
  writtenState,
} from "./evaluate.ts"
import { importPlace } from "./import.ts"
import { completed, identity, isKnown, type PlacementInputs, placementDeclaration, wantOf } from "./inputs.ts"
import { hasOtherNames } from "./names.ts"
import { withRemoved } from "./removed.ts"
import type { PlaceState } from "./state.ts"
import { describeUnreachable, lastStateIn } from "./unreachable.ts"
import { writePlace } from "./write.ts"

export const placement: Resource = {
  async check({ run, urn, news }) {
    const { inputs, failures = [] } = completed(news)
    if (failures.length > 0 || !isKnown(inputs)) return { inputs, failures }
    run.places.notePlace(inputs)
    const reason = run.claims.claim(await claimOf(inputs), urn, `place ${formatPlaceId(inputs)}`)
    if (reason === undefined) return { inputs }
    return { inputs, failures: [{ property: "path", reason }] }
  },

  diff({ olds, news }) {
    const replaces = identity.filter((key) => olds[key] !== news[key])
    const imported = olds.imported === true && olds.must === news.must
    const drifted = !imported && olds.holds !== news.holds
    return { changes: [...replaces, ...(drifted ? ["holds"] : [])], replaces }
  },

  async create({ run, news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: news }
    const inputs: PlacementInputs = news
    const memory: Memory = {}
    if (preview) {
      const snapshot = await previewCreate(run, inputs, memory, log)
      return { id: formatPlaceId(inputs), outputs: { ...outputsOf(run, inputs, memory, preview), ...snapshot } }
    }
    const removed = await writePlace(run, inputs, memory, { fresh: true, log })
    const outputs = { ...outputsOf(run, inputs, memory, preview), ...writtenState(inputs), ...withRemoved({}, removed) }
    return { id: formatPlaceId(inputs), outputs }
  },

  async read({ run, id, inputs, state, log }) {
    if (inputs.must === undefined) return importPlace(id)
    const known = placeIn(inputs)
    run.places.notePlace(known)
    const { holds, unreachable, ...snapshot } = await observePlace(run, known, memoryIn(state))
    const drifted = holds !== completed(inputs).inputs.holds || (await hasOtherNames(known))
    if (drifted && unreachable === undefined) run.troubles.noteTrouble(known.host, known.path)
    const now =
      unreachable === undefined
        ? { holds, last: undefined, lastFound: undefined }
        : describeUnreachable(inputs, lastStateIn(state), unreachable).outputs
    if (known.must !== "nothing" && run.command.destroying()) log("warning", describeDestroy(known))
    const { imported: _, ...kept } = state
    const want = wantOf(inputs)
    const revision = state.revision ?? (want && describeExpected(want))
    return {
      id,
      inputs: { ...inputs, holds: now.holds },
      outputs: { ...kept, ...inputs, ...now, ...snapshot, revision },
    }
  },

  update: (request) => updatePlace(request),

  async delete({ run, urn, olds, log }) {
    const inputs = placeIn(olds)
    const bound = inputs.must !== "token" || inputs.token !== undefined
    if (!bound || run.claims.isClaimed(await claimOf(inputs))) return
    const binding = bindingOf(run, inputs, memoryIn(olds), { standIn: true })
    let left: string | undefined
    await hostOf(inputs.host)
      .edit(inputs.path, (look) => {
        const edit = dropOurs(look, goalOf(run, inputs, binding))
        const snapshot = placeSnapshotIn(look, formatNamed(inputs.format, inputs.path), inputs.locator)
        left = edit || isNothing(snapshot) ? undefined : describeContent(snapshot, inputs, binding.ring)
        return edit
      })
      .catch((error) => {
        throw withForgetCommand(error, urn)
      })
    if (left && inputs.must !== "nothing")
      log("warning", `contains ${left}, which is not the stack's; it is not removed`)
  },
}

export function placeIn(properties: Properties): PlacementInputs {
  return { ...declared(placementDeclaration, properties), format: properties.format as FormatName }
}

interface Observed extends PlaceState {
  readonly holds: string
  /** Why its host does not answer. */
  readonly unreachable?: string
}

async function observePlace(run: Run, inputs: PlacementInputs, memory: Memory): Promise<Observed> {
  const { host, path, format, locator, token } = inputs
  const look = await hostOf(host).readFirstSnapshot(path)
  const snapshot = placeSnapshotIn(look, formatNamed(format, path), locator)
  const ring = await run.tokens.ringFor(token, memory.ring, activeValue(snapshot))
  if (checksNone(look, inputs)) run.troubles.noteTrouble(inputs.host, inputs.path)
  const drift = modeDrift(look, inputs)
  const holds = describeContent(snapshot, inputs, ring)
  return {
    holds: drift ? `${holds}, but ${drift}` : holds,
    ...placeStateOf(snapshot, inputs, ring),
    ...(snapshot.kind === "unreachable" ? { unreachable: snapshot.reason } : {}),
  }
}

async function claimOf({ host, path, format, locator }: PlacementInputs): Promise<string> {
  return [await hostOf(host).resolveCanonical(path), format, locator].join("|")
}

/** Adds the command that forgets a host that is gone, so that it does not block a removal. */
function withForgetCommand(error: unknown, urn: string): unknown {
  if (!(error instanceof Unreachable)) return error
  const forget = `if it is permanently gone: pulumi state delete ${shellWord(urn)}`
  return new UserError(`${error.message}; ${forget}; and rotate, as it still knows the token`)
}
