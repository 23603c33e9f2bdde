// Where the time of vitest's runs went: the lines before CI's last ones.
import { relative } from "node:path"

export interface FileTime {
  readonly name: string
  readonly startTime: number
  readonly endTime: number
}

interface Seconds {
  readonly file: string
  readonly wall: number
  /** Undefined if the system does not report it. */
  readonly cpu: number | undefined
}

const shown = 20
const rounded = (seconds: number): string => `${Math.round(seconds)}`
const column = (seconds: number | undefined): string => (seconds === undefined ? "?" : rounded(seconds)).padStart(6)
const sum = (all: readonly Seconds[], of: (each: Seconds) => number | undefined): number =>
  all.reduce((total, each) => total + (of(each) ?? 0), 0)

/** Formats a total; a file that uses less CPU than time waits: for a limit, for a product, or for its turn on a busy machine. */
const total = (kind: string, all: readonly Seconds[]): string[] =>
  all.length === 0
    ? []
    : [
        `${kind} tests: ${all.length} files, ${rounded(sum(all, ({ wall }) => wall))} s, of which CPU ${rounded(sum(all, ({ cpu }) => cpu))} s`,
      ]

/**
 * Formats the times of the tests.
 * @param usage CPU seconds by the path of the file
 * @returns totals, and the slowest files
 */
export const times = (files: readonly FileTime[], usage: ReadonlyMap<string, number>): string[] => {
  const all = files.map(({ name, startTime, endTime }): Seconds => {
    return { file: relative(process.cwd(), name), wall: (endTime - startTime) / 1000, cpu: usage.get(name) }
  })
  const isEngine = ({ file }: Seconds) => file.startsWith("test/engine/")
  const slowest = all.toSorted((one, other) => other.wall - one.wall).slice(0, shown)
  return [
    ...total(
      "unit",
      all.filter((each) => !isEngine(each)),
    ),
    ...total("engine", all.filter(isEngine)),
    ...(slowest.length > 0 ? ["seconds    CPU  the slowest files"] : []),
    ...slowest.map(({ file, wall, cpu }) => ` ${column(wall)} ${column(cpu)}  ${file}`),
  ]
}
