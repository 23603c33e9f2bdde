import { parseDuration } from "../../core/duration.ts"
import type { Rule, Violation } from "../rule.ts"
import { gatekey, type Subject, stringOrUndefined } from "../subject.ts"

const day = 86_400_000

export const guardLifetime: Rule = {
  name: "guard-lifetime",
  description: "A certificate is renewed in time, and does not live longer than agreed.",
  fix: "`pulumi up`, or change the settings `maxLifetime` and `minLeft`.",
  level: "advisory",
  settings: {
    maxLifetime: {
      type: "string",
      description: "The longest life of a certificate, such as 90d.",
      default: "398d",
      pattern: "^[1-9][0-9]*[dw]$",
    },
    minLeft: {
      type: "string",
      description: "How much of its life must be left, such as 60d; of a shorter one, a third.",
      default: "60d",
      pattern: "^[1-9][0-9]*[dw]$",
    },
  },
  evaluate: (stack, { maxLifetime, minLeft }) =>
    stack.flatMap((subject) => checkLifetime(subject, String(maxLifetime), String(minLeft))),
}

function checkLifetime(subject: Subject, maxLifetime: string, minLeft: string): Violation[] {
  if (subject.type !== gatekey.certificate) return []
  const { lifetime = "365d", expires } = subject.props
  const [own, longest, least] = [String(lifetime), maxLifetime, minLeft].map((text) => parseDuration(text) ?? 0)
  const left = Date.parse(stringOrUndefined(expires) ?? "") - Date.now()
  const tooLong = (own ?? 0) > (longest ?? 0)
  return [
    ...(tooLong
      ? [{ subject, message: `its lifetime is ${lifetime}, expected at most ${maxLifetime}: set lifetime` }]
      : []),
    ...(left < Math.min(least ?? 0, (own ?? 0) / 3)
      ? [
          {
            subject,
            message: `it ends in ${Math.floor(left / day)} days, expected ${minLeft} or more: \`pulumi up\` renews it`,
          },
        ]
      : []),
  ]
}
