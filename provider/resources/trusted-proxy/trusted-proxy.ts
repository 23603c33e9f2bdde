import type { AuthoritySet } from "../../../certificates/authority-set.ts"
import type { Json } from "../../../core/content.ts"
import { UserError } from "../../../core/errors.ts"
import { Secret } from "../../../core/secret.ts"
import { authKeys } from "../../../products/auth-modes.ts"
import { settingIn, settingsBefore, type TrustSetting, trustSettings } from "../../../products/trusted-proxy.ts"
import { declared } from "../../declare.ts"
import { isSameValue, secretJson } from "../../inputs.ts"
import { notChecked } from "../../missed.ts"
import type { Resource } from "../../resource.ts"
import type { Properties } from "../../wire.ts"
import { applyTrust, previewTrust, removeTrust } from "./act.ts"
import { evaluateTrust, trustOf } from "./evaluate.ts"
import {
  completed,
  gatewayIn,
  identity,
  isKnown,
  right,
  type TrustedProxyInputs,
  trustedProxyDeclaration,
  trustedProxyId,
} from "./inputs.ts"

const declaredInputs = ["mode", "port", "authority", "guard", "header", "userHeader", "identities", "closed"] as const

/** What `pulumi destroy` leaves: without its trust and without a token, the gateway would let nobody in either. */
const leftAlone = {
  message: "its config goes on trusting its guard, which is removed: nobody gets in",
  fix: "first set mode: token on the gateway and run `pulumi up`",
}

/** A gateway that trusts its guard: the settings of its config, and that the running gateway goes by them. */
export const trustedProxy: Resource = {
  async check({ run, urn, news }) {
    const { inputs, failures = [] } = completed(news)
    if (failures.length > 0 || !isKnown(inputs)) return { inputs, failures }
    const known: TrustedProxyInputs = inputs
    run.gateways.noteGateways([gatewayIn(known)])
    const reason = run.claims.claim(`trust ${trustedProxyId(known)}`, urn, `gateway's config ${known.config}`)
    return { inputs, failures: reason === undefined ? [] : [{ property: "config", reason }] }
  },

  diff({ olds, news }) {
    const replaces = identity.filter((key) => olds[key] !== news[key])
    const changed = declaredInputs.filter((key) => !isSameValue(olds[key], news[key]))
    const drifted = [
      ...(olds.settings === news.settings ? [] : ["settings"]),
      ...(olds.code === "refused" ? ["wire"] : []),
    ]
    return { changes: [...replaces, ...changed, ...drifted], replaces }
  },

  async create({ run, news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: news }
    const inputs: TrustedProxyInputs = news
    const id = trustedProxyId(inputs)
    if (preview) {
      const authority = await run.authorities.authoritySoon(inputs.authority)
      if (authority) await previewTrust(run, inputs, authority, log).catch(run.activity.failLast)
      return { id, outputs: news }
    }
    const authority = await run.authorities.authorityNow(inputs.authority)
    // A gateway that was renamed in the declaration: another resource knows what was before.
    const known = run.trusts.before(inputs.host, inputs.config)
    const found = await applyTrust(run, inputs, authority, log).catch(run.activity.failLast)
    const before = mergeBefore(known ?? [], found)
    return { id, outputs: { ...news, ...right, code: "accepted", faults: [], before: sealed(before) } }
  },

  async read({ run, id, inputs, state, log }) {
    if (inputs.config === undefined) throw new UserError(`${id}: a trust is not imported; it is declared`)
    const known = declared(trustedProxyDeclaration, inputs)
    run.trusts.note(known.host, known.config, beforeIn(state), known.guard)
    if (run.command.destroying() && known.mode === "trusted-proxy") log("warning", leftAlone)
    const authority = await run.authorities.authoritySoon(known.authority)
    if (!authority) return { id, inputs, outputs: state }
    try {
      const { settings, wire, code, missing, config } = await evaluateTrust(known, authority)
      // Noted before any `up` writes: one that is killed after its write does not lose it.
      const before = keptBefore(beforeIn(state), config, known, authority)
      run.trusts.note(known.host, known.config, before, known.guard)
      const faults = missing.map(({ key }) => key)
      if (code === "refused" || faults.length > 0) run.troubles.noteTrouble(known.host, known.config)
      return { id, inputs, outputs: { ...state, ...inputs, settings, wire, code, faults, before: sealed(before) } }
    } catch (error) {
      log("warning", notChecked(error))
      return { id, inputs, outputs: state }
    }
  },

  async update({ run, olds, news, preview, log }) {
    if (!isKnown(news)) return news
    const inputs: TrustedProxyInputs = news
    if (preview) {
      const authority = await run.authorities.authoritySoon(inputs.authority)
      if (authority) await previewTrust(run, inputs, authority, log, olds).catch(run.activity.failLast)
      return { ...news, before: olds.before }
    }
    const authority = await run.authorities.authorityNow(inputs.authority)
    const before = await applyTrust(run, inputs, authority, log, olds).catch(run.activity.failLast)
    return { ...news, ...right, code: "accepted", faults: [], before: sealed(mergeBefore(beforeIn(olds), before)) }
  },

  async delete({ run, olds, log }) {
    const inputs = declared(trustedProxyDeclaration, olds)
    if (run.claims.isClaimed(`trust ${trustedProxyId(inputs)}`)) return
    const authority = await run.authorities.authoritySoon(inputs.authority)
    if (!authority) return log("warning", "its config is left as it is: its Authority is not part of this run")
    const { trusts } = await removeTrust(inputs, authority, beforeIn(olds))
    if (trusts) log("warning", leftAlone)
  },
}

/** Returns what was before a trust: as long as the config has none, what it says of the keys that one would change. */
function keptBefore(
  first: readonly TrustSetting[],
  config: Json,
  inputs: TrustedProxyInputs,
  authority: AuthoritySet,
): readonly TrustSetting[] {
  if (settingIn(config, authKeys.mode) === "trusted-proxy") return first
  const isOpen = ({ key }: TrustSetting) => key !== "gateway.bind" && !key.startsWith("gateway.auth.")
  const trust = trustOf({ ...inputs, mode: "trusted-proxy", closed: true }, authority, config)
  return mergeBefore(first.filter(isOpen), settingsBefore(config, trustSettings(trust)))
}

function sealed(before: readonly TrustSetting[]): Secret {
  return new Secret(JSON.stringify(before))
}

/** Keeps what was before the first trust, and adds the settings that came under it later. */
function mergeBefore(first: readonly TrustSetting[], later: readonly TrustSetting[]): readonly TrustSetting[] {
  const isKnown = (key: string) => first.some((each) => each.key === key || key.startsWith(`${each.key}.`))
  return [...first, ...later.filter(({ key }) => !isKnown(key))]
}

function beforeIn({ before }: Properties): readonly TrustSetting[] {
  const all = secretJson<readonly { key: string; value?: TrustSetting["value"] }[]>(before) ?? []
  return all.map(({ key, value }) => ({ key, value }))
}
