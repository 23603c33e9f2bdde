import { isUtf8 } from "node:buffer"
import type { Content, FormatName, FoundContent } from "../../core/content.ts"
import { PlaceError } from "../../core/errors.ts"
import { describeKind } from "../../core/kind.ts"
import { type Format, missing, reference, value } from "../format.ts"
import { type Edit, edited } from "./edits.ts"
import { onBytes, textOf } from "./text.ts"
import { refuseUnwritable } from "./writable.ts"

/** The value of an occurrence for the reader. */
export type Reading = { readonly text: string } | { readonly expression: string; readonly fallback?: string }

/** An occurrence of a variable in the file. */
export interface Occurrence {
  readonly reading: Reading
  /**
   * `counts`: the reader uses it. `idle`: it does not (such as one that is not exported), and a put sets it anyway. `apart`: it
   * does not, and a put skips it. A drop removes all of them: an old token must not stay on the disk.
   */
  readonly standing: "counts" | "idle" | "apart"
  readonly set: (value: string) => Edit
  readonly remove: readonly Edit[]
}

/** The specific part of a format of variables. */
export interface Language {
  readonly name: FormatName
  /** Checks a locator, and describes its syntax if it is not valid. */
  readonly refuseLocator?: (locator: string) => void
  readonly occurrences: (text: string, locator: string) => readonly Occurrence[]
  readonly add: (text: string, locator: string, value: string) => string
}

/** Creates a format of named values, which reads back what it writes. */
export function variables(language: Language): Format {
  const { name, occurrences, refuseLocator = refuseNoName } = language
  const find = (text: string, locator: string): FoundContent => {
    refuseLocator(locator)
    return foundIn(occurrences(text, locator))
  }
  const put = (text: string, locator: string, content: Content): string => {
    refuseLocator(locator)
    const wanted = textOf(content, name)
    refuseUnwritable(wanted, name)
    const present = occurrences(text, locator).filter((each) => each.standing !== "apart")
    const different = present.filter((each) => !("text" in each.reading && each.reading.text === wanted))
    const set = edited(
      text,
      different.map((each) => each.set(wanted)),
    )
    const written = present.some((each) => each.standing === "counts") ? set : language.add(set, locator, wanted)
    const found = written === text ? undefined : find(written, locator)
    if (found && !(found.kind === "value" && [found.value, ...found.others].every((each) => each === wanted))) {
      throw new PlaceError("wrong-shape", `${locator} cannot be set here: the text around it changes what is read`)
    }
    return written
  }
  const drop = (text: string, locator: string): string => {
    refuseLocator(locator)
    const edits = occurrences(text, locator).flatMap((each) => each.remove)
    const written = edited(text, edits)
    if (edits.length > 0 && occurrences(written, locator).length > 0) {
      throw new PlaceError("wrong-shape", `${locator} cannot be removed here: the text around it sets it again`)
    }
    return written
  }
  const listIgnored = (text: string, locator: string): string[] => {
    refuseLocator(locator)
    return occurrences(text, locator).flatMap(({ standing, reading }) =>
      standing !== "counts" && "text" in reading && reading.text !== "" ? [reading.text] : [],
    )
  }
  const lifted = onBytes({ find, put, drop }, { anyBytes: true })
  return {
    name,
    ...lifted,
    listIgnored: (file: Uint8Array, locator: string) => listIgnored(Buffer.from(file).toString(), locator),
    put(file: Uint8Array, locator: string, content: Content): Uint8Array {
      if (typeof content === "string" && /\P{ASCII}/u.test(content) && !isUtf8(file)) {
        throw new PlaceError("unwritable-value", "the file is not UTF-8 text: only ASCII can be put in it")
      }
      return lifted.put(file, locator, content)
    },
  }
}

export function refuseNoName(locator: string): void {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(locator)) return
  throw new PlaceError("bad-locator", `a locator here is the name of a variable, not ${describeKind(locator)}`)
}

function foundIn(all: readonly Occurrence[]): FoundContent {
  const readings = all.filter((each) => each.standing === "counts").map((each) => each.reading)
  const last = readings.at(-1)
  if (last === undefined) return missing
  const before = readings.slice(0, -1)
  if ("expression" in last) {
    const others = before.flatMap((each) => ("text" in each && each.text !== "" ? [each.text] : []))
    return reference(last.expression, last.fallback, others)
  }
  const others = before.map((each) => ("text" in each ? each.text : each.expression))
  return [last.text, ...others].every((each) => each === "") ? missing : value(last.text, others)
}
