import { Unreachable, UserError } from "../../../core/errors.ts"
import { wantedWords } from "../../../core/holds.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Properties } from "../../wire.ts"
import { advice, lags, passedBy, plan } from "./describe.ts"
import { outputsOf, remembered, sightIn, written } from "./evaluate.ts"
import { isKnown, type PlacementInputs, wantOf } from "./inputs.ts"
import { announce, dryRun, warnWhenOld } from "./rehearse.ts"
import { withRemoved } from "./removed.ts"
import { lastSeen, unseen } from "./unseen.ts"
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
  const { found = "foreign", open = false, ...held } = sightIn(olds)
  const asked = wantOf(oldInputs)
  const drifted = !asked || before !== wantedWords(asked)
  const heals = asked !== undefined && wantedWords(asked) === inputs.holds
  // What was imported, and not bound to a token yet, is as unknown as what is created.
  const fresh = oldInputs.token === undefined
  const passBy = (missed: Unreachable) => {
    // A host that cannot be reached is told once a run, not for each of its places.
    if (run.reports.isFirst(`unreachable ${inputs.host}`)) log("warning", passedBy(missed.message))
    const now = unseen(news, lastSeen(olds), missed.reason)
    if (now.lags) log("warning", lags(now.outputs.holds, inputs))
    return now.outputs
  }
  if (!preview) {
    const leave = unlessAsked(heals || run.lagging.mayLag(inputs.host))
    const done = await writePlace(run, inputs, memory, { fresh, log: drifted ? log : silent, placed }).catch(leave)
    const missed = done instanceof Unreachable
    const sight = missed ? { ...passBy(done), found: "unreachable", open: false } : written(inputs)
    return { ...outputsOf(run, inputs, memory, preview), ...sight, ...withRemoved(olds, missed ? [] : done) }
  }
  if (drifted) {
    const obstacle = await dryRun(run, inputs, memory, fresh).then((planned) => void announce(planned, log), userError)
    if (obstacle instanceof Unreachable) passBy(obstacle)
    else log("warning", advice({ holds: before, found, open, ...held }, inputs, obstacle?.message))
  } else {
    log("info", plan(before, inputs))
    await warnWhenOld(inputs, log)
    announce(await dryRun(run, inputs, memory, fresh).catch(run.activity.failLast), log)
  }
  return { ...outputsOf(run, inputs, memory, preview), ...sightIn(olds), ...withRemoved(olds, []) }
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
