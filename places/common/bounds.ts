import { PlaceError } from "../../core/errors.ts"
import { position } from "./text.ts"

/** Refuses large files for parsers that create several objects for each word: 8 MiB would need gigabytes. */
export function refuseLargeText(text: string, largest: number): void {
  if (text.length <= largest) return
  throw new PlaceError("unparsable", `has ${text.length} characters, expected at most ${largest}: split the file`)
}

/** Creates the error for nesting that would overflow a recursive parser. */
export function tooDeep(text: string, offset: number, levels: number): PlaceError {
  return new PlaceError(
    "unparsable",
    `is nested deeper than ${levels} levels at ${position(text, offset)}: simplify the file`,
  )
}

/** Refuses NUL for formats whose readers differ: bash and dash drop it, and so read UTF-16, and zsh reads it as a character. */
export function refuseNul(text: string): void {
  const at = text.indexOf("\0")
  if (at < 0) return
  const reason = `has a NUL byte at ${position(text, at)}, as UTF-16 text has, expected UTF-8: save it as UTF-8`
  throw new PlaceError("unparsable", reason)
}
