/** The common interface of XML and binary property lists. */
export interface PropertyList {
  readonly top: Value
  /** The file with these changes made. */
  edited(changes: readonly Change[]): Uint8Array
}

export interface Value {
  readonly kind: "dict" | "array" | "string" | "other"
  /** The text of a string; empty for other values. */
  readonly text: string
  /** Of a dictionary, in file order, equal keys included. */
  entries(): readonly Entry[]
  /** Of an array. */
  items(): readonly Value[]
  /** The place in the file, as people count. */
  where(): string
}

export interface Entry {
  readonly key: string
  readonly value: Value
}

/** What changes in one dictionary or array, by the positions of its entries or items. */
export interface Change {
  /** The holder's position in the top dictionary; undefined is an EnvironmentVariables still to be made. */
  readonly holder: number | undefined
  readonly set: ReadonlyMap<number, string>
  readonly remove: ReadonlySet<number>
  /** Strings that follow at the end: a key and its value, or arguments. */
  readonly add: readonly string[]
}
