import { normalizeHost } from "../../core/host.ts"
import type { Secret } from "../../core/secret.ts"
import { checkTokenByHttp, checkTokenByWebSocket } from "../../gateways/gateway.ts"
import type { SecretField, Session } from "../../gateways/session.ts"
import { isSilent, type Verdict } from "../../gateways/verdict.ts"
import type { GatewayAt } from "../gateways/gateway-at.ts"
import { sessionAt, unreachable, wayOf } from "../gateways/session.ts"

type At = Pick<GatewayAt, "host" | "port">

/** How long one that answered before may be silent: a machine may be busy. */
const busyMilliseconds = 60_000

/** What this run knows of gateways. */
export class Gateways {
  readonly #declared: GatewayAt[] = []
  /** Those that answered. */
  readonly #running = new Set<string>()
  /** A token is tried once at a gateway, and all who ask share the answer. */
  readonly #seen = new Map<string, { readonly token: Secret; readonly verdict: Promise<Verdict> }[]>()

  noteGateways(gateways: readonly GatewayAt[]): void {
    this.#declared.push(...gateways)
  }

  /** The declared gateway that answers there. */
  declaredAt({ host, port }: At): GatewayAt | undefined {
    return this.#declared.findLast((each) => each.port === port && normalizeHost(each.host) === normalizeHost(host))
  }

  /** The declared gateway with this config file. */
  declaredBy({ host, path }: { readonly host: string; readonly path: string }): GatewayAt | undefined {
    return this.#declared.findLast((each) => each.config === path && normalizeHost(each.host) === normalizeHost(host))
  }

  /** Whether it takes the token; asked at the wire once a run. */
  verdictOf(at: GatewayAt, token: Secret): Promise<Verdict> {
    const ask = at.published ? checkTokenByHttp : checkTokenByWebSocket
    return this.once(at, token, async () => {
      const deadline = Date.now() + busyMilliseconds
      for (;;) {
        const verdict = await ask(wayOf(at), token).catch(unreachable)
        if (!isSilent(verdict) || !this.hasAnswered(at) || Date.now() > deadline) return verdict
      }
    })
  }

  /** Shares the answer in the same way, but asks in another one. */
  once(at: Pick<GatewayAt, "host" | "port" | "as">, token: Secret, ask: () => Promise<Verdict>): Promise<Verdict> {
    const tries = this.#seen.get(wireKey(at)) ?? []
    const before = tries.find((each) => each.token.equals(token))
    if (before) return before.verdict
    const verdict = ask().then((verdict) => this.#noted(at, verdict))
    this.#seen.set(wireKey(at), [...tries, { token, verdict }])
    return verdict
  }

  /** Checks without a token what has the port. */
  async greeting(at: GatewayAt): Promise<Verdict> {
    const ask = at.published ? checkTokenByHttp : checkTokenByWebSocket
    return this.#noted(at, await ask(wayOf(at), undefined).catch(unreachable))
  }

  /** Whether the gateway answered at any time in this run. */
  hasAnswered(at: At): boolean {
    return this.#running.has(keyOf(at))
  }

  /** What answered was stopped: nothing has to answer there at the end of the run. */
  forgetAnswer(at: At): void {
    this.#running.delete(keyOf(at))
  }

  /** The secret that it is known to take; where none is, it is asked whether it takes this one. */
  async tokenTaken(at: GatewayAt, candidate?: Secret): Promise<Secret | undefined> {
    for (const { token, verdict } of this.#seen.get(wireKey(at)) ?? []) {
      if ((await verdict).kind === "accepted") return token
    }
    if (candidate && (await this.verdictOf(at, candidate)).kind === "accepted") return candidate
    return undefined
  }

  /** How many tokens it has refused in this run. */
  async refusals(at: Pick<GatewayAt, "host" | "port" | "as">): Promise<number> {
    const verdicts = await Promise.all((this.#seen.get(wireKey(at)) ?? []).map(({ verdict }) => verdict))
    return verdicts.filter(({ kind }) => kind === "refused").length
  }

  /** What was seen holds no more. */
  forget(at: GatewayAt): void {
    for (const as of [undefined, "token", "password"] as const) this.#seen.delete(wireKey({ ...at, as }))
  }

  /** One that may see pairings and approve them; a token that was refused in this run is not tried again. */
  async operatorAt(at: GatewayAt, token: Secret): Promise<{ verdict: Verdict; session?: Session }> {
    const verdict = await this.verdictOf(at, token)
    if (verdict.kind === "refused" || verdict.kind === "rate limited") return { verdict }
    return sessionAt(at, token, ["operator.admin", "operator.pairing"])
  }

  #noted(at: At, verdict: Verdict): Verdict {
    if (!["no gateway", "unreachable", "not a gateway"].includes(verdict.kind)) this.#running.add(keyOf(at))
    return verdict
  }
}

/** What a token is answered is not what a password is. */
function wireKey(at: At & { readonly as?: SecretField | undefined }): string {
  return `${keyOf(at)}|${at.as ?? "either"}`
}

function keyOf({ host, port }: At): string {
  return `${host}|${port}`
}
