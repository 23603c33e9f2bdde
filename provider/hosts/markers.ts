import { Unreachable, UserError } from "../../core/errors.ts"
import { formatMarker, isBelievable, type Marker, parseMarker } from "../../core/marker.ts"
import type { FileSnapshot } from "../../hosts/host.ts"
import { hostOf } from "../../hosts/index.ts"
import { eachFile, type Files } from "./files.ts"

/** What stands where a marker is kept. */
export interface Mark {
  readonly host: string
  readonly path: string
  /** Nothing where there is none, or none that can be understood. */
  readonly marker?: Marker
  /** Why there is none, in words; nothing when its host cannot be asked. */
  readonly lacks?: string
  /** It names a generation that cannot be: gatekey did not write it. */
  readonly forged?: boolean
}

/** All of them, as this run first saw them. @param known the highest generation that the state knows */
export async function marksAt(files: Files, known: number): Promise<Mark[]> {
  const seen = async (at: { host: string; path: string }) =>
    markIn(await hostOf(at.host).readFirstSnapshot(at.path), known)
  return Promise.all(eachFile(files).map(async (at) => ({ ...at, ...(await seen(at)) })))
}

function markIn(look: FileSnapshot, known: number): Omit<Mark, "host" | "path"> {
  if (look.kind === "unreachable") return {}
  if (look.kind === "absent") return { lacks: "missing" }
  if (look.kind === "unreadable") return { lacks: `unreadable: ${look.reason}` }
  const marker = parseMarker(look.bytes)
  if (!marker) return { lacks: "unreadable: it is no marker" }
  if (isBelievable(marker.highest, known)) return { marker }
  return { lacks: `no marker of gatekey's: a fleet does not get to generation ${marker.highest}`, forged: true }
}

/**
 * Writes all that say something else; a number that is higher than ours stays in them.
 * @returns the hosts that did not answer
 * @throws UserError naming each that cannot be written, after the others were
 */
export async function mark(files: Files, wanted: Marker): Promise<string[]> {
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
        const same = before?.stack === wanted.stack && before.generation === wanted.generation
        return same && before.highest === highest ? undefined : { bytes: formatMarker({ ...wanted, highest }) }
      })
    } catch (error) {
      if (error instanceof Unreachable) missed.add(host)
      else if (error instanceof UserError) problems.push(error.message)
      else throw error
    }
  }
  await Promise.all(eachFile(files).map(write))
  if (problems.length > 0) throw new UserError(`where a rotation is remembered: ${problems.join("; ")}`)
  return [...missed]
}

/** Removes those of this stack that can be reached; what remains is in nobody's way until the stack is made anew. */
export async function unmark(files: Files, stack: unknown): Promise<void> {
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
