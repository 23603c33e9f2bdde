import { parseArgs } from "node:util"

export interface FleetOptions {
  /** Sizes of the fleet, measured one after the other. */
  readonly nodes: readonly number[]
  readonly runs: number
  /** Milliseconds from here to a host and back; 0 for none but the machine's own. */
  readonly delay: number
  readonly ansible: boolean
  readonly split: boolean
}

export const usage = `npm run -s bench:fleet -- [--nodes 50[,N…]] [--runs 3] [--delay MILLISECONDS] [--split] [--no-ansible]`

/** Parses the options. @throws Error for one that is not valid */
export function fleetOptions(args: readonly string[]): FleetOptions {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      nodes: { type: "string", default: "50" },
      runs: { type: "string", default: "3" },
      delay: { type: "string", default: "0" },
      ansible: { type: "boolean" },
      split: { type: "boolean", default: false },
    },
  })
  const nodes = values.nodes.split(",").map((text) => whole(text, "--nodes", 1, 250))
  return {
    nodes,
    runs: whole(values.runs, "--runs", 1, 99),
    delay: whole(values.delay, "--delay", 0, 5000),
    // For a slope only ours and the floor are of interest; ansible would take a quarter of an hour at 200.
    ansible: values.ansible ?? nodes.length === 1,
    split: values.split,
  }
}

function whole(text: string, option: string, least: number, most: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= least && number <= most) return number
  throw new Error(`${option} takes a whole number from ${least} to ${most}, not "${text}"\n${usage}`)
}
