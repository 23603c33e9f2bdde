import { Unreachable, UserError } from "../../core/errors.ts"
import { formatMarker, isBelievable, type Marker, parseMarker } from "../../core/marker.ts"
import type { FileSnapshot } from "../../hosts/host.ts"
import { hostOf } from "../../hosts/index.ts"
import { eachFile, type Files } from "./files.ts"

/** A marker's file as this run first saw it. */
export interface MarkerSnapshot {
  readonly host: string
  readonly path: string
  /** Undefined if there is none, or it is not valid. */
  readonly marker?: Marker
  /** Why there is none; undefined if its host cannot be reached. */
  readonly problem?: string
  /** Its generation is impossible: gatekey did not write it. */
  readonly forged?: boolean
}

/** Reads all markers once a run. @param known the highest generation that the state knows */
export async function snapshotMarkers(files: Files, known: number): Promise<MarkerSnapshot[]> {
  const snapshotOf = async (at: { host: string; path: string }) =>
    markerSnapshotIn(await hostOf(at.host).readFirstSnapshot(at.path), known)
  return Promise.all(eachFile(files).map(async (at) => ({ ...at, ...(await snapshotOf(at)) })))
}

function markerSnapshotIn(look: FileSnapshot, known: number): Omit<MarkerSnapshot, "host" | "path"> {
  if (look.kind === "unreachable") return {}
  if (look.kind === "absent") return { problem: "missing" }
  if (look.kind === "unreadable") return { problem: `unreadable: ${look.reason}` }
  const marker = parseMarker(look.bytes)
  if (!marker) return { problem: "unreadable: it is no marker" }
  if (isBelievable(marker.highest, known)) return { marker }
  return { problem: `no marker of gatekey's: a fleet does not get to generation ${marker.highest}`, forged: true }
}

/**
 * Writes all markers that differ; a higher number stays in them.
 * @returns the hosts that did not answer
 * @throws UserError naming each that cannot be written, after all others are written
 */
export async function writeMarkers(files: Files, wanted: Marker): Promise<string[]> {
  const missed = new Set<string>()
  const problems: string[] = []
  const write = async ({ host, path }: { host: string; path: string }) => {
    try {
      await hostOf(host).edit(path, (look) => {
        if (look.kind === "unreadable") throw new UserError(look.reason)
        if (look.kind === "unreachable") throw new Unreachable(look.reason, look.advice)
        const before = look.kind === "file" ? parseMarker(look.bytes) : undefined
        const higher = before && isBelievable(before.highest, wanted.highest) ? before.highest : 0
        const highest = Math.max(wanted.highest, higher)
        const isSame = before?.stack === wanted.stack && before.generation === wanted.generation
        return isSame && before.highest === highest ? undefined : { bytes: formatMarker({ ...wanted, highest }) }
      })
    } catch (error) {
      if (error instanceof Unreachable) missed.add(host)
      else if (error instanceof UserError) problems.push(error.message)
      else throw error
    }
  }
  await Promise.all(eachFile(files).map(write))
  if (problems.length > 0) throw new UserError(`cannot write the rotation's markers: ${problems.join("; ")}`)
  return [...missed]
}

/** Removes this stack's markers on the hosts that can be reached; the others matter only if the stack is created again. */
export async function removeMarkers(files: Files, stack: unknown): Promise<void> {
  const remove = async ({ host, path }: { host: string; path: string }) => {
    try {
      await hostOf(host).edit(path, (look) =>
        look.kind === "file" && parseMarker(look.bytes)?.stack === stack ? { remove: true } : undefined,
      )
    } catch (error) {
      if (!(error instanceof UserError)) throw error
    }
  }
  await Promise.all(eachFile(files).map(remove))
}
