/** What a part of the bench found, by the keys of the last line. */
export type Result = Readonly<Record<string, unknown>>

/** What a number has to be. */
export interface Expectation {
  readonly words: string
  /** Of a time, or of memory: on a busy machine it proves nothing, so a quick run only reports it. */
  readonly isMeasured?: boolean
  isMet(value: number, all: Result): boolean
}

/** Expectations by the path of their number, such as `bad.tried`. */
export type Expectations = Readonly<Record<string, Expectation>>

export const exactly = (wanted: number): Expectation => ({
  words: `${wanted}`,
  isMet: (value) => value === wanted,
})
export const atLeast = (least: number): Expectation => ({ words: `>= ${least}`, isMet: (value) => value >= least })
export const atMost = (most: number): Expectation => ({ words: `<= ${most}`, isMet: (value) => value <= most })

/** A limit of a time, of memory, or of a ratio of both. */
export const within = (most: number): Expectation => ({ ...atMost(most), isMeasured: true })

/** The same as another number. */
export const like = (path: string): Expectation => ({
  words: `the same as ${path}`,
  isMet: (value, all) => value === valueAt(all, path),
})

/** Describes each expectation that is not met; what is missing is not met either. */
export function missedIn(found: Result, expected: Expectations, isQuick = false): string[] {
  return Object.entries(expected).flatMap(([path, { words, isMet, isMeasured = false }]) => {
    const value = valueAt(found, path)
    if (typeof value === "number" && (isMet(value, found) || (isQuick && isMeasured))) return []
    return [`${path} is ${JSON.stringify(value)}, expected ${words}`]
  })
}

function valueAt(found: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (value as Result | undefined)?.[key], found)
}
