import { isRunningOut } from "../../certificates/lifetime.ts"
import type { CertificateFacts } from "../../certificates/read.ts"
import { shellWord } from "../../core/escape.ts"
import { octal } from "../../core/octal.ts"
import { formatMinute } from "../../core/time.ts"
import { files } from "../../proxies/guard.ts"
import type { OwnProxy } from "../collect/proxies.ts"
import type { Survey } from "../collect/survey.ts"
import { type Cause, hostCommand } from "./cause.ts"

/** What is wrong with a guard or a sidecar: the sentence without its subject. */
export interface ProxyFault extends Pick<Cause, "code" | "weight" | "remedy"> {
  readonly predicate: string
}

export function faultOf(code: Cause["code"], weight: Cause["weight"], predicate: string, remedy?: string): ProxyFault {
  return { code, weight, predicate, ...(remedy ? { remedy } : {}) }
}

const renews = "pulumi up makes a key and a certificate there"
const name = files.certificate

/** Lists what is wrong with the file of a proxy's key and certificate. */
export function certificateFaults(proxy: OwnProxy, survey: Survey): ProxyFault[] {
  const { certificate, validity, folder } = proxy
  if (certificate.kind === "absent") return [faultOf("certificate-missing", "broken", `has no ${name}`, renews)]
  if (certificate.kind === "unreadable")
    return [faultOf("certificate-missing", "broken", `has a ${name} that ${certificate.reason}`, renews)]
  const chmod = hostCommand(survey.target.host, `chmod 600 ${shellWord(`${folder}/${name}`)}`)
  // Root may look at the home of another user.
  const isOwnHome = survey.snapshot.uid === survey.snapshot.owner
  const isOpen = (certificate.mode & 0o077) !== 0
  const mode = `has its private key in ${name} with the mode ${octal(certificate.mode)}, expected 0600`
  return [
    ...(isOpen
      ? [faultOf("key-mode", "risk", mode, `${chmod}; if others may have read it, raise its generation`)]
      : []),
    ...(certificate.isOwn || !isOwnHome
      ? []
      : [faultOf("key-owner", "risk", `has a ${name} that belongs to another user`, renews)]),
    ...keyFaults(certificate.key),
    ...(validity
      ? validityFaults(validity, new Date(survey.surveyedAt * 1000))
      : [faultOf("certificate-missing", "broken", `has no certificate in ${name}`, renews)]),
  ]
}

function keyFaults(key: "match" | "other" | "none" | "unknown"): ProxyFault[] {
  if (key === "none") return [faultOf("key-missing", "broken", `has no private key in ${name}`, renews)]
  if (key !== "other") return []
  return [faultOf("key-other", "broken", `has a private key in ${name} that is not the certificate's`, renews)]
}

function validityFaults(validity: CertificateFacts, now: Date): ProxyFault[] {
  const { from, until, isIssuedByOurs } = validity
  const [begins, ends] = [from, until].map((time) => formatMinute(time.getTime()))
  if (until <= now)
    return [
      faultOf("certificate-expired", "broken", `has a certificate that expired at ${ends}`, "pulumi up renews it"),
    ]
  if (from > now) {
    const sentence = `has a certificate that is not valid before ${begins}`
    return [faultOf("certificate-early", "broken", sentence, "compare the clocks of this machine and of the host")]
  }
  if (!isIssuedByOurs) {
    const sentence = `has a certificate that no authority in its ${files.authority} signed`
    return [faultOf("certificate-foreign", "broken", sentence, "pulumi up renews it")]
  }
  if (!isRunningOut(validity, now)) return []
  return [faultOf("certificate-ends", "risk", `has a certificate that ends at ${ends}`, "pulumi up renews it")]
}
