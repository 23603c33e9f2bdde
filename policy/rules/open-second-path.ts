import { isLoopback } from "../../core/address.ts"
import { shown } from "../../core/escape.ts"
import type { Rule } from "../rule.ts"
import { gatekey, listOrEmpty, type Subject } from "../subject.ts"

export const openSecondPath: Rule = {
  name: "open-second-path",
  description: "No way leads past a guard to its gateway.",
  fix: "`bind: loopback` on the gateway, as soon as all its nodes have a sidecar.",
  level: "advisory",
  evaluate(stack) {
    const trusting = stack.filter(({ type, props }) => type === gatekey.trustedProxy && props.mode !== "token")
    return trusting.flatMap((subject) => {
      const open = openAddresses(stack, subject)
      if (subject.props.closed === true && open.length === 0) return []
      const where = open.length === 0 ? "may listen beyond its loopback" : `listens on ${shown(open.join(", "))}`
      return [{ subject, message: `the gateway ${where}: devices get in past the guard; set bind: loopback on it` }]
    })
  },
}

/** Lists the addresses beyond the loopback on which a Listener found the gateway. */
function openAddresses(stack: readonly Subject[], { props: { host, port } }: Subject): string[] {
  const listeners = stack.filter(
    ({ type, props }) =>
      type === gatekey.listener && props.host === host && props.port === port && props.role !== "node",
  )
  const addresses = listeners.flatMap(({ props }) => listOrEmpty(props.addresses).map(String))
  return addresses.filter((address) => !isLoopback(address))
}
