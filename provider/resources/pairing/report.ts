import { shown } from "../../../core/escape.ts"
import { omitUndefined } from "../../../core/given.ts"
import type { Notice } from "../../../core/notice.ts"
import type { Log } from "../../resource.ts"
import type { Properties } from "../../wire.ts"
import type { PairingEvaluation } from "./evaluate.ts"
import type { PairingInputs } from "./inputs.ts"

export function describePairing({ pairing, remedy }: PairingEvaluation, { node }: PairingInputs): Notice {
  const message = node === undefined ? `the gateway's pairings: ${pairing}` : `${shown(node)}: ${pairing}`
  return { message, ...omitUndefined({ fix: remedy }) }
}

/** Reports a finding; a rotation does not repeat one that was reported before. */
export function reportPairing(
  now: PairingEvaluation,
  inputs: PairingInputs,
  { told }: Properties,
  severity: "info" | "warning",
  log: Log,
): void {
  if (now.verdict === "wrong") log("warning", describePairing(now, inputs))
  if (now.verdict === "reported" && now.pairing !== told) log(severity, describePairing(now, inputs))
}
