import { omitUndefined } from "../core/given.ts"
import { findReason, type Product, type Role } from "../products/product.ts"
import { formatVariable } from "../products/readers.ts"
import type { ServiceSettings } from "./create-service.ts"
import type { LaunchAgentArgs } from "./launch-agent.ts"
import type { MemberOptions } from "./member-options.ts"
import type { MemberProcess } from "./member-process.ts"
import { resolveHome } from "./place.ts"
import type { SystemdUnitArgs } from "./systemd-unit.ts"

/** Returns the services of one product's member; with a `why` it is left over: its places must be empty, and its service is unmanaged. */
export function memberServices(prefix: string, role: Role, product: Product, args: MemberOptions, why?: string) {
  const { host, home, dropIns, manager, mode, program, overwrite } = args
  const table = product.roles[role]
  const service = why === undefined ? serviceOf(role, product, args) : ({ service: "none" } as const)
  const password = mode === "password" ? formatVariable(product.name, "password") : undefined
  const common = { host, variable: product.variable, ...omitUndefined({ home, overwrite, password }), ...service }
  const reasons = (file: "launch agent" | "unit") => ({
    why: why ?? findReason(table, `${file} environment`),
    whyArguments: why ?? findReason(table, `${file} arguments`),
  })
  const agent: Omit<LaunchAgentArgs, "token"> = {
    ...common,
    ...reasons("launch agent"),
    label: table.launchd.label,
    ...omitUndefined({ envFile: table.launchd.envFile }),
  }
  const unit: Omit<SystemdUnitArgs, "token"> = {
    ...common,
    ...reasons("unit"),
    unit: table.systemd.unit,
    ...omitUndefined({ envFile: table.systemd.envFile, dropIns }),
  }
  const name = `${product.name}-${role}`
  const path = resolveHome(`~/.local/state/gatekey/${name}.sh`, home)
  const process: MemberProcess = {
    name: `${prefix}service`,
    args: common,
    known: { host, manager: "process", name, path, must: "nothing" },
  }
  const hasProcess = manager === "process" && program !== undefined && why === undefined
  return {
    agents: manager === "launchd" ? [{ name: `${prefix}launch agent`, args: agent }] : [],
    units: manager === "systemd" ? [{ name: `${prefix}unit`, args: unit }] : [],
    processes: hasProcess ? [process] : [],
  }
}

/**
 * Declares how a member reads its token: a gateway reads its secret file at a start or reload, and watches a copy in its
 * config; a connected node uses its device token.
 */
function serviceOf(role: Role, product: Product, options: MemberOptions): ServiceSettings {
  const { service, program, delivery, mode, port = product.port, tlsFingerprint } = options
  const file = delivery === "copy" || delivery === "exec" ? undefined : product.secretRef?.file
  const gateway = { port, product: product.name, ...omitUndefined({ tlsFingerprint }) }
  const held =
    role === "gateway" && mode === "trusted-proxy"
      ? { otherwise: "its guard" }
      : role === "gateway"
        ? file === undefined
          ? { otherwise: delivery === "exec" ? "its vault" : "its config", gateway }
          : { reads: file, gateway }
        : {}
  const { keepAlive } = product.roles[role]
  return { ...omitUndefined({ service, program, keepAlive }), ...held }
}
