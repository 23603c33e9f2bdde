import { Unreachable, UserError } from "../../core/errors.ts"
import { wantedWords } from "../../core/holds.ts"
import { advice, lags, passedBy, plan } from "../advice.ts"
import { failLast } from "../fail-last.ts"
import { mayLag } from "../lagging.ts"
import type { Log, Resource } from "../resource.ts"
import type { Properties } from "../wire.ts"
import { outputsOf, remembered, sightIn, written } from "./placement-binding.ts"
import { isKnown, type PlacementInputs, wantOf } from "./placement-inputs.ts"
import { announce, dryRun, warnWhenOld } from "./placement-rehearse.ts"
import { withRemoved } from "./placement-removed.ts"
import { lastSeen, unseen } from "./placement-unseen.ts"
import { writePlace } from "./placement-write.ts"

/** @param placed is called when the new content stands there: see Edit */
export async function updatePlace(
  { olds, oldInputs, news, preview, log }: Parameters<Resource["update"]>[0],
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
    if (isFirstOf(inputs.host)) log("warning", passedBy(missed.message))
    const now = unseen(news, lastSeen(olds), missed.reason)
    if (now.lags) log("warning", lags(now.outputs.holds, inputs))
    return now.outputs
  }
  if (!preview) {
    const leave = unlessAsked(heals || mayLag(inputs.host))
    const done = await writePlace(inputs, memory, { fresh, log: drifted ? log : silent, placed }).catch(leave)
    const missed = done instanceof Unreachable
    const sight = missed ? { ...passBy(done), found: "unreachable", open: false } : written(inputs)
    return { ...outputsOf(inputs, memory, preview), ...sight, ...withRemoved(olds, missed ? [] : done) }
  }
  if (drifted) {
    const obstacle = await dryRun(inputs, memory, fresh).then((planned) => void announce(planned, log), userError)
    if (obstacle instanceof Unreachable) passBy(obstacle)
    else log("warning", advice({ holds: before, found, open, ...held }, inputs, obstacle?.message))
  } else {
    log("info", plan(before, inputs))
    await warnWhenOld(inputs, log)
    announce(await dryRun(inputs, memory, fresh).catch(failLast), log)
  }
  return { ...outputsOf(inputs, memory, preview), ...sightIn(olds), ...withRemoved(olds, []) }
}

const silent: Log = () => {}

/** What is to be healed on a host that cannot be reached is passed by; a change that was asked for, where it may lag. */
function unlessAsked(passes: boolean): (error: unknown) => Unreachable {
  return (error) => {
    if (passes && error instanceof Unreachable) return error
    throw error
  }
}

/** A host that cannot be reached is told once a run, not for each of its places. */
const told = new Set<string>()

function isFirstOf(host: string): boolean {
  const first = !told.has(host)
  told.add(host)
  return first
}

function userError(error: unknown): UserError {
  if (error instanceof UserError) return error
  throw error
}
