import { UserError } from "../../../core/errors.ts"
import { describeVerdict } from "../../../gateways/verdict.ts"
import type { Log } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { PairingInputs } from "./inputs.ts"
import { openerSoon } from "./opener.ts"

/**
 * Takes from a device what it had at a gateway behind a guard, and ends its connection. `token`: its device token, as its
 * certificate is replaced; `pairing`: all, as it is no longer declared. The guard has let go of it already: a gateway that
 * cannot be asked is reported, not an error.
 */
export async function revokeDevice(
  run: Run,
  inputs: PairingInputs,
  device: string,
  what: "token" | "pairing",
  log: Log,
): Promise<void> {
  const open = await openerSoon(run, inputs)
  const { session, verdict } = (await open?.()) ?? {}
  if (!session) {
    const why = verdict ? describeVerdict(verdict) : "its Authority is not part of this run"
    log("warning", {
      message: `${inputs.node}: its device is still paired at the gateway (${why}); its certificate lets it in no more`,
      fix: `openclaw devices remove ${device.slice(0, 12)}… on the gateway's host`,
    })
    return
  }
  try {
    if (what === "token") await session.request("device.token.revoke", { deviceId: device, role: "node" })
    else await session.request("device.pair.remove", { deviceId: device })
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    log("warning", `${inputs.node}: its device was not revoked: ${error.message}`)
  } finally {
    session.close()
  }
}
