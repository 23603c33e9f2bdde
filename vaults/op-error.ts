import { Foreign } from "../core/foreign.ts"

/** What `op` means by what it prints on its error output, as versions 2.28 to 2.40 put it. */
export type OpError = keyof typeof words

const words = {
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

/** The first that fits. An item may be named like another error: that it is not there comes first. */
export function opErrorIn(stderr: Foreign): OpError | undefined {
  return (Object.keys(words) as OpError[]).find((each) => stderr.matches(words[each]))
}

/** The ids in what it says of several. */
export function matches(stderr: Foreign): string[] {
  return [...new Set(stderr.raw().match(/\b[a-z0-9]{26}\b/g))]
}

/** Its own words, without its name for an error, the time, and what it says on other lines. */
export function lineOf(stderr: Foreign): Foreign {
  const said = stderr.raw()
  const line = said.split("\n").find((line) => line.includes("[ERROR]")) ?? said
  return new Foreign(line.replace(/^.*\[ERROR\]\s*(?:\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d\s*)?/, ""))
}
