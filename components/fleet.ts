import * as pulumi from "@pulumi/pulumi"
import { Container, type ContainerArgs } from "./container.ts"
import { Containers, containersOf } from "./containers.ts"
import { planFleet } from "./fleet-plan.ts"
import { Gateway, type GatewayArgs } from "./gateway.ts"
import { GatewayContainer, type GatewayContainerArgs } from "./gateway-container.ts"
import { Node, type NodeArgs } from "./node.ts"
import { Preflight, type RemoteFiles, remoteFiles } from "./preflight.ts"
import { Reach } from "./reach.ts"
import { Token, type TokenArgs } from "./token.ts"

export interface FleetArgs {
  /** The one token: which generation is in force, when it is due, what it takes over. */
  token: TokenArgs
  /** The Token cannot be deleted, so neither can the fleet. Default: true; false for a sandbox. */
  protect?: boolean
  /** The gateways, by name. The name stands first in the names of its places. */
  gateways: { readonly [name: string]: Omit<GatewayArgs, "token"> }
  /** The nodes, by name. Default: none. */
  nodes?: { readonly [name: string]: Omit<NodeArgs, "token"> }
  /** The containers, by name. Default: none. */
  containers?: { readonly [name: string]: FleetContainer }
}

/** Of a Compose project that others run, or made by gatekey from an image. */
export type FleetContainer = Omit<ContainerArgs, "token"> | Omit<GatewayContainerArgs, "token">

/**
 * One token and every place that holds it. Nodes and containers are written before the gateways, so that none of them
 * is behind when a gateway changes its token.
 * @throws UserError, before any resource is made, naming every place that two of its members claim
 */
export class Fleet extends pulumi.ComponentResource {
  /** For further placements of your own. */
  readonly token: Token
  /** What may be shown of the token in force: `fp:` and eight hex digits. */
  readonly fingerprint: pulumi.Output<string>
  /** The generation in force: the `rotation`. */
  readonly generation: pulumi.Output<number>
  /** When it is due for rotation; ISO 8601, UTC; empty without `maxAge`. */
  readonly due: pulumi.Output<string>

  constructor(name: string, args: FleetArgs, options: pulumi.ComponentResourceOptions = {}) {
    const plan = planFleet(args)
    super("gatekey:index:Fleet", name, {}, options)
    const hosts = remoteFiles(plan.places)
    const dependsOn = preflight(hosts, args.token.rotation, this)
    const token = new Token("token", args.token, { parent: this, protect: args.protect ?? true, dependsOn })
    const after = (dependsOn: pulumi.Resource[]) => ({ parent: this, dependsOn })
    const node = (dependsOn: pulumi.Resource[]) => (name: string, args: Omit<NodeArgs, "token">) =>
      new Node(name, { token, ...args }, after(dependsOn))
    const made = (dependsOn: pulumi.Resource[]) => (name: string, args: Omit<GatewayContainerArgs, "token">) =>
      new GatewayContainer(name, { token, ...args }, after(dependsOn))
    const first = [
      ...each(plan.nodes, node([])).flatMap(({ placements }) => placements),
      ...each(plan.containers.compose, (name, args) => new Container(name, { token, ...args }, after([]))),
      ...each(plan.containers.nodes, made([])).flatMap(({ placements }) => placements),
    ]
    const gateways = [
      ...each(plan.gateways, (name, args) => new Gateway(name, { token, ...args }, after(first))),
      ...each(plan.containers.gateways, made(first)),
    ]
    each(plan.nodesOfGateways, node(gateways.flatMap(({ placements }) => placements)))
    const members = { gateways: plan.gateways, nodes: { ...plan.nodes, ...plan.nodesOfGateways } }
    for (const [host, found] of Object.entries(containersOf({ ...members, containers: args.containers ?? {} })))
      new Containers(`${host.replace("ssh://", "")} containers`, { token, host, ...found }, { parent: this })
    this.token = token
    this.fingerprint = token.fingerprint
    this.generation = token.generation
    this.due = token.due
    this.registerOutputs({ fingerprint: this.fingerprint, generation: this.generation, due: this.due })
  }
}

/** What the Token waits for: nothing where everything is on this machine. */
function preflight(hosts: RemoteFiles, rotation: pulumi.Input<number>, parent: pulumi.Resource): pulumi.Resource[] {
  const names = Object.keys(hosts)
  if (names.length === 0) return []
  new Reach("every host", { hosts: names }, { parent })
  return [new Preflight("preflight", { rotation, hosts }, { parent })]
}

function each<A, R>(members: { readonly [name: string]: A }, make: (name: string, args: A) => R): R[] {
  return Object.entries(members).map(([name, args]) => make(name, args))
}
