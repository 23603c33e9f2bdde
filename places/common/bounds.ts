import { PlaceError } from "../../core/errors.ts"
import { position } from "./text.ts"

/** For parsers that make several objects of each word of a file: of 8 MiB they would make gigabytes. */
export function refuseLargeText(text: string, largest: number): void {
  if (text.length <= largest) return
  throw new PlaceError("unparsable", `has ${text.length} characters, expected at most ${largest}: split the file`)
}

/** The error for nesting that a parser which recurses would not survive. */
export function tooDeep(text: string, offset: number, levels: number): PlaceError {
  return new PlaceError(
    "unparsable",
    `is nested deeper than ${levels} levels at ${position(text, offset)}: simplify the file`,
  )
}

/** For formats whose readers differ there: bash and dash drop a NUL, so they read UTF-16 text, and zsh takes it for a character. */
export function refuseNul(text: string): void {
  const at = text.indexOf("\0")
  if (at < 0) return
  const reason = `has a NUL byte at ${position(text, at)}, as UTF-16 text has, expected UTF-8: save it as UTF-8`
  throw new PlaceError("unparsable", reason)
}
