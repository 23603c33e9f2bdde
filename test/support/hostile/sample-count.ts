const asked = Number(process.env.LOOKALIKES ?? 0)

/** How many generated cases are compared with a format's real reader: the usual number, or `LOOKALIKES=N` if that is more. */
export function sampleCount(usual: number): number {
  return Math.max(usual, Number.isInteger(asked) ? asked : 0)
}
