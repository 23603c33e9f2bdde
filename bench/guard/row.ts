import { waitUntil } from "../../core/until.ts"
import type { Attempt } from "../../test/support/proxies/attempt.ts"
import type { Guarded } from "../../test/support/proxies/guarded.ts"
import type { Relay } from "./relay.ts"

/** A credential that a guard refuses, and what its answer or the TLS alert is. */
export type Row = readonly [what: string, attempt: Partial<Attempt> & { readonly as?: string }, reason: RegExp]

export interface Tried {
  readonly what: string
  /** The answer, or the TLS alert. */
  readonly said: string
  readonly isRefused: boolean
  readonly hasReached: boolean
  /** The guard's log says why. */
  readonly isLogged: boolean
}

const patienceMilliseconds = 10_000
/** In the log: a word of the rules, or what OpenSSL has against a certificate. */
const reason = /"why":"[a-z]|"tls":"[^"]|"verify":[1-9]/

/** Tries a row at a guard, and waits for the line of its log. */
export async function tryRow(guard: Guarded, relay: Relay, [what, attempt, answer]: Row): Promise<Tried> {
  const [lines, passed] = [guard.log.length, relay.passed()]
  const { status, body = "", error } = await guard.try(attempt)
  const isLogged = await waitUntil(() => guard.log.slice(lines).some((line) => reason.test(line)), patienceMilliseconds)
  const said = error ?? `${status} ${body}`
  return {
    ...{ what, said },
    isRefused: (error !== undefined || status === 401 || status === 403) && answer.test(said),
    hasReached: relay.passed() !== passed,
    isLogged,
  }
}
