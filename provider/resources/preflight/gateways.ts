import { shown } from "../../../core/escape.ts"
import type { Secret } from "../../../core/secret.ts"
import { describeVerdict, type Verdict } from "../../../gateways/verdict.ts"
import type { GatewayAt } from "../../gateways/gateway-at.ts"
import { isObject } from "../../kinds.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"

function isGateway(value: unknown): value is GatewayAt {
  return isObject(value)
}

/** The gateways that a rotation concerns. */
export function gatewaysIn({ gateways }: Properties): GatewayAt[] {
  return Array.isArray(gateways) ? gateways.filter(isGateway) : []
}

/**
 * The gateways that could not be made to take another token: what answers must take one that we know. One that does not
 * run finds the new one when it starts.
 */
export async function unwilling(run: Run, gateways: readonly GatewayAt[]): Promise<string[]> {
  // The present one, and the one before it: more wrong ones are not tried.
  const tokens = run.tokens.keptTokens().slice(0, 2)
  const problems = await Promise.all(gateways.map((at) => problemOf(run, at, tokens)))
  return problems.filter((problem) => problem !== undefined)
}

async function problemOf(run: Run, at: GatewayAt, tokens: readonly Secret[]): Promise<string | undefined> {
  let last: Verdict | undefined
  for (const token of tokens) {
    last = await run.gateways.verdictOf(at, token)
    if (last.kind !== "refused") break
  }
  if (last === undefined || ["accepted", "no gateway", "unreachable"].includes(last.kind)) return undefined
  const remedy = remedies[last.kind] ?? "see who has its port"
  return `the gateway at port ${at.port} of ${shown(at.host)}: ${describeVerdict(last)}; ${remedy}`
}

export const remedies: { readonly [kind in Verdict["kind"]]?: string } = {
  refused: "it takes another token than the present one: first bring it there by `pulumi up` with the number as it was",
  starting: "run it again in a moment",
  "rate limited": "wait until then",
  tls: "compare its certificate, and set tlsFingerprint to its SHA-256",
}
