import type { AuthoritySet } from "../../../certificates/authority-set.ts"
import type { Json } from "../../../core/content.ts"
import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import type { Forwarding } from "../../../core/forwarding.ts"
import { describeVerdict, type Verdict } from "../../../gateways/verdict.ts"
import type { FileSnapshot } from "../../../hosts/host.ts"
import { hostOf } from "../../../hosts/index.ts"
import { authKeys } from "../../../products/auth-modes.ts"
import {
  locksOutOwnHost,
  missingSettings,
  ownIdentity,
  settingIn,
  type Trust,
  type TrustedIdentity,
  type TrustSetting,
  trustSettings,
  trustsOwnHost,
} from "../../../products/trusted-proxy.ts"
import { parsedConfig } from "../../../survey/files/settings.ts"
import { type GuardAt, readForwarding } from "../../gateways/forwarding.ts"
import { forwardedVerdict, headerName, identitySession } from "../../gateways/identity.ts"
import { sessionAt } from "../../gateways/session.ts"
import { describeForwarding, describeMissing } from "./describe.ts"
import { gatewayIn, right, type TrustedProxyInputs } from "./inputs.ts"

/** What a gateway's config says, compared with what is declared, and whether the running gateway goes by it. */
export interface TrustEvaluation {
  readonly settings: string
  readonly wire: string
  readonly code: "accepted" | "refused" | "unknown"
  readonly missing: readonly TrustSetting[]
  readonly config: Json
  /** Whether its guard hands clients on as the gateway takes them. */
  readonly isForwardedRight: boolean
}

/** @param config what the gateway's config says now */
export function trustOf(inputs: TrustedProxyInputs, authority: AuthoritySet, config: Json): Trust {
  const { mode, identities, closed, guard } = inputs
  return {
    mode,
    // All that comes without an address comes from the gateway's own host; with an open port no way becomes wider by that.
    isForwarded: guard === undefined || closed || locksOutOwnHost(config),
    header: headerName(authority, inputs),
    identities: identities.map(({ identity, scopes = [] }) => ({ identity, scopes })),
    isClosed: closed,
  }
}

export function guardIn({ host, guard }: Pick<TrustedProxyInputs, "host" | "guard">): GuardAt | undefined {
  return guard === undefined ? undefined : { host, folder: guard }
}

/** Returns how the guard has to hand clients on. */
export function forwardingFor(trust: Trust, config: Json): Forwarding {
  if (trust.mode === "trusted-proxy" || trust.isForwarded) return "named"
  // On its way back, what it trusts goes with the mode.
  if (settingIn(config, authKeys.mode) === "trusted-proxy") return "plain"
  return trustsOwnHost(config) ? "named" : "plain"
}

/** @throws UserError if the config is missing or cannot be read */
export async function evaluateTrust(inputs: TrustedProxyInputs, authority: AuthoritySet): Promise<TrustEvaluation> {
  const config = await configOf(inputs)
  const trust = trustOf(inputs, authority, config)
  const missing = missingSettings(config, trustSettings(trust))
  const at = guardIn(inputs)
  const wanted = forwardingFor(trust, config)
  const isForwardedRight = !at || (await readForwarding(at)) === wanted
  const faults = [
    ...(missing.length > 0 ? [describeMissing(config, missing)] : []),
    ...(isForwardedRight ? [] : [describeForwarding(wanted)]),
  ]
  const settings = faults.length > 0 ? faults.join("; ") : right.settings
  const verdict = await wireVerdict(inputs, authority, wanted)
  return { settings, ...wireOf(verdict, inputs), missing, config, isForwardedRight }
}

/** @throws UserError if the config is missing or cannot be read */
export async function configOf({ host, config }: Pick<TrustedProxyInputs, "host" | "config">): Promise<Json> {
  return configIn(await hostOf(host).readSnapshot(config), config)
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
  forwarding: Forwarding,
  who: readonly TrustedIdentity[] = [ownIdentity],
): Promise<Verdict> {
  const at = gatewayIn(inputs)
  if (inputs.mode === "token") return forwarding === "named" ? forwardedVerdict(at) : plainVerdict(at)
  let last: Verdict = { kind: "accepted" }
  for (const each of who) {
    const { session, verdict } = await identitySession(at, headerName(authority, inputs), each)
    session?.close()
    last = verdict
    if (verdict.kind !== "accepted") break
  }
  return last
}

async function plainVerdict(at: ReturnType<typeof gatewayIn>): Promise<Verdict> {
  const { verdict, session } = await sessionAt(at, undefined, [])
  session?.close()
  return verdict
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
