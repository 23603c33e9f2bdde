import { parseArgs } from "node:util"

const parts = ["openclaw", "clawdbot", "interrupted"] as const
type Part = (typeof parts)[number]

export interface RotationOptions {
  readonly only: readonly Part[]
  /** Of openclaw in a row. */
  readonly rotations: number
  /** Of clawdbot in a row. */
  readonly clawdbot: number
  /** Whole rotations that are timed alone, each with an `up` that has nothing to change. */
  readonly pairs: number
  /** Interrupted rotations, about so many. */
  readonly cases: number
}

const usage = `npm run -s bench:rotation -- [--only openclaw|clawdbot|interrupted] [--rotations N] [--cases N]`

/** Parses the options. @throws Error for one that is not valid */
export function rotationOptions(args: readonly string[]): RotationOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: "string" }, rotations: { type: "string" }, cases: { type: "string" } },
  })
  const { only, rotations, cases } = values
  const part = parts.find((name) => name === only)
  if (only !== undefined && !part) throw new Error(`--only takes one of ${parts.join(", ")}, not "${only}"\n${usage}`)
  const number = (text: string | undefined, option: string, otherwise: number) =>
    text === undefined ? otherwise : whole(text, option)
  return {
    only: part ? [part] : parts,
    rotations: number(rotations, "--rotations", 20),
    clawdbot: number(rotations, "--rotations", 5),
    pairs: Math.min(number(rotations, "--rotations", 3), 3),
    cases: number(cases, "--cases", 40),
  }
}

function whole(text: string, option: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= 1 && number <= 999) return number
  throw new Error(`${option} takes a whole number from 1 to 999, not "${text}"\n${usage}`)
}
