import { createRandom } from "../fuzz/random.ts"
import { type Clients, startClients } from "./clients.ts"
import { accepts } from "./events.ts"
import { startFleet, until } from "./fleet.ts"
import { growths, measure, type Sizes } from "./growth.ts"
import { command, compare, type Site, validTokens } from "./site.ts"
import { drawStep, stepCalled } from "./steps.ts"

export interface Options {
  readonly seed: number
  readonly minutes: number
  /** Ends after so many steps, if that is sooner. */
  readonly most: number
  /** The names of the steps, one after the other; none are drawn then. */
  readonly names: readonly string[] | undefined
  /** This one included. */
  readonly hosts: number
  readonly gateways: number
}

export interface SoakFigures {
  readonly steps: number
  readonly ups: number
  readonly rotations: number
  readonly reverts: number
  readonly drifts: number
  readonly kills: number
  readonly asks: number
  readonly refused: number
  /** Each size after the first tenth, and at the end. */
  readonly growth: { readonly [size in keyof Sizes]: readonly [before: number, after: number] }
  readonly failures: number
}

/** Changes a fleet at random for some minutes, and compares it with the model after each `up`. */
export async function soak({ seed, minutes, most, names, hosts, gateways }: Options): Promise<SoakFigures> {
  const { fleet, model } = await startFleet(hosts, gateways)
  const site: Site = {
    ...{ fleet, model, homes: model.homes, random: createRandom(seed), coming: undefined, clients: {} },
    totals: { steps: 0, ups: 0, rotations: 0, reverts: 0, drifts: 0, kills: 0, failures: 0 },
    fail(what) {
      site.totals.failures++
      console.log(`FAILURE seed ${seed}, step ${site.totals.steps}: ${what}`)
    },
  }
  fleet.declare(model)
  await command(site, 0, "up", "--yes", "--skip-preview")
  fleet.learn()
  for (const name of model.gateways) await until(() => accepts(site, name), `${name} does not accept its token`)
  site.clients = await clientsOf(site)
  await compare(site)
  const all = Object.values(site.clients)
  const rest = () => atRest(all, () => measure(fleet, site.homes))

  const begun = Date.now()
  const share = () => Math.max((Date.now() - begun) / (minutes * 60_000), site.totals.steps / most)
  let first: Sizes | undefined
  while (share() < 1) {
    site.totals.steps++
    const start = Date.now()
    const name = names?.[site.totals.steps - 1]
    const step = name === undefined ? drawStep(site) : stepCalled(name)
    const what = await step.run(site)
    for (const clients of all) for (const refusal of clients.takeRefusals()) site.fail(refusal)
    console.log(`${site.totals.steps} ${step.name}: ${what} (${((Date.now() - start) / 1000).toFixed(1)} s)`)
    if (share() >= 0.1) first ??= await rest()
  }
  const last = await rest()
  for (const growth of growths(first ?? last, last)) site.fail(growth)
  const sum = (count: (clients: Clients) => number) => all.reduce((total, each) => total + count(each), 0)
  const { failures, ...totals } = site.totals
  return {
    ...totals,
    asks: sum(({ counts }) => counts.asks),
    refused: sum(({ counts }) => counts.refused),
    growth: pairsOf(first ?? last, last),
    failures,
  }
}

async function clientsOf(site: Site): Promise<Record<string, Clients>> {
  const all: Record<string, Clients> = {}
  for (const name of site.model.gateways)
    all[name] = await startClients(name, site.fleet.ports[name] ?? 0, () => validTokens(site))
  return all
}

/** Measures while no client connects. */
function atRest(all: readonly Clients[], work: () => Promise<Sizes>): Promise<Sizes> {
  const [one, ...others] = all
  return one ? one.rest(() => atRest(others, work)) : work()
}

function pairsOf(before: Sizes, after: Sizes): SoakFigures["growth"] {
  const pair = (size: keyof Sizes) => [before[size], after[size]] as const
  return {
    descriptors: pair("descriptors"),
    megabytes: pair("megabytes"),
    processes: pair("processes"),
    connections: pair("connections"),
    temporary: pair("temporary"),
    files: pair("files"),
    stateBytes: pair("stateBytes"),
  }
}
