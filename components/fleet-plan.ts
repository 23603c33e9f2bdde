import { omitUndefined } from "../core/given.ts"
import { normalizeHost } from "../core/host.ts"
import type { Role } from "../products/product.ts"
import { credentialOf, type GatewayMode } from "../products/readers.ts"
import { type DeclaredPlace, findConflicts } from "./conflicts.ts"
import { type ContainerArgs, containerPlaces } from "./container.ts"
import { containerProblems } from "./container-problems.ts"
import { DeclarationError } from "./declaration-error.ts"
import type { FleetArgs } from "./fleet-args.ts"
import { isLiving, isMade, type Made } from "./fleet-container.ts"
import { gatewayContainerPlaces } from "./gateway-container-places.ts"
import { planGuards } from "./guard-plan.ts"
import { hookProblems } from "./hooks.ts"
import type { MemberArgs } from "./member.ts"
import { allPlaces, memberPlaces } from "./member-places.ts"
import { type NodeArgs, nodePlaces } from "./node.ts"
import { sameHome } from "./place.ts"
import { gatewayOf } from "./routes.ts"
import { skippableHosts } from "./skippable-hosts.ts"
import { vaultItem } from "./vault.ts"

type Members<A> = { readonly [name: string]: A }
type Member = Omit<MemberArgs, "token" | "mode"> & { readonly mode?: GatewayMode }
type Composed = Omit<ContainerArgs, "token">

/**
 * Completes the members before they are created: a predecessor's places are left alone where a member of the fleet still uses them,
 * and a node beside its gateway leaves the config to the gateway.
 * @throws UserError naming every conflict
 */
export function planFleet(
  args: Pick<
    FleetArgs,
    "gateways" | "nodes" | "guard" | "authority" | "clients" | "containers" | "afterRotation" | "rotation" | "vault"
  >,
) {
  const { gateways: givenGateways, nodes: givenNodes = {}, containers = {} } = args
  const all: Member[] = [...Object.values(givenGateways), ...Object.values(givenNodes)]
  const settle = <A extends Member>(member: A): A => {
    const inUse = all.some((other) => shareHome(member, other) && other.product === "clawdbot")
    const own = inUse ? { ...member, predecessor: false } : member
    return own.delivery === "exec" && args.vault ? { ...own, vault: args.vault } : own
  }
  const hasGateway = (node: Member) =>
    Object.values(givenGateways).some((gateway) => shareHome(node, gateway) && sameProduct(node, gateway))
  const gateways = mapMembers(givenGateways, settle)
  // A node sends what its gateway checks.
  const settled = mapMembers(givenNodes, (node) => {
    const mode = node.mode ?? credentialOf(givenGateways[gatewayOf(node, givenGateways) ?? ""]?.mode)
    return { ...settle(node), ...omitUndefined({ mode }) }
  })
  const strays = assignStrayChecks(givenGateways, settled, containers)
  const nodes = filterMembers(strays, (node) => !hasGateway(node))
  const nodesOfGateways = mapMembers(filterMembers(strays, hasGateway), (node) => ({ ...node, sharesConfig: true }))
  const composed = filterMembers(containers, (container) => !isMade(container)) as Members<Composed>
  const made = filterMembers(containers, isMade) as Members<Made>
  const readers = Object.entries(gateways).filter(([, { delivery }]) => delivery === "exec")
  // A gateway that reads the item is the one that writes it.
  const item = args.vault && readers.length === 0 ? vaultItem("vault", args.vault) : undefined
  const owned = [
    ...(item ? [{ kind: "vault", member: "vault", place: item }] : []),
    ...placesOf(gateways, "gateway", (name, args) => allPlaces(memberPlaces(name, "gateway", args))),
    ...placesOf({ ...nodes, ...nodesOfGateways }, "node", (name, args) => allPlaces(nodePlaces(name, args))),
    ...placesOf(composed, "container", containerPlaces),
    ...placesOf(made, "container", gatewayContainerPlaces),
  ]
  const byRole = (wanted: Role) => filterMembers(made, ({ role }) => role === wanted)
  const living = filterMembers(composed, isLiving)
  const lag = skippableHosts(
    args.rotation ?? {},
    [gateways, made].flatMap((group) => Object.values<{ host: string }>(group)),
    [nodes, living].flatMap((group) => Object.values<{ host: string }>(group)),
  )
  const wrong = Object.entries(made).flatMap(([name, args]) => containerProblems(name, args))
  const isGateway = (name: string) => Object.hasOwn(gateways, name) || made[name]?.role === "gateway"
  const isBefore = (kind: string, member: string) => kind !== "gateway" && !isGateway(member)
  const guarded = planGuards({ ...args, gateways, nodes: settled })
  const problems = [
    ...guarded.problems,
    ...readerProblems(readers.map(([name]) => name)),
    ...wrong,
    ...findUnknownGateways(settled, isGateway),
    ...findSameNames({ gateway: gateways, node: settled, container: containers }),
    ...findConflicts(owned),
    ...hookProblems(args.afterRotation ?? []),
    ...lag.problems,
  ]
  if (problems.length > 0) throw new DeclarationError(problems.join("\n"))
  const later = new Set(
    Object.entries({ ...nodes, ...nodesOfGateways }).flatMap(([name, args]) =>
      nodePlaces(name, args).later.map(({ name }) => name),
    ),
  )
  return {
    gateways,
    nodes,
    guards: guarded.guards,
    nodesOfGateways,
    containers: { compose: composed, gateways: byRole("gateway"), nodes: byRole("node") },
    /** The vault's item, unless it is the place of a gateway. */
    vault: item,
    places: owned.map(({ place }) => place),
    staged: owned
      .filter(({ kind, member, place }) => place.must === "token" && isBefore(kind, member) && !later.has(place.name))
      .map(({ place }) => place),
    /** The members that get the token. */
    members: {
      ...describeMembers(
        "gateway",
        filterMembers(gateways, ({ mode }) => mode !== "trusted-proxy"),
      ),
      ...describeMembers(
        "node",
        filterMembers(nodes, ({ credential }) => credential !== "device"),
      ),
      ...describeMembers("container", { ...living, ...made }),
    },
    /** The gateways to which it is worth nothing. */
    trusting: describeMembers(
      "gateway",
      filterMembers(gateways, ({ mode }) => mode === "trusted-proxy"),
    ),
    /** The members with files in a home; those of a container are in its own folder. */
    homed: [gateways, nodes, nodesOfGateways, living].flatMap((group) =>
      Object.values<{ host: string; home?: string }>(group),
    ),
    /** Hosts that a rotation may skip. */
    mayLag: lag.hosts,
  }
}

function describeMembers(kind: string, members: Members<{ readonly host: string }>): Members<string> {
  return mapMembers(members, ({ host }) => `${kind} on ${host}`)
}

function shareHome(one: Member, other: Member): boolean {
  return normalizeHost(one.host) === normalizeHost(other.host) && sameHome(one.home) === sameHome(other.home)
}

/** Rejects a second gateway that reads the item: both would have to change at the same moment. */
function readerProblems(gateways: readonly string[]): string[] {
  if (gateways.length < 2) return []
  return [
    `${gateways.join(" and ")} have delivery: exec, but only one gateway may; set the others to delivery: reference`,
  ]
}

/** Selects one node on each host without a declared gateway, which reports undeclared gateways; the others do not. */
function assignStrayChecks(
  gateways: FleetArgs["gateways"],
  nodes: NonNullable<FleetArgs["nodes"]>,
  containers: NonNullable<FleetArgs["containers"]>,
): Members<Omit<NodeArgs, "token">> {
  const living = Object.values(containers).filter(isLiving)
  const watched = new Set([...Object.values(gateways), ...living].map(({ host }) => normalizeHost(host)))
  return mapMembers(nodes, (node) => {
    const stray = node.stray ?? !watched.has(normalizeHost(node.host))
    watched.add(normalizeHost(node.host))
    return { ...node, stray }
  })
}

function sameProduct(one: Member, other: Member): boolean {
  return (one.product ?? "openclaw") === (other.product ?? "openclaw")
}

/** Reports nodes whose gateway is not declared. */
function findUnknownGateways(nodes: Members<Omit<NodeArgs, "token">>, isGateway: (name: string) => boolean): string[] {
  return Object.entries(nodes).flatMap(([name, { gateway }]) =>
    gateway === undefined || isGateway(gateway)
      ? []
      : [`node ${name} needs the gateway ${gateway}, which is not declared`],
  )
}

/** Reports members with the same name: their places would have one name too. */
function findSameNames(groups: { [kind: string]: Members<unknown> }): string[] {
  const seen = new Map<string, string>()
  const problems: string[] = []
  for (const [kind, members] of Object.entries(groups)) {
    for (const name of Object.keys(members)) {
      const other = seen.get(name)
      if (other) problems.push(`${other} ${name} and ${kind} ${name} have the same name; rename one of them`)
      seen.set(name, kind)
    }
  }
  return problems
}

function placesOf<A>(
  members: Members<A>,
  kind: string,
  places: (name: string, args: A) => readonly DeclaredPlace["place"][],
) {
  return Object.entries(members).flatMap(([member, args]) =>
    places(member, args).map((place): DeclaredPlace => ({ kind, member, place })),
  )
}

function mapMembers<A, B>(members: Members<A>, change: (args: A) => B): Members<B> {
  return Object.fromEntries(Object.entries(members).map(([name, args]) => [name, change(args)]))
}

function filterMembers<A>(members: Members<A>, wanted: (args: A) => boolean): Members<A> {
  return Object.fromEntries(Object.entries(members).filter(([, args]) => wanted(args)))
}
