import type { AuthoritySet } from "../../../certificates/authority-set.ts"
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
import type { SeenCertificate } from "../../run/observed.ts"
import { type CertificateInputs, describeCurrent, identityOf } from "./inputs.ts"

/** What is in the file, compared with what is declared. */
export interface CertificateEvaluation {
  readonly code:
    | "absent"
    | "unreadable"
    | "foreign"
    | "other-identity"
    | "other-authority"
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
  /** The generation of the authority that issued it. */
  readonly issuer?: number
}

/** @throws UserError if the host cannot be reached, or its answer was cut off */
export async function evaluateCertificate(
  inputs: CertificateInputs,
  set: AuthoritySet,
  now: Date,
): Promise<CertificateEvaluation> {
  const { script, args } = certificateScript(inputs.path)
  const { stdout } = await hostOf(inputs.host).run(script, { args })
  const snapshot = parseCertificateFile(stdout)
  if (!snapshot) throw new UserError(`${inputs.path}: the host's answer was cut off; run the command again`)
  return evaluateSnapshot(snapshot, { ...identityOf(inputs), issuer: inputs.issuer ?? 1 }, set, now)
}

/** Compares a snapshot with an identity. The first thing that is wrong counts, the worst first. */
export function evaluateSnapshot(
  snapshot: CertificateSnapshot,
  identity: Identity & { readonly issuer: number },
  set: AuthoritySet,
  now: Date,
): CertificateEvaluation {
  if (snapshot.kind === "absent") return { code: "absent", message: "nothing" }
  if (snapshot.kind === "unreadable") return { code: "unreadable", message: `unreadable: it ${snapshot.reason}` }
  const { certificate, key, mode, isOwn } = snapshot
  const read = certificate === undefined ? [] : factsIn(certificate, set)
  if (read.length === 0) return { code: "foreign", message: "no certificate" }
  const own = read.find(({ facts }) => facts.isIssuedByOurs)
  if (!own) return { code: "foreign", message: "a certificate of another authority" }
  const { facts, issuer } = own
  const of = `certificate of ${shown(facts.commonName)}`
  const found = (code: CertificateEvaluation["code"], message: string) => ({ code, message, facts, issuer })
  const other = differenceIn(facts, identity, set.domain)
  if (other) return found("other-identity", `${of}${other}`)
  if (issuer !== identity.issuer) return found("other-authority", `${of} from authority g${issuer}`)
  if (key === "none") return found("no-key", `${of}, without its key`)
  if (key === "other") return found("no-key", `${of}, with a key that is not its own`)
  if (facts.until <= now) return found("expired", `${of}, expired since ${dayOf(facts.until)}`)
  if (facts.from > now) return found("not-yet", `${of}, valid from ${dayOf(facts.from)} only`)
  if (!isOwn || (mode & 0o077) !== 0) return found("too-open", `${of}, but others can read its key (${octal(mode)})`)
  if (renewalOf(facts) <= now) return found("due", `${of}, due for renewal since ${dayOf(renewalOf(facts))}`)
  if (key === "unknown") return found("unchecked", `${of}, whose key was not checked: the host has no openssl`)
  return found("current", describeCurrent(identity))
}

/** Reads a certificate as each authority of the stack sees it. */
function factsIn(certificate: string, { authorities }: AuthoritySet) {
  return [...authorities].flatMap(([issuer, authority]) => {
    const facts = readCertificate(certificate, authority.certificate)
    return facts ? [{ issuer, facts }] : []
  })
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

/** Returns what the steps of a rotation have to know of a certificate. */
export function seenIn({
  code,
  message,
  issuer,
  facts,
}: CertificateEvaluation): Omit<SeenCertificate, "name" | "role"> {
  if (code === "unreadable") return { problem: message }
  return issuer === undefined || !facts ? {} : { issuer, digest: facts.digest }
}
