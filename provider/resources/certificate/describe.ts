import { isRunningOut } from "../../../certificates/lifetime.ts"
import type { Notice } from "../../../core/notice.ts"
import { type CertificateEvaluation, dayOf } from "./evaluate.ts"
import { type CertificateInputs, describeCurrent } from "./inputs.ts"

/** Describes what an `up` will do about a file that is not as declared. */
export function describeChange({ code, message }: CertificateEvaluation, inputs: CertificateInputs): Notice {
  const first = code === "other-authority" && (inputs.issuer ?? 1) === 1 ? " from authority g1" : ""
  const keeps = code === "foreign" ? "; what is there stays beside it, under another name" : ""
  return {
    message: `contains ${message}, expected ${describeCurrent(inputs)}${first}`,
    fix: `\`pulumi up\` makes a new key and certificate there${keeps}`,
  }
}

/** Checks whether a certificate is replaced as it should be, and nothing is wrong with it. */
export function isPlanned({ code }: CertificateEvaluation): boolean {
  return code === "due" || code === "other-authority"
}

/** Warns that a certificate ends soon; undefined if it does not. */
export function describeEnd({ facts }: CertificateEvaluation, now: Date): Notice | undefined {
  if (!facts || !isRunningOut(facts, now)) return undefined
  const days = Math.floor((facts.until.getTime() - now.getTime()) / 86_400_000)
  const left = days < 0 ? `expired on ${dayOf(facts.until)}` : `expires on ${dayOf(facts.until)}, in ${days} days`
  return { message: left, fix: "`pulumi up` renews it" }
}
