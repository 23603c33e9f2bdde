import type { Authority } from "../../../certificates/authority.ts"
import { commonName, type Identity, spiffeId, usages } from "../../../certificates/identity.ts"
import { renewalOf } from "../../../certificates/lifetime.ts"
import { type CertificateFacts, readCertificate } from "../../../certificates/read.ts"
import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { octal } from "../../../core/octal.ts"
import { hostOf } from "../../../hosts/index.ts"
import { parseCertificateFile } from "../../../probes/certificates/parse.ts"
import { certificateScript } from "../../../probes/certificates/script.ts"
import type { CertificateSnapshot } from "../../../probes/certificates/snapshot.ts"
import { type CertificateInputs, describeCurrent, identityOf } from "./inputs.ts"

/** What is in the file, compared with what is declared. */
export interface CertificateEvaluation {
  readonly code:
    | "absent"
    | "unreadable"
    | "foreign"
    | "other-identity"
    | "no-key"
    | "expired"
    | "not-yet"
    | "due"
    | "too-open"
    | "unchecked"
    | "current"
  readonly message: string
  /** Of a certificate of ours. */
  readonly facts?: CertificateFacts
}

/** @throws UserError if the host cannot be reached, or its answer was cut off */
export async function evaluateCertificate(
  inputs: CertificateInputs,
  authority: Authority,
  now: Date,
): Promise<CertificateEvaluation> {
  const { script, args } = certificateScript(inputs.path)
  const { stdout } = await hostOf(inputs.host).run(script, { args })
  const snapshot = parseCertificateFile(stdout)
  if (!snapshot) throw new UserError(`${inputs.path}: the host's answer was cut off; run the command again`)
  return evaluateSnapshot(snapshot, identityOf(inputs), authority, now)
}

/** Compares a snapshot with an identity. The first thing that is wrong counts, the worst first. */
export function evaluateSnapshot(
  snapshot: CertificateSnapshot,
  identity: Identity,
  authority: Authority,
  now: Date,
): CertificateEvaluation {
  if (snapshot.kind === "absent") return { code: "absent", message: "nothing" }
  if (snapshot.kind === "unreadable") return { code: "unreadable", message: `unreadable: it ${snapshot.reason}` }
  const { certificate, key, mode, isOwn } = snapshot
  const facts = certificate === undefined ? undefined : readCertificate(certificate, authority.certificate)
  if (!facts) return { code: "foreign", message: "no certificate" }
  if (!facts.isIssuedByOurs) return { code: "foreign", message: "a certificate of another authority" }
  const of = `certificate of ${shown(facts.commonName)}`
  const found = (code: CertificateEvaluation["code"], message: string) => ({ code, message, facts })
  const other = differenceIn(facts, identity, authority.domain)
  if (other) return found("other-identity", `${of}${other}`)
  if (key === "none") return found("no-key", `${of}, without its key`)
  if (key === "other") return found("no-key", `${of}, with a key that is not its own`)
  if (facts.until <= now) return found("expired", `${of}, expired since ${dayOf(facts.until)}`)
  if (facts.from > now) return found("not-yet", `${of}, valid from ${dayOf(facts.from)} only`)
  if (!isOwn || (mode & 0o077) !== 0) return found("too-open", `${of}, but others can read its key (${octal(mode)})`)
  if (renewalOf(facts) <= now) return found("due", `${of}, due for renewal since ${dayOf(renewalOf(facts))}`)
  if (key === "unknown") return found("unchecked", `${of}, whose key was not checked: the host has no openssl`)
  return found("current", describeCurrent(identity))
}

/** What makes a certificate another one than the declared, as what follows its name; empty if its name says it. */
function differenceIn({ commonName: cn, names, usages: found }: CertificateFacts, identity: Identity, domain: string) {
  if (cn !== commonName(identity)) return " instead"
  if (found.length !== 1 || found[0] !== usages[identity.role]) return ` that is not for a ${identity.role}`
  const wanted = [`URI:${spiffeId(identity, domain)}`, ...identity.names]
  const has = names.map((name) => name.replace(/^(?:DNS|IP Address):/, ""))
  const isSame = has.length === wanted.length && wanted.every((name) => has.includes(name))
  return isSame ? undefined : " for other names"
}

/** A day, as ISO 8601 in UTC. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10)
}
