const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** Milliseconds; a longer duration overflows a date. */
const maxDuration = 1e14

/** The text of a duration, as far as the compiler can check it. */
export type DurationText = `${number}${keyof typeof units}`

/** Parses `30d`, `12h`, `2w`, `90m` or `45s` to milliseconds. @returns undefined for anything else */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit] = /^([1-9]\d*)([smhdw])$/.exec(text) ?? []
  const milliseconds = Number(digits) * units[unit as keyof typeof units]
  return milliseconds <= maxDuration ? milliseconds : undefined
}
