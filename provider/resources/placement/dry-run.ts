import { UserError } from "../../../core/errors.ts"
import { describeMode, isReadableByOthers, type PlaceSnapshot } from "../../../core/holds.ts"
import { describeWeakness } from "../../../core/strength.ts"
import { hostOf } from "../../../hosts/index.ts"
import { describeRestart, type Restart, restartFor } from "../../gateways/restart.ts"
import { activeValue, placeSnapshotIn } from "../../hosts/place.ts"
import type { Log } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import { describeAuthMode } from "./auth-mode.ts"
import { describeDrift, describeOpenFile } from "./describe.ts"
import { editOf } from "./edit.ts"
import { bindingOf, describeContent, goalOf, isNothing, type Memory, placeStateOf } from "./evaluate.ts"
import { isBound, type PlacementInputs } from "./inputs.ts"
import { refuseOtherModes, refuseSecondConfig, withPlaceName } from "./refusals.ts"
import { describeOldVersion } from "./since.ts"
import type { PlaceState } from "./state.ts"

/** Previews a create: reports what is there already, and whether it may be overwritten. */
export async function previewCreate(run: Run, inputs: PlacementInputs, memory: Memory, log: Log): Promise<PlaceState> {
  const { snapshot, changes, restart, mode } = await dryRun(run, inputs, memory, true).catch(run.activity.failLast)
  announce({ restart, mode }, log)
  if (changes) await warnWhenOld(inputs, log)
  const { ring } = bindingOf(run, inputs, memory, { standIn: true })
  const state = placeStateOf(snapshot, inputs, ring)
  if (!changes || isNothing(snapshot)) return state
  if (keepsAdopted(run, snapshot, inputs)) {
    if (isReadableByOthers(snapshot)) log("warning", describeOpenFile(describeMode(snapshot.mode)))
    return state
  }
  const holds = holdsAdopted(run, snapshot) ? "the adopted token" : describeContent(snapshot, inputs, ring)
  log("warning", describeDrift({ holds, ...state }, inputs))
  return state
}

/** Checks whether the place keeps its adopted token: a strong one is the first generation, a weak one is rotated. */
function keepsAdopted(run: Run, snapshot: PlaceSnapshot, { must }: PlacementInputs): boolean {
  return must === "token" && holdsAdopted(run, snapshot) && !describeWeakness(activeValue(snapshot) ?? "")
}

function holdsAdopted(run: Run, snapshot: PlaceSnapshot): boolean {
  const value = activeValue(snapshot)
  return value !== undefined && run.tokens.isAdopted(value)
}

/** Does what `writePlace` would do, but writes nothing. @throws UserError if it would fail */
export async function dryRun(
  run: Run,
  inputs: PlacementInputs,
  memory: Memory,
  fresh: boolean,
): Promise<{ snapshot: PlaceSnapshot; changes: boolean; restart: Restart | undefined; mode: string | undefined }> {
  const host = hostOf(inputs.host)
  const look = await host.readFirstSnapshot(inputs.path)
  try {
    const binding = bindingOf(run, inputs, memory, { standIn: !isBound(inputs) })
    const goal = goalOf(run, inputs, binding, fresh)
    const changes = editOf(look, goal) !== undefined
    const obstacle = changes ? await host.findObstacle(inputs.path) : undefined
    if (obstacle) throw new UserError(obstacle)
    if (changes) await refuseSecondConfig(inputs)
    await refuseOtherModes(run, inputs, changes, binding.ring)
    const snapshot = placeSnapshotIn(look, goal.format, inputs.locator)
    // Before there is a Token, a random one is compared.
    const isSame = !changes || (!isBound(inputs) && keepsAdopted(run, snapshot, inputs))
    const mode = changes ? describeAuthMode(look, inputs, run.trusts.back(inputs.host, inputs.path)) : undefined
    return { snapshot, changes, mode, restart: isSame && !mode ? undefined : await restartFor(run, inputs, look) }
  } catch (error) {
    throw withPlaceName(error, inputs)
  }
}

/** Reports a restart and a changed mode. @param mode describes what else changes in the config */
export function announce(
  { restart, mode }: { readonly restart: Restart | undefined; readonly mode: string | undefined },
  log: Log,
): void {
  if (mode) log("info", mode)
  if (restart) log("warning", describeRestart(restart))
}

export async function warnWhenOld(inputs: PlacementInputs, log: Log): Promise<void> {
  const message = await describeOldVersion(inputs)
  if (message) log("warning", message)
}
