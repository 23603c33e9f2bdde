import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import type { VaultSpec } from "./vault.ts"

export type OnePasswordSpec = Extract<VaultSpec, { provider: "onepassword" }>

export function describeItem({ item, vault }: OnePasswordSpec): string {
  return `1Password item ${shown(item)} in vault ${shown(vault)}`
}

export function tokenLabel({ field }: OnePasswordSpec): string {
  return field ?? "token"
}

/** Finds a vault or item by its id, else by its title. @throws UserError if several have the title */
export function findId<T extends { readonly id?: string | undefined }>(
  name: string,
  what: "vault" | "item",
  wanted: string,
  all: readonly T[],
  titleOf: (each: T) => string | undefined,
): string | undefined {
  const byId = all.find(({ id }) => id === wanted)
  if (byId) return byId.id
  const ids = all.filter((each) => titleOf(each) === wanted).map(({ id = "" }) => id)
  if (ids.length < 2) return ids[0]
  throw new UserError(`${name}: ${describeDuplicates(what, ids)}`)
}

export function describeDuplicates(what: "vault" | "item", ids: readonly string[]): string {
  const all = ids.map((id) => shown(id)).join(" and ")
  return `${ids.length || "several"} ${what}s have this title (${all}): declare the ${what} by its id, or rename all but one`
}
