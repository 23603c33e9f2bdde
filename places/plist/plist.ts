import { PlaceError } from "../../core/errors.ts"
import { textOf } from "../common/text.ts"
import { refuseUnwritable } from "../common/writable.ts"
import { type Format, missing, value } from "../format.ts"
import { readBinary } from "./binary.ts"
import { type Occurrence, type Target, targetOf } from "./target.ts"
import type { Change, PropertyList, Value } from "./value.ts"
import { readXml } from "./xml.ts"

/**
 * A property list, XML or binary, edited in the encoding it has. `NAME` is an entry of EnvironmentVariables, `--flag` one of
 * ProgramArguments. Of equal keys and of repeated flags the last one counts.
 */
export const plist: Format = {
  name: "plist",
  find(file, locator) {
    const held = holdersOf(readPlist(file), targetOf(locator))
    const counts = held.at(-1)?.found.at(-1)
    if (counts === undefined) return missing
    const others = held.flatMap(({ found }) => found.filter((each) => each !== counts).map((each) => each.value))
    return [counts.value, ...others].every((each) => each === "") ? missing : value(counts.value, others)
  },
  // Of equal dictionaries the last may have none, and hide one that has.
  listIgnored(file, locator) {
    const held = holdersOf(readPlist(file), targetOf(locator))
    if (held.at(-1)?.found.length !== 0) return []
    return held.flatMap(({ found }) => found.map((each) => each.value)).filter((each) => each !== "")
  },
  put(file, locator, content) {
    const target = targetOf(locator)
    const text = textOf(content, "plist")
    refuseUnwritable(text, "plist")
    const list = readPlist(file)
    const held = holdersOf(list, target)
    if (held.length === 0) return list.edited([fresh(target, locator, text)])
    const changes = held.map(({ at, found }, index) => {
      const counts = index === held.length - 1
      const add = found.length === 0 && counts ? target.fresh(text) : []
      const changed = found.filter((each) => each.value !== text)
      const ends = changed.some((each) => each.slot === undefined) ? [text] : []
      const set = new Map(changed.flatMap(({ slot, prefix }) => (slot === undefined ? [] : [[slot, prefix + text]])))
      return { holder: at, set, remove: new Set<number>(), add: [...add, ...ends] }
    })
    return apply(file, list, changes)
  },
  drop(file, locator) {
    const list = readPlist(file)
    const changes = holdersOf(list, targetOf(locator)).map(({ at, found }) => {
      return { holder: at, set: new Map(), remove: new Set(found.flatMap((each) => each.span)), add: [] }
    })
    return apply(file, list, changes)
  },
}

function apply(file: Uint8Array, list: PropertyList, changes: readonly Change[]): Uint8Array {
  const needed = changes.filter(({ set, remove, add }) => set.size + remove.size + add.length > 0)
  return needed.length === 0 ? file : list.edited(needed)
}

/** Parses a property list. @throws PlaceError if it is not valid */
export function readPlist(file: Uint8Array): PropertyList {
  const magic = Buffer.from(file.subarray(0, 8)).toString("latin1")
  if (magic === "bplist00") return readBinary(file)
  if (magic.startsWith("bplist")) throw new PlaceError("unparsable", "is a binary property list of an unknown version")
  return readXml(file)
}

interface Holder {
  /** Its position in the top dictionary. */
  readonly at: number
  readonly found: readonly Occurrence[]
}

function holdersOf(list: PropertyList, target: Target): readonly Holder[] {
  const top = shaped(list.top, "dict", "the top of the property list")
  return [...top.entries().entries()]
    .filter(([, entry]) => entry.key === target.holder)
    .map(([at, entry]) => ({ at, found: target.scan(shaped(entry.value, target.kind, target.holder)) }))
}

const kinds = { dict: "a dictionary", array: "an array" } as const

function shaped(held: Value, kind: keyof typeof kinds, name: string): Value {
  if (held.kind === kind) return held
  throw new PlaceError("wrong-shape", `${name} is not ${kinds[kind]} (${held.where()})`)
}

function fresh(target: Target, locator: string, text: string): Change {
  // A new ProgramArguments would make the flag the program's name.
  if (target.kind === "array") throw new PlaceError("wrong-shape", `has no ProgramArguments to add ${locator} to`)
  return { holder: undefined, set: new Map(), remove: new Set(), add: target.fresh(text) }
}
