import { isLoopback } from "../../core/address.ts"
import { parseRoute } from "../../core/route.ts"
import type { OwnGuard, OwnProxy, OwnSidecar } from "../collect/proxies.ts"
import type { Survey } from "../collect/survey.ts"
import type { GatewayView } from "./view.ts"

function isGuard(proxy: OwnProxy): proxy is OwnGuard {
  return proxy.facts?.kind === "guard"
}

function isSidecar(proxy: OwnProxy): proxy is OwnSidecar {
  return proxy.facts?.kind === "sidecar"
}

/** Finds the guard of a home that is in front of a gateway's port. */
export function guardBefore({ proxies }: Survey, port: number): OwnGuard | undefined {
  return proxies?.own.filter(isGuard).find(({ facts }) => facts.gateway === port)
}

/** Finds the sidecar of a home to which a node's URL leads. */
export function sidecarOf({ proxies }: Survey, url: string | undefined): OwnSidecar | undefined {
  const route = url === undefined ? undefined : parseRoute(url)
  if (!route || !isLoopback(route.address)) return undefined
  return proxies?.own.filter(isSidecar).find(({ facts }) => facts.port === route.port)
}

/** Finds the gateway behind the guard that a sidecar leads to: by the guard's port, and the authority that both trust. */
export function gatewayBehind(
  { facts, authority }: OwnSidecar,
  gateways: readonly GatewayView[],
): GatewayView | undefined {
  const found = gateways.filter(({ survey, member }) => {
    const guard = guardBefore(survey, member.port)
    return guard?.facts.port === facts.guard.port && guard.authority === authority
  })
  return found.length === 1 ? found[0] : undefined
}
