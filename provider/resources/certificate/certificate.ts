import { type AuthoritySet, authorityOf } from "../../../certificates/authority-set.ts"
import { renewalOf } from "../../../certificates/lifetime.ts"
import { UserError } from "../../../core/errors.ts"
import { parseUrn } from "../../../core/urn.ts"
import { declared } from "../../declare.ts"
import { claimPath, isPathClaimed } from "../../hosts/claim.ts"
import { leftThere, notChanged, notChecked, notMade } from "../../missed.ts"
import type { Log, Resource } from "../../resource.ts"
import type { SeenCertificate } from "../../run/observed.ts"
import { type Properties, unknown } from "../../wire.ts"
import { remove, renew } from "./act.ts"
import { describeChange, describeEnd, isPlanned } from "./describe.ts"
import { type CertificateEvaluation, evaluateCertificate, seenIn } from "./evaluate.ts"
import {
  type CertificateInputs,
  certificateDeclaration,
  certificateId,
  completed,
  describeCurrent,
  identity,
  isKnown,
} from "./inputs.ts"

/** Inputs that a new certificate is made for. */
const issued = ["name", "generation", "role", "names", "lifetime"] as const

export const certificate: Resource = {
  async check({ run, urn, news }) {
    const checked = completed(news)
    const { inputs, failures = [] } = checked
    if (failures.length > 0 || typeof inputs.host !== "string" || typeof inputs.path !== "string") return checked
    return claimPath(run, urn, checked, { kind: "certificate", host: inputs.host, path: inputs.path, property: "path" })
  },

  diff({ olds, news }) {
    const replaces = identity.filter((key) => olds[key] !== news[key])
    const changed = issued.filter((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]))
    const drifted = olds.holds === news.holds ? [] : ["holds"]
    const reissued = (olds.issuer ?? 1) === (news.issuer ?? 1) ? [] : ["issuer"]
    return { changes: [...replaces, ...changed, ...reissued, ...drifted], replaces }
  },

  async create({ run, news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: { ...news, ...notYetKnown } }
    const id = certificateId(news)
    const missed = news.role === "guard" ? undefined : await notMade(news.host)
    if (missed) {
      log("warning", missed)
      return { id, outputs: { ...news, holds: missed.message } }
    }
    const authority = await (preview
      ? run.authorities.authoritySoon(news.authority)
      : run.authorities.authorityNow(news.authority))
    const now = new Date()
    const found = authority && (await evaluateCertificate(news, authority, now))
    if (found) refuseForeign(news, found)
    if (preview || !authority || !found) return { id, outputs: { ...news, ...notYetKnown } }
    return { id, outputs: await renewed(news, authority, found, { now, log }) }
  },

  async read({ run, urn, id, inputs, state, log }) {
    if (inputs.host === undefined) throw new UserError(`${id}: a certificate is not imported; it is made`)
    const all = declared(certificateDeclaration, inputs)
    const note = (seen: Omit<SeenCertificate, "name" | "role">) =>
      run.authorities.noteCertificate(all.authority, id, { name: parseUrn(urn).name, role: all.role, ...seen })
    note({ problem: "not checked" })
    const authority = await run.authorities.authoritySoon(all.authority)
    if (!authority) return { id, inputs, outputs: state }
    const now = new Date()
    try {
      const found = await evaluateCertificate(all, authority, now)
      note(seenIn(found))
      const ending = describeEnd(found, now)
      if (ending && run.reports.isFirst(`ends ${id}`)) log("warning", ending)
      return { id, inputs, outputs: { ...state, ...factsOf(found), holds: found.message } }
    } catch (error) {
      const missed = notChecked(error)
      note({ problem: missed.message })
      log("warning", missed)
      return { id, inputs, outputs: state }
    }
  },

  async update({ run, olds, news, preview, log }) {
    if (!isKnown(news)) return { ...news, ...notYetKnown }
    const now = new Date()
    const missed = await notChanged(news.host)
    if (missed) {
      log("warning", missed)
      return { ...olds }
    }
    if (!preview) {
      const authority = await run.authorities.authorityNow(news.authority)
      return renewed(news, authority, await evaluateCertificate(news, authority, now), { now, log })
    }
    const authority = await run.authorities.authoritySoon(news.authority)
    if (authority) {
      const found = await evaluateCertificate(news, authority, now)
      const fresh = found.code === "current"
      if (!fresh) log(isPlanned(found) ? "info" : "warning", describeChange(found, news))
      else log("info", { message: "its declaration changes", plan: "`pulumi up` makes a new key and certificate" })
    }
    return { ...news, ...notYetKnown }
  },

  async delete({ run, olds, log }) {
    const inputs = declared(certificateDeclaration, olds)
    if (await isPathClaimed(run, "certificate", inputs.host, inputs.path)) return
    const stays = await remove(inputs, String(olds.digest)).catch(leftThere)
    if (stays) log("warning", stays)
  },
}

const notYetKnown = { digest: unknown, expires: unknown, renews: unknown }

/** @throws UserError if the file is somebody's already: a first `up` replaces nothing that it did not make */
function refuseForeign({ path }: CertificateInputs, { code, message }: CertificateEvaluation): void {
  if (code !== "foreign" && code !== "unreadable") return
  throw new UserError(`${path}: it contains ${message} already. Move it away, or choose another path`)
}

async function renewed(
  inputs: CertificateInputs,
  set: AuthoritySet,
  before: CertificateEvaluation,
  { now, log }: { readonly now: Date; readonly log: Log },
): Promise<Properties> {
  log("status", "making a key and its certificate")
  const authority = authorityOf(set, inputs.issuer ?? 1)
  await renew(inputs, authority, { keeps: before.code === "foreign", now })
  const after = await evaluateCertificate(inputs, set, now)
  if (after.code !== "current") {
    throw new UserError(
      `${inputs.path}: after the change it contains ${after.message}, expected ${describeCurrent(inputs)}`,
    )
  }
  return { ...inputs, ...factsOf(after), holds: after.message }
}

function factsOf({ facts }: CertificateEvaluation): Properties {
  if (!facts) return { digest: undefined, expires: undefined, renews: undefined }
  return { digest: facts.digest, expires: facts.until.toISOString(), renews: renewalOf(facts).toISOString() }
}
