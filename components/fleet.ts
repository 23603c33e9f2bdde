import * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import { Container } from "./container.ts"
import { Containers, containersOf } from "./containers.ts"
import { DeclarationError } from "./declaration-error.ts"
import type { FleetArgs } from "./fleet-args.ts"
import { fleetFrame } from "./fleet-frame.ts"
import { createGuards } from "./fleet-guards.ts"
import { fleetKeyProblems } from "./fleet-keys.ts"
import { planFleet } from "./fleet-plan.ts"
import { checkSource, createSource } from "./fleet-source.ts"
import { Gateway } from "./gateway.ts"
import { GatewayContainer } from "./gateway-container.ts"
import type { GatewayContainerArgs } from "./gateway-container-args.ts"
import { createHooks } from "./hooks.ts"
import { Node, type NodeArgs } from "./node.ts"
import { Preflight } from "./preflight.ts"
import { Reach } from "./reach.ts"
import { Receipt } from "./receipt.ts"
import { Token } from "./token.ts"
import { Vault } from "./vault.ts"
import { connectableGateways, wireChecks, zipMembers } from "./wire-checks.ts"

/**
 * One token and every place that holds it. Nodes and containers are written before the gateways, so that none of them
 * is behind when a gateway changes its token.
 * @throws UserError, before any resource is made, naming every place that two of its members claim, and every hook that
 * cannot be run
 */
export class Fleet extends pulumi.ComponentResource {
  /** For further placements of your own. */
  readonly token: Token
  /** The printable form of the token in force: `fp:` and eight hex digits. */
  readonly fingerprint: pulumi.Output<string>
  /** The generation in force: the `rotation`. */
  readonly generation: pulumi.Output<number>
  /** When it is due for rotation; ISO 8601, UTC; empty without `maxAge`. */
  readonly due: pulumi.Output<string>
  /** The last rotation: when, by whom, at which commit. */
  readonly receipt: pulumi.Output<string>
  /** Of a fleet with a proxy of the user's own: the certificate that it verifies its clients by, as PEM. */
  readonly authority?: pulumi.Output<string>

  constructor(name: string, args: FleetArgs, options: pulumi.ComponentResourceOptions = {}) {
    const wrong = fleetKeyProblems(args)
    if (wrong.length > 0) throw new DeclarationError(wrong.join("\n"))
    const plan = planFleet(args)
    checkSource(args)
    super("gatekey:index:Fleet", name, {}, options)
    const { value: _, ...ofToken } = args.token
    const source = createSource(args, this)
    const rotation = source?.generation ?? ofToken.rotation ?? 1
    const frame = fleetFrame(plan, rotation, args.rotation)
    const adopt = source ? { value: source.value } : ofToken.adopt
    const preflight = new Preflight("preflight", { ...frame.preflight, ...omitUndefined({ adopt }) }, { parent: this })
    const far = frame.reach.hosts.length > 0
    const reach = far ? [new Reach("every host", frame.reach, { parent: this })] : []
    const numbered = { ...ofToken, rotation, ...(source ? { given: source.value } : {}) }
    const token = new Token("token", numbered, { parent: this, protect: args.protect ?? true, dependsOn: preflight })
    const after = (dependsOn: pulumi.Resource[]) => ({ parent: this, dependsOn })
    // Nodes are created before the gateways; some of their places come after them.
    const flipped = Promise.withResolvers<pulumi.Resource[]>()
    const node = (dependsOn: pulumi.Resource[]) => (name: string, args: Omit<NodeArgs, "token">) =>
      new Node(name, { token, ...args, after: flipped.promise }, after(dependsOn))
    const made = (dependsOn: pulumi.Resource[]) => (name: string, args: Omit<GatewayContainerArgs, "token">) =>
      new GatewayContainer(name, { token, ...args }, after(dependsOn))
    const nodes = [...createEach(plan.nodes, node([])), ...createEach(plan.containers.nodes, made([]))]
    const composed = createEach(
      plan.containers.compose,
      (name, args) => new Container(name, { token, ...args }, after([])),
    )
    const before = [...nodes.flatMap(({ placements }) => placements), ...composed]
    const finished = Promise.withResolvers<pulumi.Resource[]>()
    const kept = args.vault?.role === "mirror" ? { token, ...args.vault, flipped: plan.vault === undefined } : undefined
    const vault = kept && new Vault("vault", { ...kept, after: finished.promise }, after(before))
    const first = [...before, ...(vault?.placements ?? [])]
    const { staged } = plan
    const own = createEach(plan.gateways, (name, args) => new Gateway(name, { token, ...args, staged }, after(first)))
    const gateways = [...own, ...createEach(plan.containers.gateways, made(first))]
    flipped.resolve(gateways.flatMap(({ placements }) => placements))
    const others = createEach(plan.nodesOfGateways, node(gateways.flatMap(({ placements }) => placements)))
    const reached = {
      ...connectableGateways(plan.gateways, own),
      ...connectableGateways(plan.containers.gateways, gateways.slice(own.length)),
    }
    const routed = [...zipMembers(plan.nodes, nodes), ...zipMembers(plan.nodesOfGateways, others)]
    const guards = createGuards(plan.guards, {
      parent: this,
      protect: args.protect ?? true,
      authority: args.authority ?? {},
      gateways: Object.fromEntries(zipMembers(plan.gateways, own).map(([name, , gateway]) => [name, gateway])),
      nodes: Object.fromEntries(routed.map(([name, , node]) => [name, node])),
    })
    const { made: checks, ...wire } = wireChecks(reached, routed, token, this)
    const declared = { gateways: plan.gateways, nodes: { ...plan.nodes, ...plan.nodesOfGateways } }
    const found = containersOf({ ...declared, containers: args.containers ?? {} })
    const containers = Object.entries(found).map(
      ([host, found]) =>
        new Containers(`${host.replace("ssh://", "")} containers`, { token, host, ...found }, { parent: this }),
    )
    const { generation } = token
    const { highest } = preflight
    const all = [...nodes, ...composed, ...gateways, ...others, ...checks, ...guards.all, ...containers, ...reach]
    finished.resolve(all)
    const receipt = new Receipt(
      "receipt",
      { ...frame.receipt, generation, fingerprint: token.fingerprint, highest, ...wire },
      after([...all, ...(vault ? [vault] : [])]),
    )
    createHooks(args.afterRotation ?? [], token, after([receipt]))
    this.token = token
    this.fingerprint = token.fingerprint
    this.generation = generation
    this.due = token.due
    this.receipt = receipt.last
    if (guards.certificate) this.authority = guards.certificate
    const { fingerprint, due } = this
    this.registerOutputs({ fingerprint, generation, due, receipt: this.receipt })
  }
}

function createEach<A, R>(members: { readonly [name: string]: A }, make: (name: string, args: A) => R): R[] {
  return Object.entries(members).map(([name, args]) => make(name, args))
}
