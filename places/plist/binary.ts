import { changed, pairs } from "./binary-edit.ts"
import type { BinaryObject } from "./binary-object.ts"
import { parseBinary } from "./binary-read.ts"
import { writeBinary } from "./binary-write.ts"
import type { Entry, PropertyList, Value } from "./value.ts"

/** A binary property list; an edit rewrites it with the same objects except what changes, and without unused ones. */
export function readBinary(file: Uint8Array): PropertyList {
  const list = parseBinary(file)
  return {
    top: show(list.objects, list.top),
    edited: (changes) => writeBinary({ ...list, objects: changed(list, changes) }),
  }
}

function show(objects: ReadonlyMap<number, BinaryObject>, ref: number): Value {
  const { kind, text, refs, at } = objects.get(ref) as BinaryObject
  return {
    kind: kind === "set" ? "other" : kind,
    text,
    entries: () =>
      pairs(refs).map(([key, value]): Entry => ({ key: objects.get(key)?.text ?? "", value: show(objects, value) })),
    items: () => refs.map((each) => show(objects, each)),
    where: () => `byte ${at}`,
  }
}
