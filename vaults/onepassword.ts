import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import { type Vault, type VaultSpec, VaultUnreachable } from "./vault.ts"

export type OnePasswordSpec = Extract<VaultSpec, { provider: "onepassword" }>

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

export function nameOf({ item, vault }: OnePasswordSpec): string {
  return `1Password item ${shown(item)} in vault ${shown(vault)}`
}

export function tokenLabel({ field }: OnePasswordSpec): string {
  return field ?? "token"
}

/** The id of the one thing that has that id, or else that title. @throws UserError where several have the title */
export function only<T extends { readonly id?: string | undefined }>(
  name: string,
  what: "vault" | "item",
  wanted: string,
  all: readonly T[],
  titleOf: (one: T) => string | undefined,
): string | undefined {
  const byId = all.find(({ id }) => id === wanted)
  if (byId) return byId.id
  const ids = all.filter((one) => titleOf(one) === wanted).map(({ id = "" }) => id)
  if (ids.length < 2) return ids[0]
  throw new UserError(`${name}: ${several(what, ids)}`)
}

export function several(what: "vault" | "item", ids: readonly string[]): string {
  const all = ids.map((id) => shown(id)).join(" and ")
  return `${ids.length || "several"} ${what}s have this title (${all}): declare the ${what} by its id, or rename all but one`
}
