import { parseArgs } from "node:util"
import { figures } from "./figures.ts"

export interface GuardOptions {
  readonly only: readonly string[]
  /** Less of what takes long, and times are only reported. */
  readonly quick: boolean
}

const usage = "npm run -s bench:guard -- [--only NAME[,NAME…]] [--quick]"

/** @throws Error for what cannot be read */
export function guardOptions(words: readonly string[]): GuardOptions {
  const { values } = parseArgs({
    args: [...words],
    options: { only: { type: "string" }, quick: { type: "boolean", default: false } },
  })
  const { only, quick } = values
  const names = figures.map(({ name }) => name)
  const wanted = only?.split(",") ?? figures.filter(({ isQuick }) => isQuick || !quick).map(({ name }) => name)
  const unknown = wanted.find((name) => !names.includes(name))
  if (unknown !== undefined) throw new Error(`--only takes ${names.join(", ")}, not "${unknown}"\n${usage}`)
  return { only: wanted, quick }
}
