import { products } from "../../products/index.ts"
import type { Rule, Violation } from "../rule.ts"
import { gatekey, list, type Subject, text } from "../subject.ts"

export const keepAlive: Rule = {
  name: "keep-alive",
  description: "What ends without an error whenever its gateway restarts is started again.",
  level: "advisory",
  judge: (stack) => stack.flatMap((subject) => [...inService(subject), ...inContainer(subject)]),
}

const remedies: { readonly [manager: string]: string } = {
  launchd: "set KeepAlive true in its property list",
  systemd: "set Restart=always in its unit",
}

function inService(of: Subject): Violation[] {
  const { type, props } = of
  if (type !== gatekey.service || props.keepsAlive !== false) return []
  const why = text(props.keepAlive)
  const remedy = remedies[String(props.manager)] ?? "let it be started again"
  return why === undefined ? [] : [{ of, message: `${why}: ${remedy}, or declare its program` }]
}

/** A container of a node, told by its variable: it publishes nothing. */
function inContainer(of: Subject): Violation[] {
  const { type, props } = of
  const product = Object.values(products).find(({ variable }) => variable === props.variable)
  const role = list(props.ports).length > 0 ? "gateway" : "node"
  const why = product?.roles[role].keepAlive
  if (type !== gatekey.incarnation || why === undefined) return []
  if (["always", "unless-stopped"].includes(text(props.restart) ?? "always")) return []
  return [{ of, message: `${why}: declare restart: unless-stopped` }]
}
