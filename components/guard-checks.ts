import type * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import { knownHeaders, type OwnProxy } from "../core/own-proxy.ts"
import { products } from "../products/index.ts"
import type { GatewayMode } from "../products/readers.ts"
import { Access } from "./access.ts"
import type { Authority } from "./authority.ts"
import { folderOf, routeOf } from "./guard-clients.ts"
import { Pairing } from "./pairing.ts"
import { resolveHome } from "./place.ts"
import type { PlannedGuard } from "./planned-guard.ts"
import { ProxyCheck } from "./proxy-check.ts"
import { TrustedProxy } from "./trusted-proxy.ts"

/** Creates the gateway's half of a guard. */
export function createTrust(
  { name, args, gateway, clients, nodes }: PlannedGuard,
  authority: Authority,
  options: pulumi.CustomResourceOptions,
): TrustedProxy {
  const { host, home, port = products.openclaw.port, mode, bind } = gateway.args
  const past = nodes.filter((node) => node.args.sidecar === undefined)
  return new TrustedProxy(
    `${gateway.name} trust`,
    {
      ...{ authority, host, port, name: gateway.name, header: args.header ?? 1 },
      config: resolveHome(products.openclaw.config, home),
      mode: trustMode(mode),
      // How a proxy of the user's own hands clients on is the user's to say.
      ...(args.bring === undefined ? { guard: folderOf(`${name}-guard`, home) } : {}),
      closed: bind === "loopback",
      identities: [
        ...clients.map(({ name, role, scopes }) => ({ identity: `${role}:${name}`, scopes })),
        ...(args.identities ?? []),
      ],
      ...userHeaderOf(args),
      paired: past.map(({ name, args: { pairing } }) => ({
        node: pairing?.name ?? name,
        ...omitUndefined({ device: pairing?.device }),
      })),
    },
    options,
  )
}

/** Creates the check of a proxy of the user's own. */
export function createProxyCheck(
  planned: PlannedGuard,
  proxy: OwnProxy,
  authority: Authority,
  options: pulumi.CustomResourceOptions,
): ProxyCheck {
  const { name, args, gateway, clients, listen } = planned
  const host = args.from ?? gateway.args.host
  const at = { host, ...routeOf(planned, host), port: listen.port, ...userHeaderOf(args) }
  const of = { proxy, gateway: gateway.name, gatewayHost: gateway.args.host, mode: trustMode(gateway.args.mode) }
  const tried = clients.map(({ name, generation, role, scopes }) => ({ name, generation, role, scopes }))
  return new ProxyCheck(`${name} proxy`, { authority, ...at, ...of, clients: tried }, options)
}

/** Returns the header that a proxy of the user's own sets. */
function userHeaderOf({ bring, identityHeader }: PlannedGuard["args"]): { readonly userHeader?: pulumi.Input<string> } {
  return omitUndefined({ userHeader: identityHeader ?? (bring && knownHeaders[bring]) })
}

/** Creates the checks of a gateway that no token lets into: each client's way, and the pairings. */
export function createChecks(
  planned: PlannedGuard,
  authority: Authority,
  after: (name: string) => pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { gateway, clients, nodes, args } = planned
  const { host, port = products.openclaw.port } = gateway.args
  const mode = trustMode(gateway.args.mode)
  const ways = clients.flatMap(({ name, role, host: from, home, sidecar }) => {
    if (sidecar === undefined) return []
    const config = role === "node" ? resolveHome(products.openclaw.config, home) : undefined
    const way = {
      authority,
      host: from,
      port: sidecar,
      name,
      gateway: gateway.name,
      mode,
      guard: routeOf(planned, from),
    }
    return [new Access(`${name} access`, { ...way, ...omitUndefined({ config }) }, after(name))]
  })
  // By a token, the gateway is asked as without a guard.
  if (mode === "token") return ways
  const at = { authority, header: args.header ?? 1, ...userHeaderOf(args), host, port }
  const pairings = nodes.flatMap(({ name, args: { pairing, host: from, generation: certificate = 1 } }) => {
    if (pairing === undefined) return []
    const { name: node = name, device, approve } = pairing
    const own = { node, from, certificate, ...omitUndefined({ device, approve }) }
    return [new Pairing(`${name} pairing`, { ...at, ...own }, after(name))]
  })
  const declared = nodes.flatMap(({ name, args: { pairing } }) =>
    pairing ? [pairing.device ?? pairing.name ?? name] : [],
  )
  const strays =
    declared.length === 0 ? [] : [new Pairing(`${gateway.name} strays`, { ...at, declared }, after(gateway.name))]
  return [...ways, ...pairings, ...strays]
}

/** Returns what lets in: what the guard says, or a token or password. */
function trustMode(mode: GatewayMode | undefined): "trusted-proxy" | "token" {
  return mode === "trusted-proxy" ? mode : "token"
}
