import { median, rounded } from "./figures.ts"
import { drift } from "./nodes.ts"
import { type Project, pulumi } from "./project.ts"
import type { Site } from "./site.ts"

/** Measures the parts of the time: the same places without ssh, and a repairing `up` without the engine's checkpoints. */
export async function split(made: Site, runs: number): Promise<void> {
  const local = await made.local()
  const quick = withoutCheckpoints(made.ours)
  const steps = {
    "preview of the same places on this machine": () => seconds(local, ["preview", "--expect-no-changes"]),
    "healing up": () => heal(made.ours),
    "healing up, engine without checkpoints": () => heal(quick),
  }
  const times = new Map<string, number[]>()
  await steps["preview of the same places on this machine"]()
  for (let run = 1; run <= runs; run++)
    for (const [name, step] of Object.entries(steps)) times.set(name, [...(times.get(name) ?? []), await step()])
  for (const [name, all] of times) console.log(`split: ${name}: ${rounded(median(all))} s`)

  async function heal(project: Project): Promise<number> {
    for (const home of made.homes) drift(home)
    return seconds(project, ["up", "--yes", "--continue-on-error"])
  }
}

function withoutCheckpoints(project: Project): Project {
  const environment = { ...project.environment, PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" }
  return { ...project, environment }
}

async function seconds(project: Project, args: readonly string[]): Promise<number> {
  return (await pulumi(project, args)).seconds
}
