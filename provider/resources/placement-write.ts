import { Unreachable } from "../../core/errors.ts"
import type { Finding } from "../../core/finding.ts"
import { placeId } from "../../core/place.ts"
import { hostOf } from "../../hosts/index.ts"
import { healed } from "../advice.ts"
import { failLast } from "../fail-last.ts"
import { seenIn } from "../look.ts"
import type { Log } from "../resource.ts"
import { provedBack, restartFor } from "../restarts.ts"
import { tokenValue } from "../tokens.ts"
import { bindingOf, findingOf, goalOf, type Memory } from "./placement-binding.ts"
import { editOf } from "./placement-edit.ts"
import type { PlacementInputs } from "./placement-inputs.ts"
import { located, refuseOtherModes } from "./placement-refusals.ts"
import { type Removed, removedIn } from "./placement-removed.ts"
import { stage } from "./staged.ts"

/** Writes the place. @throws UserError when it cannot be; told when nothing else moves any more */
export async function writePlace(
  inputs: PlacementInputs,
  memory: Memory,
  { fresh, log, placed }: { fresh: boolean; log: Log; placed?: (() => void) | undefined },
): Promise<readonly Removed[]> {
  let held: Finding | undefined
  let removed: readonly Removed[] = []
  try {
    const binding = bindingOf(inputs, memory)
    const goal = goalOf(inputs, binding, fresh)
    const first = await hostOf(inputs.host).look(inputs.path)
    const changes = editOf(first, goal) !== undefined
    await refuseOtherModes(inputs, changes, binding.ring)
    const restart = changes ? await restartFor(inputs, first) : undefined
    await hostOf(inputs.host).edit(inputs.path, (look) => {
      const seen = seenIn(look, goal.format, inputs.locator)
      held ??= findingOf(seen, inputs, binding.ring)
      const edit = editOf(look, goal)
      removed = edit ? removedIn(seen, inputs, binding.ring) : []
      return edit && "bytes" in edit && placed ? { ...edit, placed } : edit
    })
    if (restart) {
      log("status", "the gateway restarts itself for this; waiting until it is back")
      await provedBack(restart.at, tokenValue(inputs.token, inputs.generation) ?? binding.value, "itself")
    }
    if (inputs.must === "token") stage(placeId(inputs), inputs.fingerprint)
  } catch (error) {
    if (error instanceof Unreachable) throw error
    return failLast(located(error, inputs))
  }
  const isFirst = fresh && (held?.code === "missing" || held?.code === "no-file")
  if (held && held.message !== inputs.holds && !isFirst) log("info", healed(held.message, inputs))
  return removed
}
