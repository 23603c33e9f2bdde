import { omitUndefined } from "../core/given.ts"
import { findReason, type Product, type Role } from "../products/product.ts"
import { formatVariable } from "../products/readers.ts"
import type { LaunchAgentArgs } from "./launch-agent.ts"
import type { MemberOptions } from "./member-options.ts"
import type { MemberProcess } from "./member-process.ts"
import { placedAt } from "./place.ts"
import type { Serviced } from "./serviced.ts"
import type { SystemdUnitArgs } from "./systemd-unit.ts"

/** What starts one product's member; with a `why` it is left over: its places must hold nothing, and its service is nobody's. */
export function memberServices(prefix: string, role: Role, product: Product, args: MemberOptions, why?: string) {
  const { host, home, dropIns, manager, mode, program, overwrite } = args
  const table = product.roles[role]
  const service = why === undefined ? serviceOf(role, product, args) : ({ service: "none" } as const)
  const password = mode === "password" ? formatVariable(product.name, "password") : undefined
  const common = { host, variable: product.variable, ...omitUndefined({ home, overwrite, password }), ...service }
  const reasons = (words: "launch agent" | "unit") => ({
    why: why ?? findReason(table, `${words} environment`),
    whyArguments: why ?? findReason(table, `${words} arguments`),
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
  const path = placedAt(`~/.local/state/gatekey/${name}.sh`, home)
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
 * A gateway holds what its secret file held when it started or was last told to reload, and follows a copy in its config by itself; a node that is
 * connected lives by its device token.
 */
function serviceOf(role: Role, product: Product, options: MemberOptions): Serviced {
  const { service, program, delivery, port = product.port, tlsFingerprint } = options
  const file = delivery === "copy" || delivery === "exec" ? undefined : product.secretRef?.file
  const gateway = { port, product: product.name, ...omitUndefined({ tlsFingerprint }) }
  const held =
    role === "gateway"
      ? file === undefined
        ? { otherwise: delivery === "exec" ? "its vault" : "its config", gateway }
        : { reads: file, gateway }
      : {}
  const { keepAlive } = product.roles[role]
  return { ...omitUndefined({ service, program, keepAlive }), ...held }
}
