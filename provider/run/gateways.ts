import { normalizeHost } from "../../core/host.ts"
import type { Secret } from "../../core/secret.ts"
import { checkTokenByHttp, checkTokenByWebSocket } from "../../gateways/gateway.ts"
import type { SecretField, Session } from "../../gateways/session.ts"
import { isSilent, type Verdict } from "../../gateways/verdict.ts"
import type { GatewayAt } from "../gateways/gateway-at.ts"
import { sessionAt, unreachable, wayOf } from "../gateways/session.ts"

type At = Pick<GatewayAt, "host" | "port">

/** How long a gateway that answered before may be silent: a machine may be busy. */
const busyMilliseconds = 60_000

/** What this run knows of the gateways. */
export class Gateways {
  readonly #declared: GatewayAt[] = []
  /** The gateways that answered. */
  readonly #running = new Set<string>()
  /** Each token is tried once at a gateway, and all callers share the verdict. */
  readonly #verdicts = new Map<string, { readonly token: Secret; readonly verdict: Promise<Verdict> }[]>()

  noteGateways(gateways: readonly GatewayAt[]): void {
    this.#declared.push(...gateways)
  }

  /** Returns the declared gateway at that address. */
  declaredAt({ host, port }: At): GatewayAt | undefined {
    return this.#declared.findLast((each) => each.port === port && normalizeHost(each.host) === normalizeHost(host))
  }

  /** Returns the declared gateway with this config file. */
  declaredBy({ host, path }: { readonly host: string; readonly path: string }): GatewayAt | undefined {
    return this.#declared.findLast((each) => each.config === path && normalizeHost(each.host) === normalizeHost(host))
  }

  /** Asks the gateway once a run whether it accepts the token. */
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

  /** Asks once a run by the given function, and shares the verdict. */
  once(at: Pick<GatewayAt, "host" | "port" | "as">, token: Secret, ask: () => Promise<Verdict>): Promise<Verdict> {
    const tries = this.#verdicts.get(wireKey(at)) ?? []
    const known = tries.find((each) => each.token.equals(token))
    if (known) return known.verdict
    const verdict = ask().then((verdict) => this.#noteAnswer(at, verdict))
    this.#verdicts.set(wireKey(at), [...tries, { token, verdict }])
    return verdict
  }

  /** Checks without a token what uses the port. */
  async greeting(at: GatewayAt): Promise<Verdict> {
    const ask = at.published ? checkTokenByHttp : checkTokenByWebSocket
    return this.#noteAnswer(at, await ask(wayOf(at), undefined).catch(unreachable))
  }

  /** Checks whether the gateway answered at any time in this run. */
  hasAnswered(at: At): boolean {
    return this.#running.has(keyOf(at))
  }

  /** Forgets that it answered, because it was stopped: nothing has to answer there at the end of the run. */
  forgetAnswer(at: At): void {
    this.#running.delete(keyOf(at))
  }

  /** Returns the secret that it is known to accept; else asks whether it accepts the candidate. */
  async acceptedToken(at: GatewayAt, candidate?: Secret): Promise<Secret | undefined> {
    for (const { token, verdict } of this.#verdicts.get(wireKey(at)) ?? []) {
      if ((await verdict).kind === "accepted") return token
    }
    if (candidate && (await this.verdictOf(at, candidate)).kind === "accepted") return candidate
    return undefined
  }

  /** Counts the tokens that it rejected in this run. */
  async refusals(at: Pick<GatewayAt, "host" | "port" | "as">): Promise<number> {
    const verdicts = await Promise.all((this.#verdicts.get(wireKey(at)) ?? []).map(({ verdict }) => verdict))
    return verdicts.filter(({ kind }) => kind === "refused").length
  }

  /** Forgets all verdicts of the gateway. */
  forget(at: GatewayAt): void {
    for (const as of [undefined, "token", "password"] as const) this.#verdicts.delete(wireKey({ ...at, as }))
  }

  /** Opens a session that may list and approve pairings; a token that was rejected in this run is not tried again. */
  async operatorAt(at: GatewayAt, token: Secret): Promise<{ verdict: Verdict; session?: Session }> {
    const verdict = await this.verdictOf(at, token)
    if (verdict.kind === "refused" || verdict.kind === "rate limited") return { verdict }
    return sessionAt(at, token, ["operator.admin", "operator.pairing"])
  }

  #noteAnswer(at: At, verdict: Verdict): Verdict {
    if (!["no gateway", "unreachable", "not a gateway"].includes(verdict.kind)) this.#running.add(keyOf(at))
    return verdict
  }
}

/** Returns the key of the verdicts: a token's verdict is not a password's. */
function wireKey(at: At & { readonly as?: SecretField | undefined }): string {
  return `${keyOf(at)}|${at.as ?? "either"}`
}

function keyOf({ host, port }: At): string {
  return `${host}|${port}`
}
