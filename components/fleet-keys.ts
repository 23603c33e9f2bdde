import { phases } from "../core/authority-phase.ts"
import { shown } from "../core/escape.ts"
import { checkHost, hostRule } from "../core/host.ts"
import { describeName } from "../core/kind.ts"
import { isMapping } from "../core/mapping.ts"
import { ownProxies } from "../core/own-proxy.ts"
import { managers, productNames, roles } from "../products/product.ts"
import { credentials, gatewayModes } from "../products/readers.ts"
import {
  anything,
  boolean,
  type KeyRule,
  type KeyRules,
  keyProblems,
  list,
  mapping,
  oneOf,
  required,
  text,
} from "./check-keys.ts"
import type { ContainerArgs } from "./container.ts"
import type { FleetArgs } from "./fleet-args.ts"
import type { GatewayArgs } from "./gateway.ts"
import type { GatewayContainerArgs } from "./gateway-container-args.ts"
import {
  authModes,
  type FleetAuthority,
  type FleetClient,
  type FleetDevices,
  type FleetGuard,
  type FleetNode,
} from "./guard-args.ts"
import { deliveries, type MemberArgs } from "./member.ts"

type Declared<Args> = KeyRules<Omit<Args, "token">>

const host: KeyRule = required({
  expected: hostRule,
  accepts: (value) => typeof value === "string" && checkHost(value) === undefined,
})

const fleet: KeyRules<FleetArgs> = {
  ...{ token: required(mapping), vault: mapping, protect: boolean, rotation: mapping },
  ...{ gateways: required(mapping), nodes: mapping, containers: mapping, afterRotation: list },
  ...{ guard: mapping, authority: mapping, clients: mapping },
}

const token: KeyRules<FleetArgs["token"]> = {
  ...{ rotation: anything, maxAge: anything, keep: anything, compromised: anything, adopt: anything, value: anything },
}

const member: Declared<MemberArgs> = {
  ...{ host, manager: required(oneOf(managers)), product: oneOf(productNames), mode: oneOf(credentials), home: text },
  ...{ service: oneOf(["manage", "watch", "none"]), program: mapping, delivery: oneOf(deliveries) },
  ...{ vault: mapping, reader: mapping, profiles: list, dropIns: list, places: list },
  ...{ predecessor: boolean, overwrite: boolean },
}

const gateway: Declared<GatewayArgs> = {
  ...{
    ...member,
    mode: oneOf(gatewayModes),
    bind: oneOf(["loopback"]),
    port: anything,
    tlsFingerprint: text,
    guarded: boolean,
    staged: list,
    owners: list,
    evict: list,
  },
}

const node: KeyRules<FleetNode> = {
  ...{ sidecar: anything, auth: oneOf(authModes), generation: anything },
  ...{ ...member, credential: oneOf(["token", "device"]), gateway: text, pairing: mapping, after: anything, url: text },
  ...{ sharesConfig: boolean, stray: boolean, owners: list, evict: list },
}

const composed: Declared<ContainerArgs> = {
  ...{ host, name: required(text), compose: required(mapping), must: oneOf(["token", "nothing"]) },
  ...{ product: oneOf(productNames), home: text, overwrite: boolean },
}

const made: Declared<GatewayContainerArgs> = {
  ...{ host, name: required(text), role: required(oneOf(roles)), product: oneOf(productNames) },
  ...{ image: required(text), pull: boolean, port: anything, bind: text, guarded: boolean, data: required(text) },
  ...{ user: text, command: list, networks: list, volumes: list, environment: mapping, restart: text },
  ...{ owners: list, evict: list, overwrite: boolean },
}

const guard: KeyRules<FleetGuard> = {
  ...{ gateway: text, listen: required(text), names: required(list), mode: oneOf(authModes), manager: oneOf(managers) },
  ...{ haproxy: text, lifetime: text, header: anything, devices: mapping },
  ...{ bring: oneOf(ownProxies), identityHeader: anything, identities: list, from: text },
}

const devices: KeyRules<FleetDevices> = { listen: required(text) }

const authority: KeyRules<FleetAuthority> = { generation: anything, phase: oneOf(phases) }

const client: KeyRules<FleetClient> = {
  ...{ host, home: text, guard: text, scopes: list, manager: oneOf(managers), haproxy: text },
  ...{ sidecar: anything, auth: oneOf(authModes), generation: anything },
}

/**
 * Reports each unknown, missing or wrong key of a fleet's declaration, which the compiler does not check in plain JavaScript.
 * @param args what a program declares, of any shape
 */
export function fleetKeyProblems(args: unknown): string[] {
  if (!isMapping(args)) return keyProblems("fleet", args, fleet)
  const each = (group: string, rulesOf: (member: unknown) => { readonly [key: string]: KeyRule }) => {
    const members = args[group]
    if (!isMapping(members)) return []
    return Object.entries(members).flatMap(([name, one]) =>
      keyProblems(`${group}.${describeName(shown(name))}`, one, rulesOf(one)),
    )
  }
  const inner = (group: string, key: string, rules: { readonly [key: string]: KeyRule }) =>
    Object.entries(isMapping(args[group]) ? args[group] : {}).flatMap(([name, one]) => {
      const member = isMapping(one) ? one[key] : undefined
      return isMapping(member) ? keyProblems(`${group}.${describeName(shown(name))}.${key}`, member, rules) : []
    })
  return [
    ...keyProblems("fleet", args, fleet),
    ...(isMapping(args.token) ? keyProblems("token", args.token, token) : []),
    ...(isMapping(args.authority) ? keyProblems("authority", args.authority, authority) : []),
    ...each("gateways", () => gateway),
    ...each("nodes", () => node),
    ...each("guard", () => guard),
    ...inner("guard", "devices", devices),
    ...each("clients", () => client),
    ...each("containers", (one) => (isMapping(one) && "compose" in one ? composed : made)),
  ]
}
