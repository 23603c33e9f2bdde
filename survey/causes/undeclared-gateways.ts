import { isLoopback } from "../../core/address.ts"
import { shown } from "../../core/escape.ts"
import { parseRoute } from "../../core/route.ts"
import { describeOwner, formatStopCommand } from "../../probes/listeners/describe.ts"
import type { Survey } from "../collect/survey.ts"
import { hostName } from "../resolve/names.ts"
import { gatewaysOf } from "../resolve/port.ts"
import type { GatewayView } from "../resolve/view.ts"
import type { World } from "../resolve/world.ts"
import { type Cause, hostCommand } from "./cause.ts"

/** Reports gateways on a host that should run only a node: its home has none, or its node connects to another host. */
export function undeclaredGatewayCauses(survey: Survey, { gateways, nodes }: World): Cause[] {
  const node = nodes.find(
    (each) => each.survey === survey && isElsewhere(each.url, survey) && each.gateway?.survey !== survey,
  )
  const beside = gateways.filter((gateway) => gateway.survey === survey && gateway.member.process)
  return [
    ...(node ? beside.map((gateway) => gatewayBesideNode(gateway, node.name)) : []),
    ...gatewaysWithoutMember(survey),
  ]
}

function isElsewhere(url: string | undefined, { snapshot }: Survey): boolean {
  const address = url === undefined ? undefined : parseRoute(url)?.address
  return address !== undefined && !isLoopback(address) && ![snapshot.name, ...snapshot.addresses].includes(address)
}

function gatewayBesideNode({ survey, member }: GatewayView, who: string): Cause {
  const { host } = survey.target
  const at = hostName(host, survey.snapshot)
  const { process, product } = member
  const [definition] = member.definitions
  const service = definition ? `${definition.manager} ${shown(definition.name)}` : `pid ${process?.pid}`
  return {
    ...{ code: "second-gateway", weight: "broken", who, host },
    sentence: `a second gateway runs on ${at}, where only a node should: ${service} (${product})`,
  }
}

function gatewaysWithoutMember(survey: Survey): Cause[] {
  if (survey.members.some(({ role }) => role === "gateway") || survey.members.length === 0) return []
  const { host } = survey.target
  const at = hostName(host, survey.snapshot)
  return [...survey.ports].flatMap(([port, snapshot]) =>
    gatewaysOf(survey, port).map((owner) => ({
      ...{ code: "second-gateway", weight: "risk" as const, who: at, host },
      sentence: `a second gateway runs on ${at}, where only a node should: ${describeOwner(owner, snapshot, "a second gateway")}`,
      remedy: hostCommand(host, formatStopCommand(owner, port, snapshot)),
    })),
  )
}
