import type { AuthoritySet } from "../../../certificates/authority-set.ts"
import type { Json } from "../../../core/content.ts"
import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { describeVerdict, type Verdict } from "../../../gateways/verdict.ts"
import type { FileSnapshot } from "../../../hosts/host.ts"
import { hostOf } from "../../../hosts/index.ts"
import {
  missingSettings,
  ownIdentity,
  type Trust,
  type TrustedIdentity,
  type TrustSetting,
  trustSettings,
} from "../../../products/trusted-proxy.ts"
import { parsedConfig } from "../../../survey/files/settings.ts"
import { forwardedVerdict, headerName, identitySession } from "../../gateways/identity.ts"
import { describeMissing } from "./describe.ts"
import { gatewayIn, right, type TrustedProxyInputs } from "./inputs.ts"

/** What a gateway's config says, compared with what is declared, and whether the running gateway goes by it. */
export interface TrustEvaluation {
  readonly settings: string
  readonly wire: string
  readonly code: "accepted" | "refused" | "unknown"
  readonly missing: readonly TrustSetting[]
  readonly config: Json
}

export function trustOf(inputs: TrustedProxyInputs, authority: AuthoritySet): Trust {
  const { mode, identities, closed } = inputs
  return {
    mode,
    header: headerName(authority, inputs),
    identities: identities.map(({ identity, scopes = [] }) => ({ identity, scopes })),
    isClosed: closed,
  }
}

/** @throws UserError if the config is missing or cannot be read */
export async function evaluateTrust(inputs: TrustedProxyInputs, authority: AuthoritySet): Promise<TrustEvaluation> {
  const file = await hostOf(inputs.host).readSnapshot(inputs.config)
  const config = configIn(file, inputs.config)
  const missing = missingSettings(config, trustSettings(trustOf(inputs, authority)))
  const settings = describeMissing(config, missing)
  return { settings, ...wireOf(await wireVerdict(inputs, authority), inputs), missing, config }
}

/** @throws UserError */
export function configIn(file: FileSnapshot, path: string): Json {
  if (file.kind === "absent")
    throw new UserError(`${shown(path)} does not exist; expected the config of a gateway that runs. Set it up first`)
  if (file.kind !== "file") throw new UserError(`${shown(path)}: ${file.reason}`)
  const config = parsedConfig(file.bytes)
  if (config === undefined) throw new UserError(`${shown(path)} cannot be parsed; expected JSON5. Correct it first`)
  return config
}

/** Connects to the gateway as its guard does. @param who the clients to connect as; by default gatekey itself */
export async function wireVerdict(
  inputs: TrustedProxyInputs,
  authority: AuthoritySet,
  who: readonly TrustedIdentity[] = [ownIdentity],
): Promise<Verdict> {
  const at = gatewayIn(inputs)
  if (inputs.mode === "token") return forwardedVerdict(at)
  let last: Verdict = { kind: "accepted" }
  for (const each of who) {
    const { session, verdict } = await identitySession(at, headerName(authority, inputs), each)
    session?.close()
    last = verdict
    if (verdict.kind !== "accepted") break
  }
  return last
}

/** Checks whether the gateway accepts what comes from its guard. */
export function isTrusting({ kind }: Verdict, { mode }: Pick<TrustedProxyInputs, "mode">): boolean {
  return kind === "accepted" || (mode === "token" && kind === "answers")
}

function wireOf(verdict: Verdict, inputs: TrustedProxyInputs): Pick<TrustEvaluation, "wire" | "code"> {
  if (isTrusting(verdict, inputs)) return { wire: right.wire, code: "accepted" }
  const why = describeVerdict(verdict)
  const isRefusal = ["refused", "answers", "pairing required", "not a gateway"].includes(verdict.kind)
  return isRefusal
    ? { wire: `does not accept its guard's clients (${why})`, code: "refused" }
    : { wire: `not checked: ${why}`, code: "unknown" }
}
