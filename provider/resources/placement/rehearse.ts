import { UserError } from "../../../core/errors.ts"
import { describeMode, isReadableByOthers, type PlaceSnapshot } from "../../../core/holds.ts"
import { describeWeakness } from "../../../core/strength.ts"
import { hostOf } from "../../../hosts/index.ts"
import { describeRestart, type Restart, restartFor } from "../../gateways/restart.ts"
import { activeValue, placeSnapshotIn } from "../../hosts/place.ts"
import type { Log } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import { describeAuthMode } from "./auth-mode.ts"
import { closes, describeDrift } from "./describe.ts"
import { editOf } from "./edit.ts"
import { bindingOf, describeContent, goalOf, isNothing, type Memory, placeStateOf } from "./evaluate.ts"
import { isBound, type PlacementInputs } from "./inputs.ts"
import { located, refuseOtherModes } from "./refusals.ts"
import { tooOld } from "./since.ts"
import type { PlaceState } from "./state.ts"

/** The preview of a create: what is there already, and whether it may be written over. */
export async function rehearse(run: Run, inputs: PlacementInputs, memory: Memory, log: Log): Promise<PlaceState> {
  const { seen, changes, restart, mode } = await dryRun(run, inputs, memory, true).catch(run.activity.failLast)
  announce({ restart, mode }, log)
  if (changes) await warnWhenOld(inputs, log)
  const { ring } = bindingOf(run, inputs, memory, { standIn: true })
  const snapshot = placeStateOf(seen, inputs, ring)
  if (!changes || isNothing(seen)) return snapshot
  if (stays(run, seen, inputs)) {
    if (isReadableByOthers(seen)) log("warning", closes(describeMode(seen.mode)))
    return snapshot
  }
  const holds = holdsAdopted(run, seen) ? "the adopted token" : describeContent(seen, inputs, ring)
  log("warning", describeDrift({ holds, ...snapshot }, inputs))
  return snapshot
}

/** An adopted token that is strong will be the first generation, and stays; a weak one will be rotated. */
function stays(run: Run, seen: PlaceSnapshot, { must }: PlacementInputs): boolean {
  return must === "token" && holdsAdopted(run, seen) && !describeWeakness(activeValue(seen) ?? "")
}

function holdsAdopted(run: Run, seen: PlaceSnapshot): boolean {
  const value = activeValue(seen)
  return value !== undefined && run.tokens.isAdopted(value)
}

/** What `writePlace` would do, without doing it. @throws UserError when it would fail */
export async function dryRun(
  run: Run,
  inputs: PlacementInputs,
  memory: Memory,
  fresh: boolean,
): Promise<{ seen: PlaceSnapshot; changes: boolean; restart: Restart | undefined; mode: string | undefined }> {
  const host = hostOf(inputs.host)
  const look = await host.readFirstSnapshot(inputs.path)
  try {
    const binding = bindingOf(run, inputs, memory, { standIn: !isBound(inputs) })
    const goal = goalOf(run, inputs, binding, fresh)
    const changes = editOf(look, goal) !== undefined
    const obstacle = changes ? await host.findObstacle(inputs.path) : undefined
    if (obstacle) throw new UserError(obstacle)
    await refuseOtherModes(run, inputs, changes, binding.ring)
    const seen = placeSnapshotIn(look, goal.format, inputs.locator)
    // Before there is a Token, a stand-in is compared.
    const same = !changes || (!isBound(inputs) && stays(run, seen, inputs))
    const mode = changes ? describeAuthMode(look, inputs) : undefined
    return { seen, changes, mode, restart: same && !mode ? undefined : await restartFor(run, inputs, look) }
  } catch (error) {
    throw located(error, inputs)
  }
}

/** @param mode what else changes in its config, in words */
export function announce(
  { restart, mode }: { readonly restart: Restart | undefined; readonly mode: string | undefined },
  log: Log,
): void {
  if (mode) log("info", mode)
  if (restart) log("warning", describeRestart(restart))
}

export async function warnWhenOld(inputs: PlacementInputs, log: Log): Promise<void> {
  const words = await tooOld(inputs)
  if (words) log("warning", words)
}
