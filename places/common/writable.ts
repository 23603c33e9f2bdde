import type { FormatName } from "../../core/content.ts"
import { PlaceError } from "../../core/errors.ts"

// Control characters but the tab, what other readers take for a line ending or a byte order mark, half characters, and
// the code points that are no characters (systemd drops a variable that holds one).
const unwritable = /[^\P{Cc}\t]|[\u2028\u2029\uFEFF]|\p{Cs}|\p{Noncharacter_Code_Point}/u

/** Refuses what no entry of a text file can hold, and the empty value, which every reader takes for none. */
export function refuseUnwritable(value: string, format: FormatName): void {
  if (value === "") throw new PlaceError("unwritable-value", `a ${format} entry cannot be empty; drop it instead`)
  const found = unwritable.exec(value)
  if (found) throw new PlaceError("unwritable-value", `a ${format} entry cannot hold ${named(found[0])}`)
}

const names: { readonly [character: string]: string } = {
  "\0": "NUL",
  "\n": "a newline",
  "\r": "a carriage return",
  "'": "a single quote",
  '"': "a double quote",
  "`": "a backtick",
  $: "a dollar sign",
  "\\": "a backslash",
}

/** A character as a person knows it: never more of a value than this one. */
export function named(character: string): string {
  return names[character] ?? `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`
}
