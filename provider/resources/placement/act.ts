import { Unreachable, UserError } from "../../../core/errors.ts"
import { describeExpected } from "../../../core/holds.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Properties } from "../../wire.ts"
import { describeBehind, describeDrift, describeSkipped, plan } from "./describe.ts"
import { outputsOf, placeStateIn, remembered, writtenState } from "./evaluate.ts"
import { isKnown, type PlacementInputs, wantOf } from "./inputs.ts"
import { announce, dryRun, warnWhenOld } from "./rehearse.ts"
import { withRemoved } from "./removed.ts"
import { lastSeen, unreadPlace } from "./unseen.ts"
import { writePlace } from "./write.ts"

/** @param placed is called when the new content stands there: see Edit */
export async function updatePlace(
  { run, olds, oldInputs, news, preview, log }: Parameters<Resource["update"]>[0],
  placed?: () => void,
): Promise<Properties> {
  if (!isKnown(news)) return news
  const inputs: PlacementInputs = news
  const memory = remembered(olds)
  const before = String(olds.holds)
  const { found = "foreign", open = false, ...held } = placeStateIn(olds)
  const asked = wantOf(oldInputs)
  const drifted = !asked || before !== describeExpected(asked)
  const heals = asked !== undefined && describeExpected(asked) === inputs.holds
  // What was imported, and not bound to a token yet, is as unknown as what is created.
  const fresh = oldInputs.token === undefined
  const passBy = (missed: Unreachable) => {
    // A host that cannot be reached is told once a run, not for each of its places.
    if (run.reports.isFirst(`unreachable ${inputs.host}`)) log("warning", describeSkipped(missed.message))
    const now = unreadPlace(news, lastSeen(olds), missed.reason)
    if (now.lags) log("warning", describeBehind(now.outputs.holds, inputs))
    return now.outputs
  }
  if (!preview) {
    const leave = unlessAsked(heals || run.lagging.mayLag(inputs.host))
    const done = await writePlace(run, inputs, memory, { fresh, log: drifted ? log : silent, placed }).catch(leave)
    const missed = done instanceof Unreachable
    const snapshot = missed ? { ...passBy(done), found: "unreachable", open: false } : writtenState(inputs)
    return { ...outputsOf(run, inputs, memory, preview), ...snapshot, ...withRemoved(olds, missed ? [] : done) }
  }
  if (drifted) {
    const obstacle = await dryRun(run, inputs, memory, fresh).then((planned) => void announce(planned, log), userError)
    if (obstacle instanceof Unreachable) passBy(obstacle)
    else log("warning", describeDrift({ holds: before, found, open, ...held }, inputs, obstacle?.message))
  } else {
    log("info", plan(before, inputs))
    await warnWhenOld(inputs, log)
    announce(await dryRun(run, inputs, memory, fresh).catch(run.activity.failLast), log)
  }
  return { ...outputsOf(run, inputs, memory, preview), ...placeStateIn(olds), ...withRemoved(olds, []) }
}

const silent: Log = () => {}

/** What is to be healed on a host that cannot be reached is passed by; a change that was asked for, where it may lag. */
function unlessAsked(passes: boolean): (error: unknown) => Unreachable {
  return (error) => {
    if (passes && error instanceof Unreachable) return error
    throw error
  }
}

function userError(error: unknown): UserError {
  if (error instanceof UserError) return error
  throw error
}
