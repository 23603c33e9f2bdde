import { Unreachable } from "../core/errors.ts"
import type { Secret } from "../core/secret.ts"
import { asked, opened, probed, type Way } from "../gateways/gateway.ts"
import type { SentAs, Session } from "../gateways/session.ts"
import { isSilent, type Verdict } from "../gateways/verdict.ts"
import { hostOf } from "../hosts/index.ts"
import type { GatewayAt } from "./gateway-at.ts"

export type { GatewayAt } from "./gateway-at.ts"

/** Gateways that answered in this run. */
const running = new Set<string>()

/** What this run has seen: a token is tried once at a gateway, and all who ask share the answer. */
const seen = new Map<string, { readonly token: Secret; readonly verdict: Promise<Verdict> }[]>()

/** How long one that answered before may be silent: a machine may be busy. */
const busyMilliseconds = 60_000

/** Whether it takes the token; asked at the wire once a run. */
export function verdictOf(at: GatewayAt, token: Secret): Promise<Verdict> {
  const ask = at.published ? probed : asked
  return once(at, token, async () => {
    const deadline = Date.now() + busyMilliseconds
    for (;;) {
      const verdict = await ask(wayOf(at), token).catch(unreachable)
      if (!isSilent(verdict) || !hasAnswered(at) || Date.now() > deadline) return verdict
    }
  })
}

/** The same, asked in another way. */
export function once(
  at: Pick<GatewayAt, "host" | "port" | "as">,
  token: Secret,
  ask: () => Promise<Verdict>,
): Promise<Verdict> {
  const tries = seen.get(wireKey(at)) ?? []
  const before = tries.find((each) => each.token.equals(token))
  if (before) return before.verdict
  const verdict = ask().then((verdict) => noted(at, verdict))
  seen.set(wireKey(at), [...tries, { token, verdict }])
  return verdict
}

/** Checks without a token what has the port. */
export async function greeting(at: GatewayAt): Promise<Verdict> {
  const ask = at.published ? probed : asked
  return noted(at, await ask(wayOf(at), undefined).catch(unreachable))
}

/** Whether the gateway answered at any time in this run. */
export function hasAnswered(at: Pick<GatewayAt, "host" | "port">): boolean {
  return running.has(keyOf(at))
}

/** What answered was stopped: nothing has to answer there at the end of the run. */
export function forgetAnswer(at: Pick<GatewayAt, "host" | "port">): void {
  running.delete(keyOf(at))
}

function noted(at: Pick<GatewayAt, "host" | "port">, verdict: Verdict): Verdict {
  if (!["no gateway", "unreachable", "not a gateway"].includes(verdict.kind)) running.add(keyOf(at))
  return verdict
}

/** The secret that it is known to take; where none is, it is asked whether it takes this one. */
export async function tokenTaken(at: GatewayAt, candidate?: Secret): Promise<Secret | undefined> {
  for (const { token, verdict } of seen.get(wireKey(at)) ?? []) {
    if ((await verdict).kind === "accepted") return token
  }
  if (candidate && (await verdictOf(at, candidate)).kind === "accepted") return candidate
  return undefined
}

/** How many tokens it has refused in this run. */
export async function refusals(at: Pick<GatewayAt, "host" | "port" | "as">): Promise<number> {
  const verdicts = await Promise.all((seen.get(wireKey(at)) ?? []).map(({ verdict }) => verdict))
  return verdicts.filter(({ kind }) => kind === "refused").length
}

/** What was seen holds no more. */
export function forget(at: GatewayAt): void {
  for (const as of [undefined, "token", "password"] as const) seen.delete(wireKey({ ...at, as }))
}

/** Opens a session on its loopback. */
export async function sessionAt(
  at: GatewayAt,
  token: Secret | undefined,
  scopes: readonly string[],
): Promise<{ verdict: Verdict; session?: Session }> {
  return opened(wayOf(at), token, scopes).catch((error) => ({ verdict: unreachable(error) }))
}

/** One that may see pairings and approve them; a token that was refused in this run is not tried again. */
export async function operatorAt(at: GatewayAt, token: Secret): Promise<{ verdict: Verdict; session?: Session }> {
  const verdict = await verdictOf(at, token)
  if (verdict.kind === "refused" || verdict.kind === "rate limited") return { verdict }
  return sessionAt(at, token, ["operator.admin", "operator.pairing"])
}

function wayOf({ host, address = "127.0.0.1", port, product, as = "either", tlsFingerprint }: GatewayAt): Way {
  const dial = () => hostOf(host).dial(address, port)
  return { product, port, as, dial, ...(tlsFingerprint === undefined ? {} : { tlsFingerprint }) }
}

/** What a token is answered is not what a password is. */
function wireKey(at: { readonly host: string; readonly port: number; readonly as?: SentAs | undefined }): string {
  return `${keyOf(at)}|${at.as ?? "either"}`
}

function keyOf({ host, port }: Pick<GatewayAt, "host" | "port">): string {
  return `${host}|${port}`
}

export function unreachable(error: unknown): Verdict {
  if (error instanceof Unreachable) return { kind: "unreachable", reason: error.reason }
  throw error
}
