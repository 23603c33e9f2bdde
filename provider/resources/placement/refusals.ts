import { Unreachable, UserError } from "../../../core/errors.ts"
import { describePlace } from "../../../core/place.ts"
import type { Ring } from "../../../core/ring.ts"
import { authObstacle } from "../../gateways/auth-settings.ts"
import type { Run } from "../../run/run.ts"
import { credentialOf } from "./auth-mode.ts"
import type { PlacementInputs } from "./inputs.ts"

/** A secret in the config of a gateway that authenticates otherwise would lock out its clients, or keep it from starting. */
export async function refuseOtherModes(
  run: Run,
  inputs: PlacementInputs,
  changes: boolean,
  ring: Ring | undefined,
): Promise<void> {
  const wanted = credentialOf(inputs)
  if (!changes || !wanted) return
  const { host, path: config, reference } = inputs
  const product = config.includes("clawdbot") ? "clawdbot" : "openclaw"
  const known = { values: (value: string) => run.tokens.isOurs(ring, value), reference }
  const obstacle = await authObstacle(run, { host, config, product, wanted, known })
  if (obstacle) throw new UserError(obstacle)
}

/** The error with the place's name, unless it has it, or is about the whole host. */
export function located(error: unknown, inputs: PlacementInputs): unknown {
  if (!(error instanceof UserError) || error instanceof Unreachable || error.message.includes(inputs.path)) return error
  return new UserError(`${describePlace(inputs)}: ${error.message}`)
}
