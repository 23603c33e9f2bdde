import type { Random } from "../fuzz/random.ts"
import type { Clients } from "./clients.ts"
import type { Fleet } from "./fleet.ts"
import { allowed, differences, type Model, rotate } from "./model.ts"
import { observe } from "./observe.ts"

/** A fleet, the model that it is compared with, and what has come of it so far. */
export interface Site {
  readonly fleet: Fleet
  readonly random: Random
  /** All homes that there are, declared or not. */
  readonly homes: readonly string[]
  model: Model
  /** The generation that an `up` leads to. */
  coming: number | undefined
  clients: Readonly<Record<string, Clients>>
  readonly totals: {
    steps: number
    ups: number
    rotations: number
    reverts: number
    drifts: number
    kills: number
    failures: number
  }
  /** Reports what is not as it must be. */
  fail(what: string): void
}

/** The tokens that a gateway may accept now. */
export function validTokens({ fleet, model, coming }: Site): string[] {
  return allowed(model, coming).flatMap((generation) => fleet.values.get(generation) ?? [])
}

/** The homes of nodes that are declared. */
export const nodesOf = ({ model }: Site): string[] => model.homes.filter((home) => !model.gateways.includes(home))

/** The model after the next rotation. */
export const rotated = ({ model }: Site): Model => rotate(model, model.highest + 1)

/** Runs a command of the engine that must end with a code. @returns its output */
export async function command(site: Site, expected: number, ...args: string[]): Promise<string> {
  if (args[0] === "up") site.totals.ups++
  const { code, output } = await site.fleet.pulumi(...args)
  if (code !== expected) site.fail(`pulumi ${args.join(" ")} ended with ${code}, expected ${expected}:\n${output}`)
  return output
}

/** Declares the next model, deploys it, and compares the world with it. */
export async function deploy(site: Site, next: Model, withPreview = false): Promise<void> {
  site.coming = next.generation
  site.fleet.declare(next)
  await command(site, 0, "up", "--yes", ...(withPreview ? [] : ["--skip-preview"]))
  site.model = next
  site.coming = undefined
  await compare(site)
}

/** Compares the world with the model: by other means than gatekey's, and by a preview, which must be empty. */
export async function compare(site: Site): Promise<void> {
  for (const difference of differences(site.model, await observe(site.fleet, site.model, site.homes)))
    site.fail(`after the up: ${difference}`)
  const preview = await command(site, 0, "preview", "--expect-no-changes")
  if (preview.includes("Diagnostics:")) site.fail(`the preview after the up reports something:\n${preview}`)
}
