import { parseDuration } from "../../core/duration.ts"
import type { Rule, Violation } from "../rule.ts"
import { gatekey, type Subject, text } from "../subject.ts"

const day = 86_400_000

export const tokenAge: Rule = {
  name: "token-age",
  description: "A token is rotated in time.",
  level: "advisory",
  settings: {
    maxAge: {
      type: "string",
      description: "How old the generation in force may be: a number with a unit, such as 30d, 12h or 4w.",
      default: "30d",
      pattern: "^[1-9][0-9]*[smhdw]$",
    },
  },
  judge: (stack, { maxAge }) => stack.flatMap((subject) => tooOld(subject, String(maxAge))),
}

function tooOld(of: Subject, maxAge: string): Violation[] {
  const created = of.type === gatekey.token ? Date.parse(text(of.props.created) ?? "") : Number.NaN
  const age = Date.now() - created
  const longest = parseDuration(maxAge)
  if (longest === undefined || !(age > longest)) return []
  const { generation, highest = generation } = of.props
  const since = new Date(created).toISOString().slice(0, 10)
  const old = age < 2 * day ? "" : `, ${Math.floor(age / day)} days ago`
  return [
    {
      of,
      message: `generation ${generation} was made on ${since}${old}, and may be ${maxAge} old: rotate (raise gatekey:token.rotation to ${Number(highest) + 1})`,
    },
  ]
}
