import { UserError } from "../../core/errors.ts"
import { isMapping } from "../../core/mapping.ts"
import type { Session } from "../../gateways/session.ts"
import { pause } from "../pause.ts"
import type { Run } from "../run/run.ts"
import type { GatewayAt } from "./gateway-at.ts"

/** How long a gateway may take to load its config; openclaw takes 1 to 3 s, longer on a busy machine. */
const patienceMilliseconds = 60_000
const pauseMilliseconds = 250

/**
 * Waits until a gateway says that it goes by the config in its file; one that does not run reads it when it starts.
 * @throws UserError if it does not in time, or cannot be asked
 */
export async function requireApplied(run: Run, at: GatewayAt): Promise<void> {
  for (const token of run.tokens.keptTokens().slice(0, 2)) {
    const { session, verdict } = await run.gateways.operatorAt(at, token)
    if (!session && ["no gateway", "unreachable"].includes(verdict.kind)) return
    if (!session) continue
    try {
      return await untilApplied(session)
    } finally {
      session.close()
    }
  }
  throw new UserError(
    "the gateway accepts no token of the stack, so it cannot be asked whether it has loaded its config; see its log, and run `pulumi up` again",
  )
}

async function untilApplied(session: Session): Promise<void> {
  const begun = Date.now()
  while (!isApplied(await session.request("config.get"))) {
    if (Date.now() - begun > patienceMilliseconds)
      throw new UserError("the gateway has not loaded its config in time; see its log, and run `pulumi up` again")
    await pause(pauseMilliseconds)
  }
}

/** Source: openclaw 2026.9.6, `src/gateway/config-get-response.ts`. */
function isApplied(answer: unknown): boolean {
  if (!isMapping(answer)) return false
  const { configRevisionHash, appliedConfigHash } = answer as { readonly [key: string]: unknown }
  return typeof appliedConfigHash === "string" && appliedConfigHash === configRevisionHash
}
