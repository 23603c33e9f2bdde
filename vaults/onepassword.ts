import { nameOf, type OnePasswordSpec } from "./onepassword-item.ts"
import { type Vault, VaultUnreachable } from "./vault.ts"

/** By Connect where its variables are set, else by `op`. What it needs is loaded when it is asked for the first time. */
export function onePassword(spec: OnePasswordSpec, environment: NodeJS.ProcessEnv): Vault {
  let chosen: Promise<Vault> | undefined
  const driver = () => (chosen ??= choose(spec, environment))
  return {
    name: nameOf(spec),
    read: async () => (await driver()).read(),
    write: async (kept) => (await driver()).write(kept),
    past: async (since) => {
      const past = (await (await driver()).past?.(since)) ?? { versions: [] }
      if (!environment.EVENTS_API_TOKEN || !past.id) return past
      const { readsOf } = await import("./events.ts")
      const reads = [...(past.reads ?? []), ...(await readsOf(past.id, since, environment))]
      return { ...past, reads: reads.sort((one, other) => other.at.localeCompare(one.at)) }
    },
  }
}

async function choose(spec: OnePasswordSpec, environment: NodeJS.ProcessEnv): Promise<Vault> {
  const { OP_CONNECT_HOST: host, OP_CONNECT_TOKEN: token } = environment
  if (host && token) return (await import("./connect.ts")).connectVault(spec, host, token)
  if (host || token) {
    const [set, unset] = host ? ["OP_CONNECT_HOST", "OP_CONNECT_TOKEN"] : ["OP_CONNECT_TOKEN", "OP_CONNECT_HOST"]
    throw new VaultUnreachable(
      `${nameOf(spec)}: ${set} is set without ${unset}; set both, or none to use the program op`,
    )
  }
  return (await import("./op.ts")).opVault(spec, environment)
}
