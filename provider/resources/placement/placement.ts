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
import { farewell } from "./describe.ts"
import { dropOurs } from "./edit.ts"
import {
  bindingOf,
  describeContent,
  goalOf,
  isNothing,
  type Memory,
  outputsOf,
  placeStateOf,
  remembered,
  writtenState,
} from "./evaluate.ts"
import { imported } from "./import.ts"
import { completed, identity, isKnown, type PlacementInputs, placementDeclaration, wantOf } from "./inputs.ts"
import { hasOtherNames } from "./names.ts"
import { rehearse } from "./rehearse.ts"
import { withRemoved } from "./removed.ts"
import type { PlaceState } from "./state.ts"
import { lastSeen, unreadPlace } from "./unseen.ts"
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
      const snapshot = await rehearse(run, inputs, memory, log)
      return { id: formatPlaceId(inputs), outputs: { ...outputsOf(run, inputs, memory, preview), ...snapshot } }
    }
    const removed = await writePlace(run, inputs, memory, { fresh: true, log })
    const outputs = { ...outputsOf(run, inputs, memory, preview), ...writtenState(inputs), ...withRemoved({}, removed) }
    return { id: formatPlaceId(inputs), outputs }
  },

  async read({ run, id, inputs, state, log }) {
    if (inputs.must === undefined) return imported(id)
    const known = placeIn(inputs)
    run.places.notePlace(known)
    const { holds, unreachable, ...snapshot } = await observe(run, known, remembered(state))
    const drifted = holds !== completed(inputs).inputs.holds || (await hasOtherNames(known))
    if (drifted && unreachable === undefined) run.troubles.noteTrouble(known.host, known.path)
    const now =
      unreachable === undefined
        ? { holds, last: undefined, lastFound: undefined }
        : unreadPlace(inputs, lastSeen(state), unreachable).outputs
    if (known.must !== "nothing" && run.command.destroying()) log("warning", farewell(known))
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
    const binding = bindingOf(run, inputs, remembered(olds), { standIn: true })
    let left: string | undefined
    await hostOf(inputs.host)
      .edit(inputs.path, (look) => {
        const edit = dropOurs(look, goalOf(run, inputs, binding))
        const seen = placeSnapshotIn(look, formatNamed(inputs.format, inputs.path), inputs.locator)
        left = edit || isNothing(seen) ? undefined : describeContent(seen, inputs, binding.ring)
        return edit
      })
      .catch((error) => {
        throw forgettable(error, urn)
      })
    if (left && inputs.must !== "nothing") log("warning", `holds ${left}: not ours, left as it is`)
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

async function observe(run: Run, inputs: PlacementInputs, memory: Memory): Promise<Observed> {
  const { host, path, format, locator, token } = inputs
  const look = await hostOf(host).readFirstSnapshot(path)
  const seen = placeSnapshotIn(look, formatNamed(format, path), locator)
  const ring = await run.tokens.ringFor(token, memory.ring, activeValue(seen))
  if (checksNone(look, inputs)) run.troubles.noteTrouble(inputs.host, inputs.path)
  const drift = modeDrift(look, inputs)
  const holds = describeContent(seen, inputs, ring)
  return {
    holds: drift ? `${holds}, but ${drift}` : holds,
    ...placeStateOf(seen, inputs, ring),
    ...(seen.kind === "unreachable" ? { unreachable: seen.reason } : {}),
  }
}

async function claimOf({ host, path, format, locator }: PlacementInputs): Promise<string> {
  return [await hostOf(host).resolveCanonical(path), format, locator].join("|")
}

/** A host that is gone for good must not hold up for ever what is to be removed there. */
function forgettable(error: unknown, urn: string): unknown {
  if (!(error instanceof Unreachable)) return error
  const forget = `if it is gone for good: pulumi state delete ${shellWord(urn)}`
  return new UserError(`${error.message}; ${forget}; and rotate, as it still knows the token`)
}
