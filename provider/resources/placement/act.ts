import { Unreachable, UserError } from "../../../core/errors.ts"
import { describeExpected } from "../../../core/holds.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Properties } from "../../wire.ts"
import { describeBehind, describeDrift, describeRequestedChange, describeSkipped } from "./describe.ts"
import { announce, dryRun, warnWhenOld } from "./dry-run.ts"
import { memoryIn, outputsOf, placeStateIn, writtenState } from "./evaluate.ts"
import { isKnown, type PlacementInputs, wantOf } from "./inputs.ts"
import { withRemoved } from "./removed.ts"
import { describeUnreachable, lastStateIn } from "./unreachable.ts"
import { writePlace } from "./write.ts"

/** Updates the place. @param placed is called when the new content is there: see Edit */
export async function updatePlace(
  { run, olds, oldInputs, news, preview, log }: Parameters<Resource["update"]>[0],
  placed?: () => void,
): Promise<Properties> {
  if (!isKnown(news)) return news
  const inputs: PlacementInputs = news
  const memory = memoryIn(olds)
  const before = String(olds.holds)
  const { found = "foreign", open = false, ...held } = placeStateIn(olds)
  const asked = wantOf(oldInputs)
  const drifted = !asked || before !== describeExpected(asked)
  const heals = asked !== undefined && describeExpected(asked) === inputs.holds
  // An imported place that is not bound to a token yet is as unknown as a new one.
  const fresh = oldInputs.token === undefined
  const skip = (missed: Unreachable) => {
    // An unreachable host is reported once a run, not for each of its places.
    if (run.reports.isFirst(`unreachable ${inputs.host}`)) log("warning", describeSkipped(missed.message))
    const now = describeUnreachable(news, lastStateIn(olds), missed.reason)
    if (now.isBehind) log("warning", describeBehind(now.outputs.holds, inputs))
    return now.outputs
  }
  if (!preview) {
    const leave = skipUnreachable(heals || run.lagging.mayLag(inputs.host))
    const done = await writePlace(run, inputs, memory, { fresh, log: drifted ? log : silent, placed }).catch(leave)
    const missed = done instanceof Unreachable
    const snapshot = missed ? { ...skip(done), found: "unreachable", open: false } : writtenState(inputs)
    return { ...outputsOf(run, inputs, memory, preview), ...snapshot, ...withRemoved(olds, missed ? [] : done) }
  }
  if (drifted) {
    const obstacle = await dryRun(run, inputs, memory, fresh).then((planned) => void announce(planned, log), userError)
    if (obstacle instanceof Unreachable) skip(obstacle)
    else log("warning", describeDrift({ holds: before, found, open, ...held }, inputs, obstacle?.message))
  } else {
    log("info", describeRequestedChange(before, inputs))
    await warnWhenOld(inputs, log)
    announce(await dryRun(run, inputs, memory, fresh).catch(run.activity.failLast), log)
  }
  return { ...outputsOf(run, inputs, memory, preview), ...placeStateIn(olds), ...withRemoved(olds, []) }
}

const silent: Log = () => {}

/** Skips a repair on an unreachable host, and a requested change if that host may be behind. */
function skipUnreachable(maySkip: boolean): (error: unknown) => Unreachable {
  return (error) => {
    if (maySkip && error instanceof Unreachable) return error
    throw error
  }
}

function userError(error: unknown): UserError {
  if (error instanceof UserError) return error
  throw error
}
