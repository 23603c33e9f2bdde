import { describeItem, type OnePasswordSpec } from "./onepassword-item.ts"
import { type Vault, VaultUnreachable } from "./vault.ts"

/** Opens an item by Connect if its variables are set, else by `op`. The driver is loaded at the first call. */
export function openOnePassword(spec: OnePasswordSpec, environment: NodeJS.ProcessEnv): Vault {
  let cached: Promise<Vault> | undefined
  const getDriver = () => (cached ??= loadDriver(spec, environment))
  return {
    name: describeItem(spec),
    read: async () => (await getDriver()).read(),
    write: async (kept) => (await getDriver()).write(kept),
    readHistory: async (since) => {
      const history = (await (await getDriver()).readHistory?.(since)) ?? { versions: [] }
      if (!environment.EVENTS_API_TOKEN || !history.id) return history
      const { listEventReads: readsOf } = await import("./events.ts")
      const reads = [...(history.reads ?? []), ...(await readsOf(history.id, since, environment))]
      return { ...history, reads: reads.sort((one, other) => other.at.localeCompare(one.at)) }
    },
  }
}

async function loadDriver(spec: OnePasswordSpec, environment: NodeJS.ProcessEnv): Promise<Vault> {
  const { OP_CONNECT_HOST: host, OP_CONNECT_TOKEN: token } = environment
  if (host && token) return (await import("./connect.ts")).openConnectVault(spec, host, token)
  if (host || token) {
    const [set, unset] = host ? ["OP_CONNECT_HOST", "OP_CONNECT_TOKEN"] : ["OP_CONNECT_TOKEN", "OP_CONNECT_HOST"]
    throw new VaultUnreachable(
      `${describeItem(spec)}: ${set} is set without ${unset}; set both, or none to use the program op`,
    )
  }
  return (await import("./op.ts")).openOpVault(spec, environment)
}
