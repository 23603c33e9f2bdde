import type { BinaryObject } from "./binary-object.ts"
import type { BinaryList } from "./binary-read.ts"
import { stringObject } from "./binary-write.ts"
import type { Change } from "./value.ts"

type Pair = readonly [key: number, value: number]

/** The references of a dictionary's keys, each with that of its value. */
export function pairs(refs: readonly number[]): Pair[] {
  const half = refs.length / 2
  return refs.slice(0, half).map((key, at): Pair => [key, refs[half + at] as number])
}

/**
 * Writers use one object for equal strings, so an object that is used elsewhere too is never changed: what is edited refers to
 * a new one instead.
 */
export function changed({ objects, top, free }: BinaryList, changes: readonly Change[]): Map<number, BinaryObject> {
  const after = new Map(objects)
  const uses = countUses(objects, top)
  let next = free
  const place = (object: BinaryObject, instead?: number): number => {
    const ref = instead !== undefined && uses.get(instead) === 1 ? instead : next++
    after.set(ref, object)
    return ref
  }
  const slotsOf = (ref: number) => {
    const { kind, refs } = objects.get(ref) as BinaryObject
    return kind === "dict" ? pairs(refs) : refs.map((each) => [each])
  }
  const edit = (ref: number, { set, remove, add }: Change): number => {
    const { kind } = objects.get(ref) as BinaryObject
    const inPlace = uses.get(ref) === 1
    const slots = slotsOf(ref).map((slot, at) => {
      const text = set.get(at)
      if (text === undefined) return slot
      return [...slot.slice(0, -1), place(stringObject(text), inPlace ? slot.at(-1) : undefined)]
    })
    const added = add.map((text) => place(stringObject(text)))
    const kept = slots.filter((_, at) => !remove.has(at))
    const all =
      kind === "dict" ? [...kept, ...(added.length > 0 ? [added] : [])] : [...kept, ...added.map((each) => [each])]
    return place(container(kind, all), ref)
  }

  const entries = pairs((objects.get(top) as BinaryObject).refs).map(([key, value], at): Pair => {
    const own = changes.find(({ holder }) => holder === at)
    return own ? [key, edit(value, own)] : [key, value]
  })
  const made = changes.find(({ holder }) => holder === undefined)
  if (made) {
    const held = place(container("dict", [made.add.map((text) => place(stringObject(text)))]))
    entries.push([place(stringObject("EnvironmentVariables")), held])
  }
  after.set(top, container("dict", entries))
  return after
}

function container(kind: BinaryObject["kind"], slots: readonly (readonly number[])[]): BinaryObject {
  const refs =
    kind === "dict" ? [...slots.map(([key]) => key as number), ...slots.map((slot) => slot[1] as number)] : slots.flat()
  return { kind, text: "", raw: new Uint8Array(), refs, at: 0 }
}

function countUses(objects: BinaryList["objects"], top: number): Map<number, number> {
  const uses = new Map([[top, 1]])
  for (const { refs } of objects.values()) for (const ref of refs) uses.set(ref, (uses.get(ref) ?? 0) + 1)
  return uses
}
