import { stopping } from "../../containers/look.ts"
import type { Container } from "../../containers/sight.ts"
import { UserError } from "../../core/errors.ts"
import { hostOf } from "../../hosts/index.ts"
import { evictionProblem } from "../../listeners/evict.ts"

/** Stops a container that `evict` names; it stays, and does not start again by itself. @throws UserError when it is not stopped */
export async function stopContainer(host: string, { id, name }: Container): Promise<void> {
  const action = stopping(id)
  const { code, stderr } = await hostOf(host).run(action.script, action)
  const problem = evictionProblem(code, stderr)
  if (problem) throw new UserError(`docker:${name} could not be stopped: ${problem}`)
}
