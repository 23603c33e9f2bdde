import type { FormatName } from "../../../core/content.ts"
import { UserError } from "../../../core/errors.ts"
import { omitUndefined } from "../../../core/given.ts"
import { describeExpected, describeValue } from "../../../core/holds.ts"
import type { Secret } from "../../../core/secret.ts"
import { declared } from "../../declare.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { updatePlace } from "../placement/act.ts"
import { type Memory, outputsOf, placeStateIn, remembered, valueIn } from "../placement/evaluate.ts"
import { isKnown, wantOf } from "../placement/inputs.ts"
import { placeIn, placement } from "../placement/placement.ts"
import { refuseUnaccounted } from "../preflight/first-ask.ts"
import { flipped } from "./act.ts"
import { describeChange, describeDrift } from "./describe.ts"
import { completed, type FlipInputs, flipDeclaration, gatewayIn, split } from "./inputs.ts"

/** The gateway's own place: written last, and taken by the gateway at once, or not at all. Otherwise a Placement. */
export const flip: Resource = {
  async check(request) {
    const { place, gate } = split(request.news)
    return completed(gate, await placement.check({ ...request, news: place }))
  },

  diff(request) {
    const { changes, replaces = [] } = placement.diff(request)
    const { olds, news } = request
    return { changes: [...changes, ...(olds.takes === news.takes ? [] : ["takes"])], replaces }
  },

  async create(request) {
    const { place, gate } = split(request.news)
    if (isKnown(request.news)) await askFirst(request.run, flipIn(request.news))
    const { id, outputs } = await placement.create({ ...request, news: place })
    return { id, outputs: { ...outputs, ...gate } }
  },

  async read(request) {
    const { place, gate } = split(request.inputs)
    if (gate.port === undefined) throw new UserError(`${request.id}: a gateway's place is not imported; declare it`)
    const observed = await placement.read({ ...request, inputs: place, state: split(request.state).place })
    if (!observed) return undefined
    const { takes, takesUnknown } = await takenNow(request.run, flipIn(request.inputs), remembered(request.state))
    const want = wantOf(place)
    if (want && takes !== describeExpected(want))
      request.run.troubles.noteTrouble(String(place.host), String(place.path))
    const { id, inputs, outputs } = observed
    return { id, inputs: { ...inputs, ...gate, takes }, outputs: { ...outputs, ...gate, takes, takesUnknown } }
  },

  async update(request) {
    const { run, olds, oldInputs, news, preview, log } = request
    if (!isKnown(news)) return news
    const { place, gate } = split(news)
    const inputs = flipIn(news)
    const ofPlace = { ...request, news: place, olds: split(olds).place, oldInputs: split(oldInputs).place }
    const write = (placed?: () => void) => updatePlace(ofPlace, placed)
    const memory = remembered(olds)
    if (!preview) return { ...(await flipped(run, inputs, memory, write, log)), ...gate }
    const same = () => ({ ...outputsOf(run, placeIn(place), memory, true), ...placeStateIn(olds) })
    const written = olds.holds === inputs.holds ? same() : await write()
    foretell(inputs, olds, oldInputs, log)
    return { ...written, ...gate }
  },

  delete: (request) =>
    placement.delete({ ...request, olds: split(request.olds).place, oldInputs: split(request.oldInputs).place }),
}

/** Its place is new: a gateway that runs must accept a token that is known. @throws UserError otherwise */
async function askFirst(run: Run, inputs: FlipInputs): Promise<void> {
  const at = gatewayIn(inputs)
  const { path, locator, format, overwrite = false, refers } = inputs
  const config = refers?.path ?? (format === "json5" ? path : undefined)
  const own = { ...at, places: [{ path, locator, format }], overwrite, ...omitUndefined({ config }) }
  await refuseUnaccounted(run, [run.gateways.declaredAt(at) ?? own]).catch(run.activity.failLast)
}

interface Taken {
  /** In words. */
  readonly takes: string
  /** It is no token that gatekey knows. */
  readonly takesUnknown?: true
}

/** What the gateway takes. What does not run takes what its place holds, once it does. */
async function takenNow(run: Run, inputs: FlipInputs, memory: Memory): Promise<Taken> {
  const want = wantOf(inputs)
  const wanted = want ? describeExpected(want) : inputs.takes
  const at = gatewayIn(inputs)
  const { value } = memory
  if (!value || (await run.gateways.verdictOf(at, value)).kind !== "refused") return { takes: wanted }
  const taken = await run.gateways.tokenTaken(at, await suspect(run, inputs, memory, value))
  if (!taken) return { takes: "another token", takesUnknown: true }
  return {
    takes: describeValue(taken.reveal(), await run.tokens.ringFor(inputs.token, memory.ring, taken.reveal())).message,
  }
}

/** The one token that it may have instead: what stands in its place, or what was in force before. */
async function suspect(run: Run, inputs: FlipInputs, { ring }: Memory, value: Secret): Promise<Secret | undefined> {
  const there = await valueIn(inputs)
  if (there && !there.equals(value)) return there
  return ring?.previous == null ? undefined : run.tokens.tokenValue(inputs.token, ring.previous)
}

/** In a preview: what the gateway will do. */
function foretell(inputs: FlipInputs, olds: Properties, oldInputs: Properties, log: Log): void {
  const asked = wantOf(oldInputs)
  const before = asked && describeExpected(asked)
  if (olds.takes !== before) log("warning", describeDrift(String(olds.takes), olds.takesUnknown !== true, inputs))
  else if (inputs.takes !== before) log("info", describeChange(inputs))
}

function flipIn(properties: Properties): FlipInputs {
  return { ...declared(flipDeclaration, properties), format: properties.format as FormatName }
}
