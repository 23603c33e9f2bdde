/**
 * How many wrong tokens a gateway is sent at most. Both products lock an address out after ten within a minute, and
 * never the loopback, where each wrong one only delays the next answer (measured; openclaw's `gateway.auth.rateLimit`).
 */
export const mostWrongTokens = {
  /** A scan, which looks for the token of a gateway: on the loopback, and by another address. */
  scan: { loopback: 3, elsewhere: 1 },
  /** The first `up`, for each gateway, before anything is written. */
  firstUp: 4,
  /** A rotation, which asks after its change. */
  flip: 2,
} as const
