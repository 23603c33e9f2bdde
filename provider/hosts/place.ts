import type { FormatName } from "../../core/content.ts"
import { Unreachable, UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import type { PlaceSnapshot } from "../../core/holds.ts"
import { findFormat, parsePlaceId } from "../../core/place.ts"
import type { FileSnapshot } from "../../hosts/host.ts"
import { hostOf } from "../../hosts/index.ts"
import type { Format } from "../../places/format.ts"
import { formats } from "../../places/index.ts"

/** A place on a host that is known. */
export interface PlaceAt {
  readonly path: string
  readonly locator: string
  readonly format?: FormatName
}

/** Returns the snapshot of one place from its file's. */
export function placeSnapshotIn(file: FileSnapshot, format: Format, locator: string): PlaceSnapshot {
  if (file.kind === "unreadable" || file.kind === "unreachable") return file
  if (file.kind === "absent") return { kind: "no-file", leftover: file.leftover }
  try {
    return { kind: "content", found: format.find(file.bytes, locator), mode: file.mode, leftover: file.leftover }
  } catch (error) {
    if (error instanceof UserError) return { kind: "unreadable", reason: shown(error.message, 300) }
    throw error
  }
}

/** Reads a place once a run. @throws UserError if its file's name does not tell its format */
export async function snapshotPlace(host: string, place: PlaceAt): Promise<PlaceSnapshot> {
  const format = formatNamed(place.format ?? findFormat(place), place.path)
  return placeSnapshotIn(await hostOf(host).readFirstSnapshot(place.path), format, place.locator)
}

/** Returns the value that counts; undefined for a reference, or if there is none. */
export function activeValue(snapshot: PlaceSnapshot): string | undefined {
  return snapshot.kind === "content" && snapshot.found.kind === "value" ? snapshot.found.value || undefined : undefined
}

/** Reads the value at a place, by its id. @throws UserError if there is none */
export async function valueAt(id: string): Promise<string> {
  const place = parsePlaceId(id)
  if (typeof place === "string") throw new UserError(place)
  const format = formatNamed(findFormat(place), place.path)
  const seen = placeSnapshotIn(await hostOf(place.host).readSnapshot(place.path), format, place.locator)
  if (seen.kind === "unreadable") throw new UserError(`${shown(id)}: ${seen.reason}`)
  if (seen.kind === "unreachable") throw new Unreachable(seen.reason, seen.advice)
  if (seen.kind === "no-file") throw new UserError(`${shown(id)}: the file is missing`)
  const value = activeValue(seen)
  if (value === undefined) throw new UserError(`${shown(id)}: the place contains no token`)
  return value
}

/** Returns a format. @throws UserError if a file's name does not tell it */
export function formatNamed(name: FormatName | undefined, path: string): Format {
  const format = name && formats[name]
  if (!format) {
    throw new UserError(
      `the name of "${shown(path)}" does not tell the format; set format to one of ${Object.keys(formats).join(", ")}`,
    )
  }
  return format
}
