import * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import { products } from "../products/index.ts"
import { Authority } from "./authority.ts"
import type { Gateway } from "./gateway.ts"
import { Guard } from "./guard.ts"
import type { FleetAuthority } from "./guard-args.ts"
import { createChecks, createTrust } from "./guard-checks.ts"
import { createClient, folderOf } from "./guard-clients.ts"
import type { PlannedGuard } from "./guard-plan.ts"

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

/** The stack's name as a trust domain. */
function trustDomain(): string {
  const name = pulumi
    .getStack()
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, "-")
    .slice(0, 63)
  return name.replace(/^[.-]+|[.-]+$/g, "") || "home"
}
