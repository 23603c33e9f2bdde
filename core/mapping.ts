export interface Mapping {
  readonly [key: string]: unknown
}

/** Whether a value that was parsed has keys: neither a list nor nothing. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
