import { Unreachable } from "../core/errors.ts"
import type { Secret } from "../core/secret.ts"
import { asked, opened, probed, type Way } from "../gateways/gateway.ts"
import type { Session } from "../gateways/session.ts"
import type { Verdict } from "../gateways/verdict.ts"
import { hostOf } from "../hosts/index.ts"

/** A gateway on its own host. */
export interface GatewayAt {
  readonly host: string
  readonly port: number
  readonly product: string
  /** SHA-256 of its certificate, where it speaks TLS. */
  readonly tlsFingerprint?: string
  /** Where it listens on its host. Default: 127.0.0.1. */
  readonly address?: string
  /** A published port of a container: what comes from its host is not the gateway's own loopback. */
  readonly published?: boolean
}

/** What this run has seen: a token is tried once at a gateway, and all who ask share the answer. */
const seen = new Map<string, { readonly token: Secret; readonly verdict: Promise<Verdict> }[]>()

/** Whether it takes the token; asked at the wire once a run. */
export function verdictOf(at: GatewayAt, token: Secret): Promise<Verdict> {
  const ask = at.published ? probed : asked
  return once(at, token, () => ask(wayOf(at), token).catch(unreachable))
}

/** The same, asked in another way. */
export function once(
  at: Pick<GatewayAt, "host" | "port">,
  token: Secret,
  ask: () => Promise<Verdict>,
): Promise<Verdict> {
  const tries = seen.get(keyOf(at)) ?? []
  const before = tries.find((each) => each.token.equals(token))
  if (before) return before.verdict
  const verdict = ask()
  seen.set(keyOf(at), [...tries, { token, verdict }])
  return verdict
}

/** The token that it is known to take; where none is, it is asked whether it takes this one. */
export async function tokenTaken(at: GatewayAt, candidate?: Secret): Promise<Secret | undefined> {
  for (const { token, verdict } of seen.get(keyOf(at)) ?? []) {
    if ((await verdict).kind === "accepted") return token
  }
  if (candidate && (await verdictOf(at, candidate)).kind === "accepted") return candidate
  return undefined
}

/** How many tokens it has refused in this run. */
export async function refusals(at: Pick<GatewayAt, "host" | "port">): Promise<number> {
  const verdicts = await Promise.all((seen.get(keyOf(at)) ?? []).map(({ verdict }) => verdict))
  return verdicts.filter(({ kind }) => kind === "refused").length
}

/** What was seen holds no more. */
export function forget(at: GatewayAt): void {
  seen.delete(keyOf(at))
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

function wayOf({ host, address = "127.0.0.1", port, product, tlsFingerprint }: GatewayAt): Way {
  const dial = () => hostOf(host).dial(address, port)
  return { product, port, dial, ...(tlsFingerprint === undefined ? {} : { tlsFingerprint }) }
}

function keyOf({ host, port }: Pick<GatewayAt, "host" | "port">): string {
  return `${host}|${port}`
}

export function unreachable(error: unknown): Verdict {
  if (error instanceof Unreachable) return { kind: "unreachable", reason: error.reason }
  throw error
}
