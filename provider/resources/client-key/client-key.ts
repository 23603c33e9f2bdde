import { UserError } from "../../../core/errors.ts"
import { declared } from "../../declare.ts"
import { claimPath, isPathClaimed } from "../../hosts/claim.ts"
import { leftThere, notChanged, notChecked, notMade } from "../../missed.ts"
import type { Log, Resource } from "../../resource.ts"
import { type Properties, unknown } from "../../wire.ts"
import { makeKey, remove, writeMinter } from "./act.ts"
import { describeChange } from "./describe.ts"
import { type ClientKeyEvaluation, evaluateClientKey } from "./evaluate.ts"
import {
  type ClientKeyInputs,
  clientKeyDeclaration,
  clientKeyId,
  completed,
  identity,
  isKnown,
  rightMinter,
} from "./inputs.ts"

const compared = ["authority", "name", "generation", "audience", "holds", "minter"] as const

export const clientKey: Resource = {
  async check({ run, urn, news }) {
    const checked = completed(news)
    const { inputs, failures = [] } = checked
    if (failures.length > 0 || typeof inputs.host !== "string" || typeof inputs.folder !== "string") return checked
    return claimPath(run, urn, checked, { kind: "key", host: inputs.host, path: inputs.folder, property: "folder" })
  },

  diff({ olds, news }) {
    const replaces = identity.filter((key) => olds[key] !== news[key])
    return { changes: [...replaces, ...compared.filter((key) => olds[key] !== news[key])], replaces }
  },

  async create({ run, news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: { ...news, publicKey: unknown } }
    const id = clientKeyId(news)
    const missed = await notMade(news.host)
    if (missed) {
      log("warning", missed)
      return { id, outputs: { ...news, holds: missed.message } }
    }
    const authority = await (preview
      ? run.authorities.authoritySoon(news.authority)
      : run.authorities.authorityNow(news.authority))
    const found = authority && (await evaluateClientKey(news, authority.domain, undefined))
    if (found) refuseForeign(news, found, "first")
    if (preview || !authority || !found) return { id, outputs: { ...news, publicKey: unknown } }
    return { id, outputs: await repaired(news, authority.domain, { found, expected: undefined, log }) }
  },

  async read({ run, id, inputs, state, log }) {
    if (inputs.host === undefined) throw new UserError(`${id}: a key is not imported; it is made`)
    const all = declared(clientKeyDeclaration, inputs)
    const authority = await run.authorities.authoritySoon(all.authority)
    if (!authority) return { id, inputs, outputs: state }
    try {
      const { message, minter } = await evaluateClientKey(all, authority.domain, expectedIn(state))
      return { id, inputs, outputs: { ...state, holds: message, minter } }
    } catch (error) {
      log("warning", notChecked(error))
      return { id, inputs, outputs: state }
    }
  },

  async update({ run, olds, news, preview, log }) {
    if (!isKnown(news)) return { ...news, publicKey: unknown }
    const authority = await (preview
      ? run.authorities.authoritySoon(news.authority)
      : run.authorities.authorityNow(news.authority))
    if (!authority) return { ...news, publicKey: unknown }
    const expected = expectedIn(olds)
    const missed = await notChanged(news.host)
    if (missed) {
      log("warning", missed)
      return keptWithout(olds, news)
    }
    const found = await evaluateClientKey(news, authority.domain, expected)
    refuseForeign(news, found, expected === undefined ? "first" : "later")
    if (!preview) return repaired(news, authority.domain, { found, expected, log })
    const isDrift = olds.holds !== news.holds || olds.minter !== news.minter
    log(isDrift ? "warning" : "info", describeChange(found, news))
    return { ...news, publicKey: found.code === "current" ? found.publicKey : unknown }
  },

  async delete({ run, olds, log }) {
    const inputs = declared(clientKeyDeclaration, olds)
    if (await isPathClaimed(run, "key", inputs.host, inputs.folder)) return
    const stays = await remove(inputs, expectedIn(olds) ?? "").catch(leftThere)
    if (stays) log("warning", stays)
  },
}

/** Returns the public key of what was made there, whether it counts or not. */
function expectedIn({ made, publicKey }: Properties): string | undefined {
  return [publicKey, made].find((key) => typeof key === "string")
}

/** Keeps the state of a key that is not changed. One of an earlier generation must not count as the key of the next. */
function keptWithout(olds: Properties, news: ClientKeyInputs): Properties {
  const counts = olds.name === news.name && olds.generation === news.generation
  return counts ? { ...olds } : { ...olds, publicKey: undefined, made: expectedIn(olds) }
}

/** @throws UserError if a file is there that gatekey did not make, and that an `up` would overwrite */
function refuseForeign(
  { folder }: ClientKeyInputs,
  { code, message, isForeignMinter }: ClientKeyEvaluation,
  when: "first" | "later",
): void {
  const away = "Move it away, or choose another folder"
  if (when === "first" && ["unreadable", "foreign", "other-identity", "unchecked"].includes(code))
    throw new UserError(`${folder}/client.key: it contains ${message} already. ${away}`)
  if (isForeignMinter) throw new UserError(`${folder}/token: gatekey did not write this file. ${away}`)
}

async function repaired(
  inputs: ClientKeyInputs,
  domain: string,
  {
    found,
    expected,
    log,
  }: { readonly found: ClientKeyEvaluation; readonly expected: string | undefined; readonly log: Log },
): Promise<Properties> {
  let { publicKey } = found
  if (found.code !== "current") {
    log("status", "making a key")
    // Only the key that was made here is overwritten.
    publicKey = await makeKey(inputs, expected === undefined || publicKey !== expected)
  }
  await writeMinter(inputs, domain)
  return { ...inputs, minter: rightMinter, publicKey }
}
