import type { Session } from "../../../gateways/session.ts"
import type { Verdict } from "../../../gateways/verdict.ts"
import { headerName, identitySession } from "../../gateways/identity.ts"
import type { Run } from "../../run/run.ts"
import type { PairingInputs } from "./inputs.ts"

/** Opens a session that may list and approve pairings. */
export type Opener = () => Promise<{ readonly verdict: Verdict; readonly session?: Session }>

/**
 * Returns how a gateway is asked: by the token, or by gatekey's own identity if it trusts a guard; undefined if neither is
 * part of this run.
 */
export async function openerSoon(
  run: Run,
  inputs: PairingInputs,
  generation: unknown = inputs.generation,
): Promise<Opener | undefined> {
  if (inputs.authority !== undefined) {
    const authority = await run.authorities.authoritySoon(inputs.authority)
    return authority && (() => identitySession(inputs, headerName(authority, inputs)))
  }
  const token = await run.tokens.tokenSoon(inputs.token, generation)
  return token && (() => run.gateways.operatorAt(inputs, token))
}
