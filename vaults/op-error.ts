import { Foreign } from "../core/foreign.ts"

/** A kind of error of `op`, by the messages of versions 2.28 to 2.40. */
export type OpError = keyof typeof patterns

const patterns = {
  missing: /isn't an item/,
  ambiguous: /More than one item matches/i,
  noVault: /isn't a vault in this account|More than one vault matches/i,
  conflict: /\(409\) Conflict/,
  limited: /\(429\) Too Many Requests|Too many requests|rate-limited/i,
  badToken: /DecodeSACredentials|\(401\)|Service Account Deleted|credentials are not compatible/i,
  signedOut:
    /not currently signed in|account is not signed in|no active session found|session expired|invalid session token|could not find session token|no accounts? (?:found|configured)|authorization prompt dismissed|authorization (?:denied|timeout)/i,
  forbidden: /\(403\) Forbidden|do(?:es)?n't have (?:the )?permission/i,
  offline: /dial tcp|no such host|network is unreachable|connection refused|i\/o timeout|deadline exceeded/i,
} as const

/** Finds the first kind that matches. `missing` comes first, as an item's name may match another kind. */
export function findOpError(stderr: Foreign): OpError | undefined {
  return (Object.keys(patterns) as OpError[]).find((each) => stderr.matches(patterns[each]))
}

/** Lists the ids in an error about several items. */
export function listIds(stderr: Foreign): string[] {
  return [...new Set(stderr.raw().match(/\b[a-z0-9]{26}\b/g))]
}

/** Extracts the error's message, without prefix, time and other lines. */
export function extractMessage(stderr: Foreign): Foreign {
  const output = stderr.raw()
  const line = output.split("\n").find((line) => line.includes("[ERROR]")) ?? output
  return new Foreign(line.replace(/^.*\[ERROR\]\s*(?:\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d\s*)?/, ""))
}
