import { gatekeyCommand } from "../../core/command-line.ts"
import { parseDuration } from "../../core/duration.ts"
import type { Rule, Violation } from "../rule.ts"
import { gatekey, type Subject, stringOrUndefined } from "../subject.ts"

const day = 86_400_000

export const tokenAge: Rule = {
  name: "token-age",
  description: "A token is rotated in time.",
  fix: `\`${gatekeyCommand} rotate\`, then \`pulumi up\`.`,
  level: "advisory",
  settings: {
    maxAge: {
      type: "string",
      description: "The maximum age of the generation in force: a number with a unit, such as 30d, 12h or 4w.",
      default: "30d",
      pattern: "^[1-9][0-9]*[smhdw]$",
    },
  },
  evaluate: (stack, { maxAge }) => stack.flatMap((subject) => checkAge(subject, String(maxAge))),
}

function checkAge(subject: Subject, maxAge: string): Violation[] {
  const created =
    subject.type === gatekey.token ? Date.parse(stringOrUndefined(subject.props.created) ?? "") : Number.NaN
  const age = Date.now() - created
  const longest = parseDuration(maxAge)
  if (longest === undefined || !(age > longest)) return []
  const { generation, highest = generation } = subject.props
  const since = new Date(created).toISOString().slice(0, 10)
  const old = age < 2 * day ? "" : `, ${Math.floor(age / day)} days ago`
  return [
    {
      subject,
      message: `generation ${generation} was made on ${since}${old}; the maximum age is ${maxAge}: rotate (raise gatekey:token.rotation to ${Number(highest) + 1})`,
    },
  ]
}
