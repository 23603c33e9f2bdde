import { gatekeyCommand } from "../../core/command-line.ts"
import { describeWeakness } from "../../core/strength.ts"
import { products } from "../../products/index.ts"
import type { Rule, Violation } from "../rule.ts"
import { gatekey, type Subject, text, textsIn } from "../subject.ts"

const variables: readonly string[] = Object.values(products).map(({ variable }) => variable)

export const weakToken: Rule = {
  name: "weak-token",
  description: "A token is neither weak nor a public default.",
  level: "mandatory",
  judge: (stack) => stack.flatMap((subject) => [...inForce(subject), ...inVariables(subject)]),
}

function inForce(of: Subject): Violation[] {
  const weak = of.type === gatekey.token && of.props.value ? describeWeakness(String(of.props.value)) : undefined
  if (!weak) return []
  return [{ of, message: `the token in force ${weak}: rotate (\`${gatekeyCommand} rotate\`, then \`pulumi up\`)` }]
}

/** A variable that carries the token, in any resource: `NAME=value`, `{NAME: value}`, or `{name: NAME, value}`. */
function inVariables(of: Subject): Violation[] {
  const found = [...textsIn(of)].flatMap(({ at, text: value }) => {
    const name = variables.find((each) => value.startsWith(`${each}=`))
    if (name) return [{ name, value: value.slice(name.length + 1) }]
    const key = at.at(-1) ?? ""
    if (variables.includes(key)) return [{ name: key, value }]
    const named = key === "value" ? text(sibling(of, at, "name")) : undefined
    return named && variables.includes(named) ? [{ name: named, value }] : []
  })
  return found.flatMap(({ name, value }) => {
    // What a shell or a template fills in is no value yet.
    const weak = /^[^\s$]+$/.test(value) ? describeWeakness(value) : undefined
    return weak ? [{ of, message: `${name} ${weak}: give it \`token.value\` of the Token instead` }] : []
  })
}

function sibling({ props }: Subject, at: readonly string[], name: string): unknown {
  let holder: unknown = props
  for (const key of [...at.slice(0, -1), name]) holder = (holder as Record<string, unknown> | undefined)?.[key]
  return holder
}
