import type { FormatName } from "../../../core/content.ts"
import { describeValue } from "../../../core/describe-token.ts"
import { UserError } from "../../../core/errors.ts"
import { omitUndefined } from "../../../core/given.ts"
import { describeExpected } from "../../../core/holds.ts"
import type { Secret } from "../../../core/secret.ts"
import { declared } from "../../declare.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { updatePlace } from "../placement/act.ts"
import { type Memory, memoryIn, outputsOf, placeStateIn, valueIn } from "../placement/evaluate.ts"
import { isKnown, wantOf } from "../placement/inputs.ts"
import { placeIn, placement } from "../placement/placement.ts"
import { refuseUnaccounted } from "../preflight/unaccounted.ts"
import { performFlip } from "./act.ts"
import { describeChange, describeDrift } from "./describe.ts"
import { completed, type FlipInputs, flipDeclaration, gatewayIn, splitInputs } from "./inputs.ts"

/** The gateway's own place: written last, and accepted by the gateway at once, or restored. Otherwise a Placement. */
export const flip: Resource = {
  async check(request) {
    const { place, gate } = splitInputs(request.news)
    return completed(gate, await placement.check({ ...request, news: place }))
  },

  diff(request) {
    const { changes, replaces = [] } = placement.diff(request)
    const { olds, news } = request
    return { changes: [...changes, ...(olds.takes === news.takes ? [] : ["takes"])], replaces }
  },

  async create(request) {
    const { place, gate } = splitInputs(request.news)
    if (isKnown(request.news)) await refuseUnknownToken(request.run, flipIn(request.news))
    const { id, outputs } = await placement.create({ ...request, news: place })
    return { id, outputs: { ...outputs, ...gate } }
  },

  async read(request) {
    const { place, gate } = splitInputs(request.inputs)
    if (gate.port === undefined) throw new UserError(`${request.id}: a gateway's place is not imported; declare it`)
    const observed = await placement.read({ ...request, inputs: place, state: splitInputs(request.state).place })
    if (!observed) return undefined
    const { takes, takesUnknown } = await evaluateAccepted(request.run, flipIn(request.inputs), memoryIn(request.state))
    const want = wantOf(place)
    if (want && takes !== describeExpected(want))
      request.run.troubles.noteTrouble(String(place.host), String(place.path))
    const { id, inputs, outputs } = observed
    return { id, inputs: { ...inputs, ...gate, takes }, outputs: { ...outputs, ...gate, takes, takesUnknown } }
  },

  async update(request) {
    const { run, olds, oldInputs, news, preview, log } = request
    if (!isKnown(news)) return news
    const { place, gate } = splitInputs(news)
    const inputs = flipIn(news)
    const ofPlace = { ...request, news: place, olds: splitInputs(olds).place, oldInputs: splitInputs(oldInputs).place }
    const write = (placed?: () => void) => updatePlace(ofPlace, placed)
    const memory = memoryIn(olds)
    if (!preview) return { ...(await performFlip(run, inputs, memory, write, log)), ...gate }
    const unchanged = () => ({ ...outputsOf(run, placeIn(place), memory, true), ...placeStateIn(olds) })
    const written = olds.holds === inputs.holds ? unchanged() : await write()
    previewFlip(inputs, olds, oldInputs, log)
    return { ...written, ...gate }
  },

  delete: (request) =>
    placement.delete({
      ...request,
      olds: splitInputs(request.olds).place,
      oldInputs: splitInputs(request.oldInputs).place,
    }),
}

/** Checks, before a new place is written, that a running gateway accepts a known token. @throws UserError if not */
async function refuseUnknownToken(run: Run, inputs: FlipInputs): Promise<void> {
  const at = gatewayIn(inputs)
  const { path, locator, format, overwrite = false, refers } = inputs
  const config = refers?.path ?? (format === "json5" ? path : undefined)
  const own = { ...at, places: [{ path, locator, format }], overwrite, ...omitUndefined({ config }) }
  await refuseUnaccounted(run, [run.gateways.declaredAt(at) ?? own]).catch(run.activity.failLast)
}

interface AcceptedToken {
  /** Describes the token. */
  readonly takes: string
  /** It is not a token that gatekey knows. */
  readonly takesUnknown?: true
}

/** Describes the token that the gateway accepts. A stopped gateway will accept what its place contains. */
async function evaluateAccepted(run: Run, inputs: FlipInputs, memory: Memory): Promise<AcceptedToken> {
  const want = wantOf(inputs)
  const wanted = want ? describeExpected(want) : inputs.takes
  const at = gatewayIn(inputs)
  const { value } = memory
  if (!value || (await run.gateways.verdictOf(at, value)).kind !== "refused") return { takes: wanted }
  const accepted = await run.gateways.acceptedToken(at, await findCandidate(run, inputs, memory, value))
  if (!accepted) return { takes: "another token", takesUnknown: true }
  return {
    takes: describeValue(accepted.reveal(), await run.tokens.ringFor(inputs.token, memory.ring, accepted.reveal()))
      .message,
  }
}

/** Finds the token that the gateway may accept instead: the one in its place, or the previous one. */
async function findCandidate(
  run: Run,
  inputs: FlipInputs,
  { ring }: Memory,
  value: Secret,
): Promise<Secret | undefined> {
  const held = await valueIn(inputs)
  if (held && !held.equals(value)) return held
  return ring?.previous == null ? undefined : run.tokens.tokenValue(inputs.token, ring.previous)
}

/** Reports in a preview what the gateway will do. */
function previewFlip(inputs: FlipInputs, olds: Properties, oldInputs: Properties, log: Log): void {
  const asked = wantOf(oldInputs)
  const before = asked && describeExpected(asked)
  if (olds.takes !== before) log("warning", describeDrift(String(olds.takes), olds.takesUnknown !== true, inputs))
  else if (inputs.takes !== before) log("info", describeChange(inputs))
}

function flipIn(properties: Properties): FlipInputs {
  return { ...declared(flipDeclaration, properties), format: properties.format as FormatName }
}
