export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Rounds to three decimals; null if nothing was measured. */
export function rounded(value = Number.NaN): number | null {
  return Number.isFinite(value) ? Number(value.toFixed(3)) : null
}
