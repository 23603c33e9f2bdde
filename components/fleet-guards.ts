import * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import { normalizeHost } from "../core/host.ts"
import { products } from "../products/index.ts"
import type { GatewayMode } from "../products/readers.ts"
import { Access } from "./access.ts"
import { Authority } from "./authority.ts"
import { Client } from "./client.ts"
import type { Gateway } from "./gateway.ts"
import { Guard } from "./guard.ts"
import type { FleetAuthority } from "./guard-args.ts"
import type { PlannedGuard } from "./guard-plan.ts"
import type { ProxyClient } from "./haproxy.ts"
import { Pairing } from "./pairing.ts"
import { resolveHome } from "./place.ts"
import { Sidecar } from "./sidecar.ts"
import { TrustedProxy } from "./trusted-proxy.ts"

interface Surroundings {
  readonly parent: pulumi.Resource
  readonly protect: boolean
  readonly authority: FleetAuthority
  /** The gateways and the nodes of the fleet, by name. */
  readonly gateways: { readonly [name: string]: Gateway }
  readonly nodes: { readonly [name: string]: pulumi.Resource }
}

/** Creates the guards of a fleet with all that belongs to them. @returns what the fleet's receipt waits for */
export function createGuards(guards: readonly PlannedGuard[], around: Surroundings) {
  if (guards.length === 0) return []
  const { parent, protect } = around
  const authority = new Authority("authority", { domain: trustDomain(), ...around.authority }, { parent, protect })
  return guards.flatMap((planned) => createGuard(planned, authority, around))
}

function createGuard(
  planned: PlannedGuard,
  authority: Authority,
  { parent, gateways, nodes }: Surroundings,
): pulumi.Resource[] {
  const gateway = gateways[planned.gateway.name]
  const within = (name: string) => nodes[name] ?? parent
  const { name, args, listen, clients } = planned
  const { host, home, manager, port = products.openclaw.port } = planned.gateway.args
  const { names, header = 1, haproxy, lifetime } = args
  const proxy = { authority, ...omitUndefined({ haproxy, lifetime }) }
  const made = clients.map((client) => createClient(planned, client, authority, { parent: within(client.name) }))
  const guard = new Guard(
    `${name} guard`,
    {
      ...{ ...proxy, host, manager: args.manager ?? manager, folder: folderOf(`${name}-guard`, home) },
      ...{ listen, names, gateway: port, header, audience: name, clients: made.map(({ entry }) => entry) },
    },
    { parent: gateway ?? parent },
  )
  const first = [guard, ...made.map(({ resource }) => resource)]
  const trust = createTrust(planned, authority, {
    parent: gateway ?? parent,
    dependsOn: [...first, ...(gateway ? [...gateway.placements, gateway.listener] : [])],
  })
  const after = (name: string) => ({ parent: within(name), dependsOn: [trust] })
  return [...first, trust, ...createChecks(planned, authority, after)]
}

type PlannedClient = PlannedGuard["clients"][number]

/** Creates a client's sidecar; without one, only its certificate, its key, or both. @returns what the guard lists, too */
function createClient(
  planned: PlannedGuard,
  { name, role, generation, auth, host, home, sidecar, manager, haproxy }: PlannedClient,
  authority: Authority,
  options: pulumi.ComponentResourceOptions,
): { readonly entry: ProxyClient; readonly resource: pulumi.Resource } {
  const own = { authority, host, ...omitUndefined({ lifetime: planned.args.lifetime }) }
  if (sidecar === undefined || manager === undefined) {
    const more = { folder: folderOf(name, home), auth, role, generation, audience: planned.name }
    const resource = new Client(`${name} client`, { ...own, ...more, name }, options)
    return { entry: resource.entry, resource }
  }
  const more = { manager, folder: folderOf(`${name}-sidecar`, home), port: sidecar, guard: routeOf(planned, host) }
  const client = { name, role, generation, auth }
  const args = { ...own, ...more, client, audience: planned.name, ...omitUndefined({ haproxy }) }
  const resource = new Sidecar(`${name} sidecar`, args, options)
  return { entry: resource.entry, resource }
}

/** Returns how a host reaches the guard: on its own host by the loopback. */
function routeOf({ args, listen, gateway }: PlannedGuard, host: string) {
  const [name = ""] = args.names
  const isHere = normalizeHost(host) === normalizeHost(gateway.args.host)
  const here = ["0.0.0.0", "::", "*"].includes(listen.address) ? "127.0.0.1" : listen.address
  return { address: isHere ? here : name, port: listen.port, name }
}

function createTrust(
  { args, gateway, clients, nodes }: PlannedGuard,
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
      closed: bind === "loopback",
      identities: clients.map(({ name, role, scopes }) => ({ identity: `${role}:${name}`, scopes })),
      paired: past.map(({ name, args: { pairing } }) => ({
        node: pairing?.name ?? name,
        ...omitUndefined({ device: pairing?.device }),
      })),
    },
    options,
  )
}

/** Returns what lets in: what the guard says, or a token or password. */
function trustMode(mode: GatewayMode | undefined): "trusted-proxy" | "token" {
  return mode === "trusted-proxy" ? mode : "token"
}

/** Creates the checks of a gateway that no token lets into: each client's way, and the pairings. */
function createChecks(
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
  const at = { authority, header: args.header ?? 1, host, port }
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

/** The folder of a guard or a sidecar; in a sandbox below its home. */
function folderOf(name: string, home: string | undefined): string {
  return resolveHome(`~/.local/state/gatekey/${name.replace(/[^A-Za-z0-9-]+/g, "-")}`, home)
}

/** The stack's name as a trust domain. */
function trustDomain(): string {
  const name = pulumi
    .getStack()
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, "-")
    .slice(0, 63)
  return name.replace(/^[.-]+|[.-]+$/g, "") || "home"
}
