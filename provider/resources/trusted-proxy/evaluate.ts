import type { Authority } from "../../../certificates/authority.ts"
import type { Json } from "../../../core/content.ts"
import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { describeVerdict, type Verdict } from "../../../gateways/verdict.ts"
import type { FileSnapshot } from "../../../hosts/host.ts"
import { hostOf } from "../../../hosts/index.ts"
import { missingSettings, type Trust, type TrustSetting, trustSettings } from "../../../products/trusted-proxy.ts"
import { identityHeader } from "../../../proxies/header.ts"
import { parsedConfig } from "../../../survey/files/settings.ts"
import { identitySession } from "../../gateways/identity.ts"
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

export function trustOf({ mode, header, identities, closed }: TrustedProxyInputs, authority: Authority): Trust {
  return {
    mode,
    header: identityHeader(authority, header),
    identities: identities.map(({ identity, scopes = [] }) => ({ identity, scopes })),
    isClosed: closed,
  }
}

/** @throws UserError if the config is missing or cannot be read */
export async function evaluateTrust(inputs: TrustedProxyInputs, authority: Authority): Promise<TrustEvaluation> {
  const file = await hostOf(inputs.host).readSnapshot(inputs.config)
  const config = configIn(file, inputs.config)
  const missing = missingSettings(config, trustSettings(trustOf(inputs, authority)))
  const settings = describeMissing(config, missing)
  if (inputs.mode === "token") return { settings, wire: right.wire, code: "unknown", missing, config }
  const { session, verdict } = await identitySession(gatewayIn(inputs), authority, inputs.header)
  session?.close()
  return { settings, ...wireOf(verdict), missing, config }
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

export function wireOf(verdict: Verdict): Pick<TrustEvaluation, "wire" | "code"> {
  if (verdict.kind === "accepted") return { wire: right.wire, code: "accepted" }
  const why = describeVerdict(verdict)
  const isRefusal = ["refused", "answers", "pairing required"].includes(verdict.kind)
  return isRefusal
    ? { wire: `does not accept its guard's clients (${why})`, code: "refused" }
    : { wire: `not checked: ${why}`, code: "unknown" }
}
