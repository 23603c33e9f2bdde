import { isAddress } from "./address.ts"

/**
 * Returns the name by which a guard's certificate is checked. HAProxy compares DNS names, and never an address
 * (`verifyhost`), so a guard that is reached by addresses alone has one of its own; nothing resolves it.
 */
export function checkedName(guard: string, names: readonly string[]): string {
  return names.find((name) => !isAddress(name)) ?? `${guard}.internal`
}

/** Returns the names of a guard's certificate. */
export function serverNames(guard: string, names: readonly string[]): string[] {
  return [...new Set([...names, checkedName(guard, names)])]
}
