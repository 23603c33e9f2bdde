import { UserError } from "../../core/errors.ts"
import { isOpen, openWords, type Seen } from "../../core/holds.ts"
import { weakness } from "../../core/strength.ts"
import { hostOf } from "../../hosts/index.ts"
import { advice, closes } from "../advice.ts"
import { failLast } from "../fail-last.ts"
import { seenIn, valueSeen } from "../look.ts"
import type { Log } from "../resource.ts"
import { describeRestart, type Restart, restartFor } from "../restarts.ts"
import { isAdopted } from "../tokens.ts"
import { modeWords } from "./auth-mode.ts"
import { bindingOf, goalOf, isNothing, type Memory, type Sight, sightOf, words } from "./placement-binding.ts"
import { editOf } from "./placement-edit.ts"
import { isBound, type PlacementInputs } from "./placement-inputs.ts"
import { located, refuseOtherModes } from "./placement-refusals.ts"
import { tooOld } from "./placement-since.ts"

/** The preview of a create: what is there already, and whether it may be written over. */
export async function rehearse(inputs: PlacementInputs, memory: Memory, log: Log): Promise<Sight> {
  const { seen, changes, restart, mode } = await dryRun(inputs, memory, true).catch(failLast)
  announce({ restart, mode }, log)
  if (changes) await warnWhenOld(inputs, log)
  const { ring } = bindingOf(inputs, memory, { standIn: true })
  const sight = sightOf(seen, inputs, ring)
  if (!changes || isNothing(seen)) return sight
  if (stays(seen, inputs)) {
    if (isOpen(seen)) log("warning", closes(openWords(seen.mode)))
    return sight
  }
  const holds = holdsAdopted(seen) ? "the adopted token" : words(seen, inputs, ring)
  log("warning", advice({ holds, ...sight }, inputs))
  return sight
}

/** An adopted token that is strong will be the first generation, and stays; a weak one will be rotated. */
function stays(seen: Seen, { must }: PlacementInputs): boolean {
  return must === "token" && holdsAdopted(seen) && !weakness(valueSeen(seen) ?? "")
}

function holdsAdopted(seen: Seen): boolean {
  const value = valueSeen(seen)
  return value !== undefined && isAdopted(value)
}

/** What `writePlace` would do, without doing it. @throws UserError when it would fail */
export async function dryRun(
  inputs: PlacementInputs,
  memory: Memory,
  fresh: boolean,
): Promise<{ seen: Seen; changes: boolean; restart: Restart | undefined; mode: string | undefined }> {
  const host = hostOf(inputs.host)
  const look = await host.survey(inputs.path)
  try {
    const binding = bindingOf(inputs, memory, { standIn: !isBound(inputs) })
    const goal = goalOf(inputs, binding, fresh)
    const changes = editOf(look, goal) !== undefined
    const obstacle = changes ? await host.obstacle(inputs.path) : undefined
    if (obstacle) throw new UserError(obstacle)
    await refuseOtherModes(inputs, changes, binding.ring)
    const seen = seenIn(look, goal.format, inputs.locator)
    // Before there is a Token, a stand-in is compared.
    const same = !changes || (!isBound(inputs) && stays(seen, inputs))
    const mode = changes ? modeWords(look, inputs) : undefined
    return { seen, changes, mode, restart: same && !mode ? undefined : await restartFor(inputs, look) }
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
