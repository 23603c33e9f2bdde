import type { PairingStatus } from "./pairing.ts"

/** The code of a pairing in the state of its resource, beside its description. */
export type PairingCode =
  | "connected"
  | "silent"
  | "asks-for-more"
  | "not-connected"
  | "permissions-pending"
  | "pending"
  | "pruned"
  | "revoked"
  | "several"
  | "not-paired"

/** Returns the code of a pairing. @param explicit whether an approval by the gateway itself is not enough */
export function codeOfPairing(status: PairingStatus, explicit: boolean): PairingCode {
  if (status.kind === "dropped") return status.silent ? "pruned" : "revoked"
  if (status.kind === "unknown") return "not-paired"
  if (status.kind !== "paired") return status.kind
  const { connected, revoked, silent, pendingPermissions } = status.node
  if (revoked) return "revoked"
  if (!connected) return "not-connected"
  if (pendingPermissions) return pendingPermissions.first ? "permissions-pending" : "asks-for-more"
  return silent && explicit ? "silent" : "connected"
}
