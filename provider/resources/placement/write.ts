import { Unreachable } from "../../../core/errors.ts"
import type { Finding } from "../../../core/finding.ts"
import { formatPlaceId } from "../../../core/place.ts"
import { hostOf } from "../../../hosts/index.ts"
import { setForwarding } from "../../gateways/forwarding.ts"
import { requireRestarted, restartFor } from "../../gateways/restart.ts"
import { placeSnapshotIn } from "../../hosts/place.ts"
import type { Log } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import { endsTrust } from "./auth-mode.ts"
import { describeHealed } from "./describe.ts"
import { editOf } from "./edit.ts"
import { bindingOf, findingOf, goalOf, type Memory } from "./evaluate.ts"
import type { PlacementInputs } from "./inputs.ts"
import { refuseOtherModes, refuseSecondConfig, withPlaceName } from "./refusals.ts"
import { type Removed, removedIn } from "./removed.ts"

/** Writes the place. @throws UserError if that fails, after all other steps */
export async function writePlace(
  run: Run,
  inputs: PlacementInputs,
  memory: Memory,
  { fresh, log, placed }: { fresh: boolean; log: Log; placed?: (() => void) | undefined },
): Promise<readonly Removed[]> {
  let held: Finding | undefined
  let removed: readonly Removed[] = []
  try {
    const binding = bindingOf(run, inputs, memory)
    const goal = goalOf(run, inputs, binding, fresh)
    const first = await hostOf(inputs.host).readSnapshot(inputs.path)
    const changes = editOf(first, goal) !== undefined
    if (changes) await refuseSecondConfig(inputs)
    await refuseOtherModes(run, inputs, changes, binding.ring)
    const restart = changes ? await restartFor(run, inputs, first) : undefined
    const guard = run.trusts.guard(inputs.host, inputs.path)
    // In mode token it refuses what has an address of a client, until the trust says otherwise.
    if (guard && endsTrust(first, goal)) await setForwarding(guard, "plain")
    await hostOf(inputs.host).edit(inputs.path, (look) => {
      const snapshot = placeSnapshotIn(look, goal.format, inputs.locator)
      held ??= findingOf(snapshot, inputs, binding.ring)
      const edit = editOf(look, goal)
      removed = edit ? removedIn(snapshot, inputs, binding.ring) : []
      return edit && "bytes" in edit && placed ? { ...edit, placed } : edit
    })
    if (restart) {
      log("status", "the gateway restarts itself for this; waiting until it is back")
      await requireRestarted(
        run,
        restart.at,
        run.tokens.tokenValue(inputs.token, inputs.generation) ?? binding.value,
        "itself",
      )
    }
    if (inputs.must === "token") run.staged.note(formatPlaceId(inputs), inputs.fingerprint)
  } catch (error) {
    if (error instanceof Unreachable) throw error
    return run.activity.failLast(withPlaceName(error, inputs))
  }
  const isFirst = fresh && (held?.code === "missing" || held?.code === "no-file")
  if (held && held.message !== inputs.holds && !isFirst) log("info", describeHealed(held.message, inputs))
  return removed
}
