/** The limit that a config sets for failed attempts (openclaw's `gateway.auth.rateLimit`; clawdbot has none). */
export interface RateLimit {
  readonly maxAttempts?: number | undefined
  /** Default: true. */
  readonly exemptLoopback?: boolean | undefined
}

/** openclaw locks an address out after so many wrong tokens within a minute. */
const defaultAttempts = 10

/**
 * The maximum of wrong tokens that are sent to a gateway. The loopback is exempt by default: there each wrong one only delays
 * the next answer (measured).
 */
const maxima = {
  /** A scan, which searches for the token of a gateway. */
  scan: { loopback: 3, elsewhere: 1 },
  /** The first `up`, for each gateway, before anything is written. */
  firstUp: { loopback: 4, elsewhere: 4 },
  /** A rotation, which checks after its change. */
  flip: { loopback: 2, elsewhere: 2 },
} as const

/**
 * Returns how many wrong tokens may be sent to a gateway: of the attempts below its limit the half, because a second run, or
 * a client with an old token, must not reach the limit either.
 */
export function maxWrongTokens(
  purpose: keyof typeof maxima,
  { isLoopback, limit }: { readonly isLoopback: boolean; readonly limit?: RateLimit | undefined },
): number {
  const { loopback, elsewhere } = maxima[purpose]
  if (isLoopback && limit?.exemptLoopback !== false) return loopback
  const attempts = limit?.maxAttempts ?? defaultAttempts
  return Math.max(0, Math.min(elsewhere, Math.floor((attempts - 1) / 2)))
}
