import { shown } from "../../../core/escape.ts"
import type { Secret } from "../../../core/secret.ts"
import { describeVerdict, type Verdict } from "../../../gateways/verdict.ts"
import { mostWrong } from "../../gateways/auth-settings.ts"
import type { GatewayAt } from "../../gateways/gateway-at.ts"
import { isObject } from "../../kinds.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"

function isGateway(value: unknown): value is GatewayAt {
  return isObject(value)
}

/** Returns the gateways that a rotation concerns. */
export function gatewaysIn({ gateways }: Properties): GatewayAt[] {
  return Array.isArray(gateways) ? gateways.filter(isGateway) : []
}

/**
 * Describes the gateways that could not be rotated: one that answers must accept a known token. A stopped gateway reads the
 * new one when it starts.
 */
export async function findUnwilling(run: Run, gateways: readonly GatewayAt[]): Promise<string[]> {
  // The current token, and the previous one: more wrong tokens are not tried.
  const tokens = run.tokens.keptTokens().slice(0, 2)
  const problems = await Promise.all(gateways.map((at) => problemOf(run, at, tokens)))
  return problems.filter((problem) => problem !== undefined)
}

async function problemOf(run: Run, at: GatewayAt, tokens: readonly Secret[]): Promise<string | undefined> {
  let last: Verdict | undefined
  const most = Math.max(1, await mostWrong("flip", at))
  for (const token of tokens.slice(0, most)) {
    last = await run.gateways.verdictOf(at, token)
    if (last.kind !== "refused") break
  }
  if (last === undefined || ["accepted", "no gateway", "unreachable"].includes(last.kind)) return undefined
  const remedy = remedies[last.kind] ?? "check which process uses its port"
  return `the gateway at port ${at.port} of ${shown(at.host)}: ${describeVerdict(last)}; ${remedy}`
}

export const remedies: { readonly [kind in Verdict["kind"]]?: string } = {
  refused: "it accepts another token than the current one: first run `pulumi up` with the previous number",
  starting: "try again in a moment",
  "rate limited": "wait until then",
  tls: "compare its certificate, and set tlsFingerprint to its SHA-256",
}
