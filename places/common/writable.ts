import type { FormatName } from "../../core/content.ts"
import { PlaceError } from "../../core/errors.ts"

// Control characters except the tab, line endings and byte order marks of other readers, half characters, and code points
// that are not characters (systemd drops a variable that contains one).
const unwritable = /[^\P{Cc}\t]|[\u2028\u2029\uFEFF]|\p{Cs}|\p{Noncharacter_Code_Point}/u

/** Refuses values that no entry of a text file can contain, and the empty value, which every reader ignores. */
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

/** Describes a character, and nothing else of a value. */
export function named(character: string): string {
  return names[character] ?? `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`
}
