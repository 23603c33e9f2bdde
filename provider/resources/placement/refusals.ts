import { UserError } from "../../../core/errors.ts"
import { describePlace } from "../../../core/place.ts"
import type { Ring } from "../../../core/ring.ts"
import { authObstacle } from "../../gateways/auth-settings.ts"
import { legacyConfigObstacle } from "../../gateways/read-config.ts"
import type { Run } from "../../run/run.ts"
import { credentialOf } from "./auth-mode.ts"
import type { PlacementInputs } from "./inputs.ts"

/** Refuses a secret in a gateway's config if its mode is another one: clients would be locked out, or it would not start. */
export async function refuseOtherModes(
  run: Run,
  inputs: PlacementInputs,
  changes: boolean,
  ring: Ring | undefined,
): Promise<void> {
  const wanted = credentialOf(inputs)
  if (!changes || !wanted || run.trusts.before(inputs.host, inputs.path)) return
  const { host, path: config, reference } = inputs
  const product = config.includes("clawdbot") ? "clawdbot" : "openclaw"
  const known = { values: (value: string) => run.tokens.isOurs(ring, value), reference }
  const obstacle = await authObstacle(run, { host, config, product, wanted, known })
  if (obstacle) throw new UserError(obstacle)
}

/** Refuses to create a config beside one that the product reads while there is no other. */
export async function refuseSecondConfig({ host, path, format, must }: PlacementInputs): Promise<void> {
  if (format !== "json5" || must === "nothing") return
  const obstacle = await legacyConfigObstacle(host, path)
  if (obstacle) throw new UserError(obstacle, "place")
}

/** Adds the place's name to an error, unless it names it, or the whole host that it is about. */
export function withPlaceName(error: unknown, inputs: PlacementInputs): unknown {
  if (!(error instanceof UserError) || error.names !== undefined) return error
  return new UserError(`${describePlace(inputs)}: ${error.message}`)
}
