import { isIP } from "node:net"
import { isLoopback } from "../../core/address.ts"
import { shown } from "../../core/escape.ts"
import { headerKey } from "../../products/trusted-proxy.ts"
import type { TrustSettings } from "../files/trust-settings.ts"
import { guardBefore } from "../resolve/proxies.ts"
import type { GatewayView } from "../resolve/view.ts"
import { type Cause, hostCommand } from "./cause.ts"
import { openAddresses } from "./mode.ts"
import { theGateway } from "./token.ts"

/** Reports how a gateway that goes by a proxy trusts too much; what the proxy itself does cannot be seen. */
export function trustCauses(view: GatewayView): Cause[] {
  const trust = view.member.settings?.trust
  if (!trust) return []
  const hasLocalProxy = trust.proxies.some((each) => isLoopback(withoutSingleMask(each)))
  return [
    ...(hasLocalProxy ? [...headerCauses(view, trust), ...approvalCauses(view, trust)] : []),
    ...userCauses(view, trust),
    ...proxyAddressCauses(view, trust),
    ...(hasLocalProxy ? pathCauses(view, trust) : []),
    ...unknownProxyCauses(view, hasLocalProxy),
  ]
}

function say(
  view: GatewayView,
  code: Cause["code"],
  weight: Cause["weight"],
  sentence: string,
  remedy?: string,
): Cause[] {
  const { name, survey } = view
  return [{ ...{ code, weight, who: name, host: survey.target.host, sentence }, ...(remedy ? { remedy } : {}) }]
}

function headerCauses(view: GatewayView, { header, allowsLoopback }: TrustSettings): Cause[] {
  if (!allowsLoopback || header === undefined || header === "random") return []
  const found = header.name ?? "a name that can be guessed"
  return say(
    view,
    "forgeable-identity",
    "risk",
    `every process on the host of ${theGateway(view.name)} can claim to be any of its users: ${headerKey} is ${found}, expected a random name, because allowLoopback is true`,
    "give that header a name such as x-gk-$(openssl rand -hex 16), in the gateway's config and in its proxy's, and let only their user read both files",
  )
}

function userCauses(view: GatewayView, { users }: TrustSettings): Cause[] {
  if (users > 0) return []
  return say(
    view,
    "any-user",
    "risk",
    `${theGateway(view.name)} accepts every user that its proxy names: gateway.auth.trustedProxy.allowUsers names none, expected a list of users`,
    "list them in gateway.auth.trustedProxy.allowUsers",
  )
}

function approvalCauses(view: GatewayView, { approvesLocal }: TrustSettings): Cause[] {
  if (!approvesLocal) return []
  const key = "gateway.nodes.pairing.autoApproveLocal"
  return say(
    view,
    "auto-approval",
    "risk",
    `${theGateway(view.name)} may pair a node without an approval, because a proxy on its host makes it look local: ${key} is not false, expected false`,
    hostCommand(view.survey.target.host, `openclaw config set ${key} false`),
  )
}

/** Reports proxies that are more than single addresses, and those on other machines. */
function proxyAddressCauses(view: GatewayView, { proxies }: TrustSettings): Cause[] {
  const own = view.survey.snapshot.addresses
  const all = proxies.map(withoutSingleMask)
  const ranges = all.filter((each) => isIP(each) === 0 && !isLoopback(each))
  const remote = all.filter((each) => isIP(each) !== 0 && !isLoopback(each) && !own.includes(each))
  const list = (each: readonly string[]) => each.map((address) => shown(address)).join(", ")
  return [
    ...(ranges.length > 0
      ? say(
          view,
          "wide-trust",
          "risk",
          `${theGateway(view.name)} takes every machine of ${list(ranges)} for its proxy (gateway.trustedProxies), expected single addresses`,
          "set gateway.trustedProxies to the proxy's own address, such as 127.0.0.1",
        )
      : []),
    ...(remote.length > 0
      ? say(
          view,
          "remote-proxy",
          "note",
          `${theGateway(view.name)} trusts a proxy on another machine, ${list(remote)}: each process there that knows the user header can claim any identity, and without TLS the network between them can read it`,
        )
      : []),
  ]
}

/** Reports a gateway that others than its proxy on the same host can reach. */
function pathCauses(view: GatewayView, { proxies }: TrustSettings): Cause[] {
  if (!proxies.every((each) => isLoopback(withoutSingleMask(each)))) return []
  const { survey, member } = view
  const isObserved = (survey.ports.get(member.port)?.sockets.length ?? 0) > 0
  const open = openAddresses(view)
  const bind = member.settings?.bind
  if (isObserved ? open.length === 0 : bind === undefined || bind === "loopback") return []
  const where = isObserved ? open.join(", ") : `gateway.bind is ${shown(bind ?? "")}`
  return say(
    view,
    "second-path",
    "risk",
    `a second path leads to ${theGateway(view.name)}, past its proxy: it listens beyond the loopback (${where}), expected the loopback only; a device that is paired gets in there`,
    hostCommand(survey.target.host, "openclaw config set gateway.bind loopback"),
  )
}

/** Reports what is not known of a proxy that gatekey did not make: whether it deletes what a client says of itself. */
function unknownProxyCauses(view: GatewayView, hasLocalProxy: boolean): Cause[] {
  const { survey, member } = view
  if (!survey.proxies || guardBefore(survey, member.port)) return []
  const { others } = survey.proxies
  const seen = others.map(({ program, pid }) => `${shown(program)} (pid ${pid})`).join(", ")
  const which = !hasLocalProxy
    ? ""
    : others.length > 0
      ? `; on its host ${seen} ${others.length === 1 ? "runs" : "run"}, and which ports they forward to cannot be seen`
      : "; no process of a proxy that is known by name was found on its host"
  return say(
    view,
    "unknown-proxy",
    "note",
    `whether the proxy of ${theGateway(view.name)} deletes the identity headers that a client sends is not known${which}. To check it, send the user header through the proxy without a credential: the proxy has to refuse that`,
  )
}

function withoutSingleMask(address: string): string {
  return address.trim().replace(isIP(address.trim().split("/")[0] ?? "") === 6 ? /\/128$/ : /\/32$/, "")
}
