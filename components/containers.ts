import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import { normalizeHost } from "../core/host.ts"
import { products } from "../products/index.ts"
import type { FleetContainer } from "./fleet-args.ts"
import { isLiving, isMade } from "./fleet-container.ts"
import type { GatewayArgs } from "./gateway.ts"
import type { NodeArgs } from "./node.ts"
import type { Token } from "./token.ts"

export interface ContainersArgs {
  /** The token. */
  token: Token
  /** `local` (the default), or `ssh://[user@]name[:port]`. */
  host?: pulumi.Input<string>
  /** TCP ports of the gateways that are declared there. */
  ports: pulumi.Input<readonly number[]>
  /** Those of them that have a Listener, which evaluates their owner and stops it. Default: all. */
  listened?: pulumi.Input<readonly number[]>
  /** Containers that another resource manages, by name. Default: none. */
  declared?: pulumi.Input<readonly string[]>
  /** Containers to leave as they are: `docker:NAME`. Default: none. */
  owners?: pulumi.Input<readonly string[]>
  /** What `up` stops and keeps from restarting; same syntax. Default: none, only reported. */
  evict?: pulumi.Input<readonly string[]>
}

/** A host's undeclared containers, running or stopped, that contain a gateway's token or use its port. */
export class Containers extends pulumi.CustomResource {
  /** `none besides the declared`, or which, and what they contain. */
  declare readonly found: pulumi.Output<string>

  constructor(name: string, { token, ...args }: ContainersArgs, options: pulumi.CustomResourceOptions = {}) {
    super("gatekey:index:Containers", name, { host: "local", ...args, token: token.id, found: undefined }, options)
  }
}

interface Members {
  readonly gateways: { readonly [name: string]: Omit<GatewayArgs, "token"> }
  readonly nodes: { readonly [name: string]: Omit<NodeArgs, "token"> }
  readonly containers: { readonly [name: string]: FleetContainer }
}

/** Groups the declared containers by host. */
export function containersOf(members: Members): { readonly [host: string]: Omit<ContainersArgs, "token" | "host"> } {
  const { gateways, nodes, containers } = members
  const all = [...Object.values(gateways), ...Object.values(nodes), ...Object.values(containers)]
  const hosts = new Map(all.map(({ host }) => [normalizeHost(host), host]))
  const on = <A extends { host: string }>(group: { readonly [name: string]: A }, host: string) =>
    Object.values(group).filter((member) => normalizeHost(member.host) === normalizeHost(host))
  return Object.fromEntries(
    [...hosts.values()].map((host) => {
      const here = on(containers, host)
      const made = here.filter(isMade)
      const watchers = [...on(gateways, host), ...on(nodes, host), ...made]
      const defaults = on(nodes, host).map(({ product = "openclaw" }) => products[product].port)
      const serving = [...on(gateways, host), ...made.filter(({ role }) => role === "gateway")]
      const own = serving.map(({ port, product = "openclaw" }) => port ?? products[product].port)
      const ports = [...new Set(own.length > 0 ? own : defaults)]
      const owners = uniqueNames(watchers.map(({ owners }) => owners))
      const evict = uniqueNames(watchers.map(({ evict }) => evict))
      const declared = here.filter(isLiving).map(({ name }) => name)
      // If no gateway is declared, only this resource frees the port.
      return [host, { ports, listened: own.length > 0 ? ports : [], declared: declared.sort(), owners, evict }]
    }),
  )
}

function uniqueNames(lists: readonly (readonly string[] | undefined)[]): string[] {
  return [...new Set(lists.flatMap((list) => list ?? []))].filter((spec) => spec.startsWith("docker:")).sort()
}
