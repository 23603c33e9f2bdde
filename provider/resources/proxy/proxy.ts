import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../../core/errors.ts"
import { omitUndefined } from "../../../core/given.ts"
import { parseUrn } from "../../../core/urn.ts"
import { declared } from "../../declare.ts"
import { claimPath, isPathClaimed } from "../../hosts/claim.ts"
import { leftThere, notChecked, notMade } from "../../missed.ts"
import type { Resource } from "../../resource.ts"
import type { SeenProxy } from "../../run/observed.ts"
import { configure, revokedOf, unconfigure } from "./act.ts"
import { clientsOf } from "./clients.ts"
import { describeChange, faultIn } from "./describe.ts"
import { evaluateProxy, type ProxyEvaluation } from "./evaluate.ts"
import {
  completed,
  earlierHeader,
  earlierIn,
  identity,
  isKnown,
  type ProxyInputs,
  proxyDeclaration,
  proxyId,
  right,
  trustsOf,
} from "./inputs.ts"

const declaredInputs = ["authority", "digest", "guard", "header", "clients", "sidecar"] as const

export const proxy: Resource = {
  async check({ run, urn, news }) {
    const checked = completed(news)
    const { inputs, failures = [] } = checked
    if (failures.length > 0 || typeof inputs.host !== "string" || typeof inputs.folder !== "string") return checked
    return claimPath(run, urn, checked, { kind: "proxy", host: inputs.host, path: inputs.folder, property: "folder" })
  },

  diff({ olds, news }) {
    const replaces = identity.filter((key) => olds[key] !== news[key])
    const changed = declaredInputs.filter((key) => !isDeepStrictEqual(olds[key], news[key]))
    const trusts = isDeepStrictEqual(trustsOf(olds), trustsOf(news)) ? [] : ["trusts"]
    const drifted = (["configured", "loaded"] as const).filter((key) => olds[key] !== news[key])
    return { changes: [...replaces, ...changed, ...trusts, ...drifted], replaces }
  },

  async create({ run, news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: news }
    const missed = await notReady(news)
    if (missed) {
      log("warning", missed)
      return { id: proxyId(news), outputs: { ...news, configured: missed.message, faults: ["configured"] } }
    }
    const authority = await (preview
      ? run.authorities.authoritySoon(news.authority)
      : run.authorities.authorityNow(news.authority))
    const found = authority && (await evaluateProxy(news, authority, undefined))
    if (found) refuseForeign(news, found)
    if (!preview && authority && found) await configure(news, authority, found, [])
    return { id: proxyId(news), outputs: news }
  },

  async read({ run, urn, id, inputs, state, log }) {
    if (inputs.host === undefined) throw new UserError(`${id}: a proxy is not imported; it is declared`)
    const known = declared(proxyDeclaration, inputs)
    const note = (problem?: string) => run.authorities.noteProxy(known.authority, id, seenIn(known, urn, problem))
    note("not checked")
    const authority = await run.authorities.authoritySoon(known.authority)
    if (!authority) return { id, inputs, outputs: state }
    try {
      const { configured, loaded, ...found } = await evaluateProxy(known, authority, earlierIn(state))
      const faults = found.faults.length > 0 ? [...found.faults] : undefined
      note(faultIn({ configured, loaded, faults }))
      return { id, inputs, outputs: { ...state, ...inputs, configured, loaded, faults } }
    } catch (error) {
      const missed = notChecked(error)
      note(missed.message)
      log("warning", missed)
      return { id, inputs, outputs: state }
    }
  },

  async update({ run, olds, news, preview, log }) {
    if (!isKnown(news)) return news
    const missed = await notReady(news)
    if (missed) {
      log("warning", missed)
      return { ...olds }
    }
    const before = clientsOf(declared(proxyDeclaration, olds))
    const earlier = earlierHeader(olds, news)
    const revoked = revokedOf(before, clientsOf(news)).map(({ commonName }) => commonName)
    if (preview) log("info", describeChange(olds, news, revoked))
    else {
      const authority = await run.authorities.authorityNow(news.authority)
      await configure(news, authority, await evaluateProxy(news, authority, earlier), before)
    }
    return { ...news, ...right, ...omitUndefined({ earlier }) }
  },

  async delete({ run, olds, log }) {
    const inputs = declared(proxyDeclaration, olds)
    if (await isPathClaimed(run, "proxy", inputs.host, inputs.folder)) return
    const left = await unconfigure(inputs).then(() => undefined, leftThere)
    if (left) log("warning", left)
  },
}

/**
 * Describes why a sidecar is not written now: its host is off, or was when its certificate was to be made. A guard is: what
 * it lets in must not be other than declared.
 */
async function notReady({ host, guard, sidecar, digest }: ProxyInputs) {
  if (guard) return undefined
  const missed = await notMade(host)
  if (missed || digest !== undefined || sidecar?.auth === "jwt") return missed
  return { message: "not made: its certificate is not there yet", fix: "the next `pulumi up` makes both" }
}

/** Describes a proxy for the steps of a rotation. */
function seenIn(inputs: ProxyInputs, urn: string, problem: string | undefined): SeenProxy {
  const kind = inputs.guard ? "guard" : "sidecar"
  const { digest } = inputs
  return { name: parseUrn(urn).name, kind, trusts: trustsOf(inputs), ...omitUndefined({ digest, problem }) }
}

/** @throws UserError if the folder has a configuration that gatekey did not write */
function refuseForeign({ folder }: ProxyInputs, { isForeign }: ProxyEvaluation): void {
  if (!isForeign) return
  throw new UserError(
    `${folder} has a configuration that gatekey did not write. Move it away, or choose another folder`,
  )
}
