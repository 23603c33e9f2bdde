import { phaseProblem } from "../core/authority-phase.ts"
import { nameProblem } from "../core/client-name.ts"
import { normalizeHost } from "../core/host.ts"
import { admissions } from "../core/own-proxy.ts"
import type { AuthMode, FleetAuthority, FleetClient, FleetGuard, FleetNode } from "./guard-args.ts"
import { ownProxyProblems } from "./own-proxy-problems.ts"
import type { Gateway, Listening, PlannedClient, PlannedGuard } from "./planned-guard.ts"
import { gatewayOf } from "./routes.ts"

type Members<A> = { readonly [name: string]: A }

interface Declared {
  readonly guard?: Members<FleetGuard>
  readonly authority?: FleetAuthority
  readonly clients?: Members<FleetClient>
  readonly gateways: Members<Gateway>
  readonly nodes: Members<FleetNode>
}

/** Plans the guards of a fleet, and lists what cannot be. */
export function planGuards(declared: Declared): { guards: readonly PlannedGuard[]; problems: readonly string[] } {
  const { guard = {}, gateways } = declared
  const guards = Object.entries(guard).flatMap(([name, args]) => {
    const own = args.gateway ?? onlyOne(gateways)
    const gateway = own === undefined ? undefined : gateways[own]
    return own === undefined || !gateway ? [] : [planGuard(name, args, own, gateway, declared)]
  })
  return { guards, problems: findProblems(declared, guards) }
}

function planGuard(
  name: string,
  args: FleetGuard,
  own: string,
  gateway: Gateway,
  { clients = {}, nodes, gateways, guard = {} }: Declared,
): PlannedGuard {
  const ofGateway = Object.entries(nodes).filter(([, node]) => gatewayOf(node, gateways) === own)
  const behind = ofGateway.filter(([, { sidecar }]) => sidecar !== undefined)
  const others = Object.entries(clients).filter(([, client]) => (client.guard ?? onlyOne(guard)) === name)
  return {
    name,
    args,
    listen: parseListen(args.listen),
    ...(args.devices ? { devices: parseListen(args.devices.listen) } : {}),
    gateway: { name: own, args: gateway },
    clients: [
      ...behind.map(([name, node]) => planClient(name, "node", { auth: args.mode ?? "mtls", ...node })),
      ...others.map(([name, client]) => planClient(name, "client", { auth: args.mode ?? "mtls", ...client })),
    ],
    nodes: ofGateway.map(([name, args]) => ({ name, args })),
  }
}

function parseListen(text: string): Listening {
  const [, address = "", port = ""] = /^(.*):(\d+)$/.exec(text) ?? []
  return { address: address.replace(/^\[|\]$/g, ""), port: Number(port) }
}

function planClient(
  name: string,
  role: "node" | "client",
  { host, home, sidecar, auth, generation = 1, manager, ...more }: (FleetNode | FleetClient) & { auth: AuthMode },
): PlannedClient {
  const haproxy = "haproxy" in more ? more.haproxy : undefined
  const scopes = "scopes" in more ? (more.scopes ?? []) : []
  return { name, role, generation, auth, scopes, host, home, sidecar, manager, haproxy }
}

function onlyOne(members: Members<unknown>): string | undefined {
  const [only, ...more] = Object.keys(members)
  return more.length === 0 ? only : undefined
}

function findProblems(declared: Declared, guards: readonly PlannedGuard[]): string[] {
  const { guard = {}, gateways, nodes, clients = {}, authority } = declared
  const guarded = new Map(guards.toReversed().map((each) => [each.gateway.name, each]))
  const twice = guards.filter((each) => guarded.get(each.gateway.name) !== each)
  return [
    ...Object.entries(guard)
      .filter(([name]) => !guards.some((each) => each.name === name))
      .map(([name, { gateway }]) =>
        gateway === undefined
          ? `guard ${name} must say which gateway it is in front of: set gateway`
          : `guard ${name} needs the gateway ${gateway}, which is not declared`,
      ),
    ...(authority === undefined ? [] : authorityProblems(authority, guards)),
    ...twice.map((each) => `gateway ${each.gateway.name} has two guards; remove ${each.name}`),
    ...guards.flatMap(guardProblems),
    ...Object.entries(gateways)
      .filter(([name, { mode }]) => mode === "trusted-proxy" && !guarded.has(name))
      .map(
        ([name]) => `gateway ${name} has mode: trusted-proxy and no guard: nobody could connect; declare gatekey:guard`,
      ),
    ...Object.entries(nodes)
      .filter(([, node]) => node.sidecar !== undefined && !guarded.has(gatewayOf(node, gateways) ?? ""))
      .map(([name]) => `node ${name} has a sidecar, but its gateway has no guard; declare gatekey:guard`),
    ...Object.entries(clients)
      .filter(([, client]) => !guards.some(({ name }) => name === (client.guard ?? onlyOne(guard))))
      .map(([name]) => `client ${name} must say which guard lets it in: set guard`),
  ]
}

function authorityProblems({ generation = 1, phase }: FleetAuthority, guards: readonly PlannedGuard[]): string[] {
  const problem = phaseProblem({ generation, phase })
  return [
    ...(problem ? [`the phase of the authority ${problem}`] : []),
    ...(guards.length > 0 ? [] : ["the authority is declared, and no guard is; declare gatekey:guard, or remove it"]),
  ]
}

function guardProblems({ name, gateway, clients, nodes, args, listen, devices }: PlannedGuard): string[] {
  const { mode, product = "openclaw", bind, host, tlsFingerprint } = gateway.args
  const isClosed = bind === "loopback"
  const named = clients.flatMap((client) => {
    const problem = nameProblem(client.name)
    return problem ? [`${client.role} ${client.name} cannot have a certificate: its name ${problem}`] : []
  })
  const audience = clients.some(({ auth }) => auth !== "mtls") ? nameProblem(name) : undefined
  return [
    ...named,
    ...(audience ? [`guard ${name} cannot be the audience of a bearer: its name ${audience}`] : []),
    ...(args.names.length === 0 ? [`guard ${name} has no names by which its clients reach it`] : []),
    ...(devices?.port === listen.port
      ? [`guard ${name} listens on ${listen.port} twice; devices needs a port of its own`]
      : []),
    ...(product === "openclaw" ? [] : [`guard ${name}: ${product} trusts no proxy; its gateway must be openclaw`]),
    ...(tlsFingerprint === undefined
      ? []
      : [`guard ${name}: gateway ${gateway.name} speaks TLS, and a guard speaks none to it; turn gateway.tls off`]),
    ...clients
      .filter(({ sidecar, manager }) => sidecar !== undefined && manager === undefined)
      .map((client) => `client ${client.name} has a sidecar and no manager; set manager`),
    ...ownProxyProblems({ name, gateway, clients, args }),
    ...nodes
      .filter(() => args.bring === undefined || admissions[args.bring] === "certificate")
      .filter(({ args }) => isClosed && args.sidecar === undefined && normalizeHost(args.host) !== normalizeHost(host))
      .map((node) => `node ${node.name} has no sidecar, and gateway ${gateway.name} listens on its loopback only`),
    ...(mode === "trusted-proxy" ? tokenSenders(gateway.name, nodes) : []),
  ]
}

/** Reports nodes that would go on sending a token to a gateway that accepts none. */
function tokenSenders(gateway: string, nodes: PlannedGuard["nodes"]): string[] {
  return nodes
    .filter(({ args }) => args.credential !== "device")
    .map(
      ({ name }) =>
        `node ${name} sends a token, and gateway ${gateway} with mode: trusted-proxy accepts none; set credential: device on it, and run \`pulumi up\` before the switch`,
    )
}
