import type { Field, Item, Sent } from "./items.ts"

export interface Operation {
  readonly op: "add" | "remove" | "replace"
  readonly path: string
  readonly value?: unknown
}

/** RFC 6902 as Connect takes it: `add`, `remove`, `replace`; a field is named by its id, and `/` is the whole item. */
export function patched(item: Item, operations: readonly Operation[]): Sent {
  let next = structuredClone(item)
  for (const operation of operations) {
    const [top = "", name, attribute] = operation.path.split("/").slice(1)
    if (top === "") next = { ...next, ...(operation.value as Sent) } as Item
    else if (top === "fields") next.fields = fieldsAfter(next.fields, operation, name, attribute)
    else if (name === undefined) set(next, top, operation)
    else set(next[top] as object, name, operation)
  }
  return next
}

function fieldsAfter(fields: Field[], operation: Operation, id?: string, attribute?: string): Field[] {
  const { op, value } = operation
  if (!id || id === "-") return [...fields, value as Field]
  if (!attribute) {
    if (op === "add") return [...fields, { ...(value as Field), id }]
    return op === "remove"
      ? fields.filter((field) => field.id !== id)
      : fields.map((field) => (field.id === id ? { id, ...(value as Field) } : field))
  }
  return fields.map((field) => {
    if (field.id !== id) return field
    const next = { ...field }
    set(next, attribute, operation)
    return next
  })
}

function set(object: object, name: string, { op, value }: Operation): void {
  if (op !== "remove") Reflect.set(object, name, value)
  else if (Array.isArray(object)) object.splice(Number(name), 1)
  else Reflect.deleteProperty(object, name)
}
