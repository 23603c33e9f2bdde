import { sameHost } from "../core/host.ts"
import { placedAt, sameHome } from "./place.ts"

/** Paths of files, by the host that they are on. */
export interface Files {
  readonly [host: string]: readonly string[]
}

/** Whose places stand in a home. */
interface Homed {
  readonly host: string
  readonly home?: string
}

/**
 * Returns the files in which each host records the generations of a fleet: beside the places of every home, so that a sandbox keeps its own.
 * @param folders of containers: where nobody has a home, the user's is taken
 */
export function markersOf(members: readonly Homed[], folders: readonly Homed[], stack: string): Files {
  const homed = new Set(members.map(({ host }) => sameHost(host)))
  const others = folders.filter(({ host }) => !homed.has(sameHost(host))).map(({ host }): Homed => ({ host }))
  const homes = new Map<string, Homed>()
  for (const one of [...members, ...others]) {
    const id = `${sameHost(one.host)} ${sameHome(one.home)}`
    homes.set(id, homes.get(id) ?? one)
  }
  const files: { [host: string]: readonly string[] } = {}
  for (const { host, home } of homes.values()) {
    files[host] = [...(files[host] ?? []), placedAt(`~/.local/state/gatekey/${stack}.json`, home)]
  }
  return files
}
