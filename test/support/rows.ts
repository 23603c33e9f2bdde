/**
 * Whether tables of real gateways run whole: each row is a start of the product, a quarter of a minute of CPU. The suite
 * has one row of each kind; `E2E_ROWS=all` has all.
 */
export const allRows: boolean = process.env.E2E_ROWS === "all"

/** The rows of the suite, and with `E2E_ROWS=all` the others. */
export function rowsOf<T>(inSuite: readonly T[], others: readonly T[]): T[] {
  return allRows ? [...inSuite, ...others] : [...inSuite]
}
