/**
 * The maximum of wrong tokens that are sent to a gateway. Both products lock an address out after ten within a minute, except
 * the loopback, where each wrong one only delays the next answer (measured; openclaw's `gateway.auth.rateLimit`).
 */
export const maxWrongTokens = {
  /** A scan, which searches for the token of a gateway: on the loopback, and by another address. */
  scan: { loopback: 3, elsewhere: 1 },
  /** The first `up`, for each gateway, before anything is written. */
  firstUp: 4,
  /** A rotation, which checks after its change. */
  flip: 2,
} as const
