import { UserError } from "../../../core/errors.ts"
import { hostOf } from "../../../hosts/index.ts"
import { stopContainerScript } from "../../../probes/containers/script.ts"
import type { Container } from "../../../probes/containers/snapshot.ts"
import { describeEvictionFailure } from "../../../probes/listeners/evict.ts"

/** Stops a container that `evict` names, and keeps it from restarting. @throws UserError if it is not stopped */
export async function stopContainer(host: string, { id, name }: Container): Promise<void> {
  const action = stopContainerScript(id)
  const { code, stderr } = await hostOf(host).run(action.script, action)
  const problem = describeEvictionFailure(code, stderr)
  if (problem) throw new UserError(`docker:${name} could not be stopped: ${problem}`)
}
