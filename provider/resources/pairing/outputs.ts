import { formatMinute } from "../../../core/time.ts"
import type { KnownDevice } from "../../../gateways/pairing.ts"
import type { Properties } from "../../wire.ts"
import type { PairingEvaluation } from "./evaluate.ts"

/** Keeps what is known of a device after it is gone, so that its removal can be reported. */
export function outputsOf({ pairing, code, unseen, known, since }: PairingEvaluation, before: Properties): Properties {
  const { id, silent } = known ?? knownIn(before) ?? {}
  const connected = since === undefined ? "" : formatMinute(since)
  return { pairing, code, unseen, since: connected, ...(id === undefined ? {} : { pairedDevice: id, silent }) }
}

export function knownIn({ pairedDevice: id, silent }: Properties): KnownDevice | undefined {
  return typeof id === "string" ? { id, silent: silent === true } : undefined
}
