import { availableParallelism, loadavg } from "node:os"
import { readSshSettings } from "../hosts/ssh/settings.ts"
import { ansible } from "./ansible.ts"
import { median, rounded } from "./figures.ts"
import { drift } from "./nodes.ts"
import type { FleetOptions } from "./options.ts"
import { peak } from "./peak.ts"
import { plainSsh } from "./plain-ssh.ts"
import { floorOf, pulumi } from "./project.ts"
import { deploy, type Site, site } from "./site.ts"
import { split } from "./split.ts"

/** The keys of the last line. Seconds are medians; what was not measured is null. */
export interface Figures {
  readonly nodes: number
  readonly ours_s: number | null
  readonly ours_drifted_s: number | null
  readonly heal_s: number | null
  readonly floor_s: number | null
  readonly ansible_s: number | null
  readonly ours_over_floor: number | null
  readonly ansible_over_ours: number | null
  readonly peak_mb: number | null
}

type Measure = "ours" | "drifted" | "heal" | "engine" | "ssh" | "ansible"

/** Measures a fleet of `nodes`: every measure in turn, `runs` times. @param directory of the program that declares it */
export async function measure(
  nodes: number,
  options: FleetOptions,
  folder: string,
  directory: string,
): Promise<Figures> {
  const made = await site(nodes, options.delay, folder, directory)
  try {
    return await measured(made, options, folder)
  } finally {
    await made.stop()
  }
}

async function measured(made: Site, options: FleetOptions, folder: string): Promise<Figures> {
  const { ours, config, homes, names } = made
  const engine = await floorOf(ours, folder)
  await deploy(engine)
  const other = options.ansible ? await ansible(folder, config, names, homes[0] ?? "") : undefined
  const { watch, megabytes } = peak()
  const steps: { readonly [measure in Measure]?: () => Promise<number> } = {
    ours: async () => (await pulumi(ours, ["preview", "--expect-no-changes"], watch)).seconds,
    engine: async () => (await pulumi(engine, ["preview", "--expect-no-changes"])).seconds,
    ssh: () => plainSsh(config, names, readSshSettings().parallel),
    ...(other ? { ansible: () => other.check() } : {}),
    drifted: async () => {
      for (const home of homes) drift(home)
      return changing(await pulumi(ours, ["preview"], watch), `${names.length} to update`)
    },
    heal: async () =>
      changing(await pulumi(ours, ["up", "--yes", "--continue-on-error"], watch), `${names.length} updated`),
  }
  const times: { [measure in Measure]?: number[] } = {}
  const order = Object.entries(steps) as [Measure, () => Promise<number>][]
  for (const step of [steps.ours, steps.engine]) await step?.()
  for (let run = 1; run <= options.runs; run++) {
    for (const [name, step] of order) times[name] = [...(times[name] ?? []), await step()]
    const summary = order.map(([name]) => `${name} ${rounded(times[name]?.at(-1))} s`).join(", ")
    console.log(`run ${run}: ${summary} (load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores)`)
  }
  if (options.split) await split(made, options.runs)

  const of = (name: Measure) => median(times[name] ?? [])
  const floor = of("engine") + of("ssh")
  return {
    nodes: names.length,
    ours_s: rounded(of("ours")),
    ours_drifted_s: rounded(of("drifted")),
    heal_s: rounded(of("heal")),
    floor_s: rounded(floor),
    ansible_s: rounded(of("ansible")),
    ours_over_floor: rounded(of("ours") / floor),
    ansible_over_ours: rounded(of("ansible") / of("ours")),
    peak_mb: rounded(megabytes()),
  }
}

/** Returns the time. @throws Error if the output does not contain the expected change */
function changing({ seconds, stdout }: { seconds: number; stdout: string }, expected: string): number {
  if (!stdout.includes(expected)) throw new Error(`not "${expected}":\n${stdout.slice(-2000)}`)
  return seconds
}
