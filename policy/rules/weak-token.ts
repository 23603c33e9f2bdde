import { gatekeyCommand } from "../../core/command-line.ts"
import { describeWeakness } from "../../core/strength.ts"
import { products } from "../../products/index.ts"
import type { Rule, Violation } from "../rule.ts"
import { gatekey, type Subject, stringOrUndefined, stringsIn } from "../subject.ts"

const variables: readonly string[] = Object.values(products).map(({ variable }) => variable)

export const weakToken: Rule = {
  name: "weak-token",
  description: "A token is neither weak nor a public default.",
  fix: "Rotate; give variables `token.value` of the Token.",
  level: "mandatory",
  evaluate: (stack) => stack.flatMap((subject) => [...inForce(subject), ...inVariables(subject)]),
}

function inForce(subject: Subject): Violation[] {
  const weak =
    subject.type === gatekey.token && subject.props.value ? describeWeakness(String(subject.props.value)) : undefined
  if (!weak) return []
  return [{ subject, message: `the token in force ${weak}: rotate (\`${gatekeyCommand} rotate\`, then \`pulumi up\`)` }]
}

/** Checks the variables of a token in any resource: `NAME=value`, `{NAME: value}`, or `{name: NAME, value}`. */
function inVariables(subject: Subject): Violation[] {
  const found = [...stringsIn(subject)].flatMap(({ at, text: value }) => {
    const name = variables.find((each) => value.startsWith(`${each}=`))
    if (name) return [{ name, value: value.slice(name.length + 1) }]
    const key = at.at(-1) ?? ""
    if (variables.includes(key)) return [{ name: key, value }]
    const named = key === "value" ? stringOrUndefined(sibling(subject, at, "name")) : undefined
    return named && variables.includes(named) ? [{ name: named, value }] : []
  })
  return found.flatMap(({ name, value }) => {
    // A placeholder of a shell or a template is not a value yet.
    const weak = /^[^\s$]+$/.test(value) ? describeWeakness(value) : undefined
    return weak ? [{ subject, message: `${name} ${weak}: set it to \`token.value\` of the Token` }] : []
  })
}

function sibling({ props }: Subject, at: readonly string[], name: string): unknown {
  let holder: unknown = props
  for (const key of [...at.slice(0, -1), name]) holder = (holder as Record<string, unknown> | undefined)?.[key]
  return holder
}
