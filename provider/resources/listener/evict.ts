import { UserError } from "../../../core/errors.ts"
import { hostOf } from "../../../hosts/index.ts"
import { describeEvictionFailure, evictionScript } from "../../../probes/listeners/evict.ts"
import { matchesSpec, type Owner } from "../../../probes/listeners/owner.ts"
import { type ListenerInputs, listenerId } from "./inputs.ts"

/** Stops an owner. @throws UserError if it is not stopped */
export async function stopOwner(owner: Owner, inputs: ListenerInputs): Promise<void> {
  const action = evictionScript(owner)
  if (!action) return
  const { code, stderr } = await hostOf(inputs.host).run(action.script, action)
  const problem = describeEvictionFailure(code, stderr)
  if (problem)
    throw new UserError(
      `${listenerId(inputs)}: ${inputs.evict?.find((spec) => matchesSpec(owner, spec))} could not be stopped: ${problem}`,
    )
}

export function mayStop(owner: Owner, { evict = [] }: Pick<ListenerInputs, "evict">): boolean {
  return evictionScript(owner) !== undefined && evict.some((spec) => matchesSpec(owner, spec))
}
