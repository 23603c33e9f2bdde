/**
 * Formats a value of foreign JSON. `String` fails for an object whose `toString` is not a function, which anybody can write:
 * `{"toString": 1}`.
 */
export function formatScalar(value: unknown): string {
  return typeof value === "object" && value !== null ? "[object]" : String(value)
}
