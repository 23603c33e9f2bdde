import { spoil } from "./drifts.ts"
import { drift, hostAway, kill, restartGateway } from "./events.ts"
import { layPlace } from "./fleet.ts"
import { homeOf, kindOf, secretKind } from "./kinds.ts"
import { earlier, type Model, prune, rotate } from "./model.ts"
import { snapshot } from "./observe.ts"
import { command, deploy, nodesOf, rotated, type Site } from "./site.ts"
import { writes } from "./writes.ts"

/** One kind of event in a fleet's life. */
export interface Step {
  readonly name: string
  /** How often it is drawn, in relation to the others. */
  readonly weight: number
  readonly isPossible?: (site: Site) => boolean
  /** @returns what was drawn, for the log */
  readonly run: (site: Site) => Promise<string>
}

const absentNodes = ({ homes, model }: Site) => homes.filter((home) => !model.homes.includes(home))
const extraPlaces = ({ model }: Site) => model.places.filter((place) => kindOf(place) !== secretKind)
const absentPlaces = ({ model }: Site) =>
  Object.keys(model.foreign).filter((place) => model.homes.includes(homeOf(place)) && !model.places.includes(place))

const steps: readonly Step[] = [
  { name: "rotate", weight: 4, run: (site) => change(site, rotated(site)) },
  {
    ...{ name: "revert", weight: 3, isPossible: ({ model }) => earlier(model).length > 0 },
    run: (site) => change(site, reverted(site)),
  },
  { name: "drift", weight: 6, run: drift },
  {
    ...{ name: "remove place", weight: 1, isPossible: (site) => extraPlaces(site).length > 2 },
    async run(site) {
      const gone = site.random.pick(extraPlaces(site))
      await deploy(site, { ...site.model, places: site.model.places.filter((place) => place !== gone) })
      return gone
    },
  },
  {
    ...{ name: "add place", weight: 2, isPossible: (site) => absentPlaces(site).length > 0 },
    async run(site) {
      const added = site.random.pick(absentPlaces(site))
      await deploy(site, withPlaces(site, site.model.homes, [added]))
      return added
    },
  },
  {
    ...{ name: "remove node", weight: 1, isPossible: (site) => nodesOf(site).length > 1 },
    async run(site) {
      const gone = site.random.pick(nodesOf(site))
      const { homes, places } = site.model
      const left = places.filter((place) => homeOf(place) !== gone)
      await deploy(site, { ...site.model, homes: homes.filter((home) => home !== gone), places: left })
      return gone
    },
  },
  {
    ...{ name: "add node", weight: 2, isPossible: (site) => absentNodes(site).length > 0 },
    async run(site) {
      const added = site.random.pick(absentNodes(site))
      const places = Object.keys(site.model.foreign).filter((place) => homeOf(place) === added)
      await deploy(site, withPlaces(site, inOrder(site, [...site.model.homes, added]), places))
      return added
    },
  },
  {
    ...{ name: "keep", weight: 1 },
    async run(site) {
      const keep = site.random.pick([2, 3, 4].filter((each) => each !== site.model.keep))
      await deploy(site, prune(site.model, keep))
      return `${keep} generations`
    },
  },
  { name: "restart gateway", weight: 1, run: restartGateway },
  { name: "host away", weight: 2, isPossible: (site) => nodesOf(site).length > 1, run: hostAway },
  { name: "kill", weight: 4, run: kill },
  {
    ...{ name: "up twice", weight: 1 },
    async run(site) {
      await unchanged(site, "up", "--yes")
      return "nothing may change"
    },
  },
  {
    ...{ name: "preview", weight: 1 },
    async run(site) {
      site.fleet.declare(rotated(site))
      await unchanged(site, "preview")
      site.fleet.declare(site.model)
      return "of a rotation"
    },
  },
  {
    ...{ name: "refresh", weight: 1 },
    async run(site) {
      const { model, done } = spoil(site.fleet, site.model, site.random, site.model.homes)
      site.totals.drifts += done.length
      await unchanged(site, "refresh", "--yes")
      await deploy(site, model)
      return done.join(", ")
    },
  },
]

/** Finds a step by its name. @throws Error if there is none */
export function stepCalled(name: string): Step {
  const found = steps.find((step) => step.name === name)
  if (found) return found
  throw new Error(`no step is called ${name}; expected ${steps.map((step) => step.name).join(", ")}`)
}

/** Draws a step that is possible now. */
export function drawStep(site: Site): Step {
  const all = steps.filter(({ isPossible }) => isPossible?.(site) ?? true)
  return site.random.pick(all.flatMap((step) => Array.from({ length: step.weight }, () => step)))
}

const reverted = ({ model, random }: Site): Model => rotate(model, random.pick(earlier(model)))
const inOrder = ({ homes }: Site, some: readonly string[]) => homes.filter((home) => some.includes(home))

async function change(site: Site, next: Model): Promise<string> {
  const isForward = next.generation > site.model.highest
  site.totals[isForward ? "rotations" : "reverts"]++
  const from = site.model.generation
  await deploy(site, next, site.random.below(3) === 0)
  return `${from} => ${next.generation}`
}

/** Declares further places. A script has its flag again: nobody can say where in it one belongs. */
function withPlaces({ fleet, model }: Site, homes: readonly string[], added: readonly string[]): Model {
  const scripts = added.filter((place) => kindOf(place).name === "script")
  const laid = Object.fromEntries(scripts.map((place) => [place, layPlace(fleet, place)]))
  const places = Object.keys(model.foreign).filter((place) => model.places.includes(place) || added.includes(place))
  return { ...model, homes, places, foreign: { ...model.foreign, ...laid } }
}

/** Runs a command that writes nothing and restarts nothing. */
async function unchanged(site: Site, ...args: string[]): Promise<void> {
  const before = await snapshot(site.fleet, site.homes)
  await command(site, 0, ...args)
  for (const name of writes(before, await snapshot(site.fleet, site.homes)))
    site.fail(`pulumi ${args.join(" ")} changed ${name}`)
}
