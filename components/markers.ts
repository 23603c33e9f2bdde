import { normalizeHost } from "../core/host.ts"
import { resolveHome, sameHome } from "./place.ts"

/** Paths of files, by the host that they are on. */
export interface Files {
  readonly [host: string]: readonly string[]
}

/** A home with places. */
interface HomeLocation {
  readonly host: string
  readonly home?: string
}

/**
 * Returns the files in which each host records the generations of a fleet: beside the places of every home, so that a sandbox keeps its own.
 * @param folders of containers: on a host without a home, that of the user is used
 */
export function markerFiles(members: readonly HomeLocation[], folders: readonly HomeLocation[], stack: string): Files {
  const homed = new Set(members.map(({ host }) => normalizeHost(host)))
  const others = folders
    .filter(({ host }) => !homed.has(normalizeHost(host)))
    .map(({ host }): HomeLocation => ({ host }))
  const homes = new Map<string, HomeLocation>()
  for (const one of [...members, ...others]) {
    const id = `${normalizeHost(one.host)} ${sameHome(one.home)}`
    homes.set(id, homes.get(id) ?? one)
  }
  const files: { [host: string]: readonly string[] } = {}
  for (const { host, home } of homes.values()) {
    files[host] = [...(files[host] ?? []), resolveHome(`~/.local/state/gatekey/${stack}.json`, home)]
  }
  return files
}
