import { isRunningOut } from "../../../certificates/lifetime.ts"
import type { Notice } from "../../../core/notice.ts"
import { type CertificateEvaluation, dayOf } from "./evaluate.ts"
import { type CertificateInputs, describeCurrent } from "./inputs.ts"

/** Describes what an `up` will do about a file that is not as declared. */
export function describeChange({ code, message }: CertificateEvaluation, inputs: CertificateInputs): Notice {
  const keeps = code === "foreign" ? "; what is there stays beside it, under another name" : ""
  return {
    message: `contains ${message}, expected ${describeCurrent(inputs)}`,
    fix: `\`pulumi up\` makes a new key and certificate there${keeps}`,
  }
}

/** Warns that a certificate ends soon; undefined if it does not. */
export function describeEnd({ facts }: CertificateEvaluation, now: Date): Notice | undefined {
  if (!facts || !isRunningOut(facts, now)) return undefined
  const days = Math.floor((facts.until.getTime() - now.getTime()) / 86_400_000)
  const left = days < 0 ? `expired on ${dayOf(facts.until)}` : `expires on ${dayOf(facts.until)}, in ${days} days`
  return { message: left, fix: "`pulumi up` renews it" }
}
