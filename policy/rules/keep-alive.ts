import { products } from "../../products/index.ts"
import type { Rule, Violation } from "../rule.ts"
import { gatekey, listOrEmpty, type Subject, stringOrUndefined } from "../subject.ts"

export const keepAlive: Rule = {
  name: "keep-alive",
  description: "A process that ends without an error whenever its gateway restarts is restarted.",
  fix: "`KeepAlive`, `Restart=always` or `restart: unless-stopped`; or declare its `program`.",
  level: "advisory",
  evaluate: (stack) => stack.flatMap((subject) => [...inService(subject), ...inContainer(subject)]),
}

const remedies: { readonly [manager: string]: string } = {
  launchd: "set KeepAlive true in its property list",
  systemd: "set Restart=always in its unit",
}

function inService(subject: Subject): Violation[] {
  const { type, props } = subject
  if (type !== gatekey.service || props.keepsAlive !== false) return []
  const why = stringOrUndefined(props.keepAlive)
  const remedy = remedies[String(props.manager)] ?? "make its service manager restart it"
  return why === undefined ? [] : [{ subject, message: `${why}: ${remedy}, or declare its program` }]
}

/** Checks a container of a product, found by its variable; that of a node publishes no port. */
function inContainer(subject: Subject): Violation[] {
  const { type, props } = subject
  const product = Object.values(products).find(({ variable }) => variable === props.variable)
  const role = listOrEmpty(props.ports).length > 0 ? "gateway" : "node"
  const why = product?.roles[role].keepAlive
  if (type !== gatekey.incarnation || why === undefined) return []
  if (["always", "unless-stopped"].includes(stringOrUndefined(props.restart) ?? "always")) return []
  return [{ subject, message: `${why}: declare restart: unless-stopped` }]
}
