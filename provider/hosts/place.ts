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

/** What a look at a file says of one place in it. */
export function placeSnapshotIn(look: FileSnapshot, format: Format, locator: string): PlaceSnapshot {
  if (look.kind === "unreadable" || look.kind === "unreachable") return look
  if (look.kind === "absent") return { kind: "no-file", leftover: look.leftover }
  try {
    return { kind: "content", found: format.find(look.bytes, locator), mode: look.mode, leftover: look.leftover }
  } catch (error) {
    if (error instanceof UserError) return { kind: "unreadable", reason: shown(error.message, 300) }
    throw error
  }
}

/** What this run first saw of a place. @throws UserError if its file's name does not tell its format */
export async function snapshotPlace(host: string, place: PlaceAt): Promise<PlaceSnapshot> {
  const format = formatNamed(place.format ?? findFormat(place), place.path)
  return placeSnapshotIn(await hostOf(host).readFirstSnapshot(place.path), format, place.locator)
}

/** The value that counts there; nothing for a reference, or where there is none. */
export function activeValue(seen: PlaceSnapshot): string | undefined {
  return seen.kind === "content" && seen.found.kind === "value" ? seen.found.value || undefined : undefined
}

/** The value at a place, by its id. @throws UserError when there is none */
export async function valueAt(id: string): Promise<string> {
  const place = parsePlaceId(id)
  if (typeof place === "string") throw new UserError(place)
  const format = formatNamed(findFormat(place), place.path)
  const seen = placeSnapshotIn(await hostOf(place.host).readSnapshot(place.path), format, place.locator)
  if (seen.kind === "unreadable") throw new UserError(`${shown(id)}: ${seen.reason}`)
  if (seen.kind === "unreachable") throw new Unreachable(seen.reason, seen.advice)
  if (seen.kind === "no-file") throw new UserError(`${shown(id)}: the file is missing`)
  const value = activeValue(seen)
  if (value === undefined) throw new UserError(`${shown(id)}: no token stands there`)
  return value
}

/** @throws UserError when a file's name does not tell its format */
export function formatNamed(name: FormatName | undefined, path: string): Format {
  const format = name && formats[name]
  if (!format) {
    throw new UserError(
      `the name of "${shown(path)}" tells no format; set format to one of ${Object.keys(formats).join(", ")}`,
    )
  }
  return format
}
