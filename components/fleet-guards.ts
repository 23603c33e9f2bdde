import * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import { admissions } from "../core/own-proxy.ts"
import { products } from "../products/index.ts"
import { Authority } from "./authority.ts"
import { Certificate } from "./certificate.ts"
import type { Gateway } from "./gateway.ts"
import { certificateName, Guard, guardNames } from "./guard.ts"
import type { FleetAuthority } from "./guard-args.ts"
import { createChecks, createProxyCheck, createTrust } from "./guard-checks.ts"
import { createClient, folderOf } from "./guard-clients.ts"
import type { ProxyClient } from "./haproxy.ts"
import type { PlannedGuard } from "./planned-guard.ts"

interface Surroundings {
  readonly parent: pulumi.Resource
  readonly protect: boolean
  readonly authority: FleetAuthority
  /** The gateways and the nodes of the fleet, by name. */
  readonly gateways: { readonly [name: string]: Gateway }
  readonly nodes: { readonly [name: string]: pulumi.Resource }
}

/** Creates the guards of a fleet with all that belongs to them. */
export function createGuards(guards: readonly PlannedGuard[], around: Surroundings): Created {
  if (guards.length === 0) return { all: [] }
  const { parent, protect } = around
  const authority = new Authority("authority", { domain: trustDomain(), ...around.authority }, { parent, protect })
  const all = guards.flatMap((planned) => createGuard(planned, authority, around))
  const isBrought = guards.some(({ args }) => args.bring !== undefined)
  return { all, ...(isBrought ? { certificate: authority.certificate } : {}) }
}

interface Created {
  /** What the fleet's receipt waits for. */
  readonly all: readonly pulumi.Resource[]
  /** What a proxy of the user's own verifies its clients by. */
  readonly certificate?: pulumi.Output<string>
}

function createGuard(
  planned: PlannedGuard,
  authority: Authority,
  { parent, gateways, nodes }: Surroundings,
): pulumi.Resource[] {
  const gateway = gateways[planned.gateway.name]
  const within = (name: string) => nodes[name] ?? parent
  const made = planned.clients.map((client) =>
    createClient(planned, client, authority, { parent: within(client.name) }),
  )
  const entries = made.map(({ entry }) => entry)
  const front = createFront(planned, entries, authority, { parent: gateway ?? parent })
  const first = [...front, ...made.map(({ resource }) => resource)]
  const trust = createTrust(planned, authority, {
    parent: gateway ?? parent,
    dependsOn: [...first, ...(gateway ? [...gateway.placements, gateway.listener] : [])],
  })
  const after = (name: string) => ({ parent: within(name), dependsOn: [trust] })
  const { bring } = planned.args
  const tried = bring === undefined ? [] : [createProxyCheck(planned, bring, authority, after(planned.gateway.name))]
  return [...first, trust, ...createChecks(planned, authority, after), ...tried]
}

/** Creates what stands in front of a gateway; of a proxy of the user's own only its certificate. */
function createFront(
  { name, args, listen, devices, gateway }: PlannedGuard,
  clients: readonly ProxyClient[],
  authority: Authority,
  options: pulumi.ComponentResourceOptions,
): pulumi.Resource[] {
  const { host, home, manager, port = products.openclaw.port } = gateway.args
  const { bring, names, header = 1, haproxy, lifetime } = args
  const folder = folderOf(`${name}-guard`, home)
  if (bring === undefined) {
    const own = { authority, host, manager: args.manager ?? manager, folder, ...omitUndefined({ haproxy, lifetime }) }
    const more = { listen, ...omitUndefined({ devices }), names, gateway: port, header, audience: name, clients }
    return [new Guard(`${name} guard`, { ...own, ...more }, options)]
  }
  if (admissions[bring] !== "certificate") return []
  const own = `${name} guard`
  const identity = { name: certificateName(own), role: "guard" as const, names: guardNames(own, names) }
  const at = { authority, host, path: `${folder}/own.pem`, ...omitUndefined({ lifetime }) }
  return [new Certificate(`${own} certificate`, { ...at, ...identity }, options)]
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
