export interface Mapping {
  readonly [key: string]: unknown
}

/** Checks whether a parsed value has keys: neither a list nor null. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
