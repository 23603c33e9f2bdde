import { join } from "node:path"
import { isLocked, removeEmptyAttributes, statesIn } from "../../bench/rotation/backend.ts"
import { knock } from "../../bench/rotation/client.ts"
import { haveEnded, killDuring, type Victim } from "../support/engine/kill.ts"
import { leaveCopy, spoil } from "./drifts.ts"
import { layPlace, until } from "./fleet.ts"
import { homeOf, kindOf, secretKind } from "./kinds.ts"
import { differences, earlier, type Model, rotate } from "./model.ts"
import { observe, snapshot } from "./observe.ts"
import { command, compare, deploy, type Site, validTokens } from "./site.ts"
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

const nodesOf = ({ model }: Site) => model.homes.filter((home) => !model.gateways.includes(home))
const absentNodes = ({ homes, model }: Site) => homes.filter((home) => !model.homes.includes(home))
const extraPlaces = ({ model }: Site) => model.places.filter((place) => kindOf(place) !== secretKind)
const absentPlaces = ({ model }: Site) =>
  Object.keys(model.foreign).filter((place) => model.homes.includes(homeOf(place)) && !model.places.includes(place))
/** From an engine's death to the end of its provider. */
const patience = 60_000
/** What an `up` takes, here and on a busy machine: a kill comes at any time of it. */
const upMilliseconds = 9_000

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

const rotated = ({ model }: Site): Model => rotate(model, model.highest + 1)
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

async function drift(site: Site): Promise<string> {
  const { fleet, random } = site
  const { model, done, isSeen } = spoil(fleet, site.model, random, site.model.homes)
  const node = random.pick(nodesOf(site))
  const copy = random.below(4) === 0
  if (copy) leaveCopy(fleet, node)
  const all = [...done, ...(copy ? [`${node}: a copy in the product's dotenv`] : [])]
  site.totals.drifts += all.length
  await command(site, isSeen || copy ? 255 : 0, "preview", "--expect-no-changes")
  // What a preview must report, the soak's own readers must see as well: else they would see nothing after the `up` either.
  const seen = differences(model, await observe(fleet, model, site.homes))
  if (seen.length === 0 && (isSeen || copy)) site.fail(`the soak itself does not see ${all.join(", ")}`)
  await deploy(site, model)
  return all.join(", ")
}

async function restartGateway(site: Site): Promise<string> {
  const { fleet, model, random } = site
  const name = random.pick(model.gateways)
  const pid = await fleet.gatewayProcess(name)
  if (pid === undefined) throw new Error(`${name} does not run`)
  site.clients[name]?.announce(true)
  process.kill(pid, random.pick(["SIGTERM", "SIGKILL"]))
  await until(async () => (await fleet.gatewayProcess(name)) !== pid, `${name} does not end`)
  await until(() => accepts(site, name), `${name} does not come back`)
  site.clients[name]?.announce(false)
  await compare(site)
  return name
}

/** Checks whether a gateway accepts a token that is valid. */
export async function accepts(site: Site, gateway: string): Promise<boolean> {
  const [token = ""] = validTokens(site)
  const { session } = await knock(site.fleet.ports[gateway] ?? 0, { token })
  session?.close()
  return session !== undefined
}

/** A host is away: others are repaired, a rotation changes nothing; once it is back, the next `up` completes it. */
async function hostAway(site: Site): Promise<string> {
  const { fleet, random } = site
  const away = random.pick(nodesOf(site))
  fleet.host(away).kill()
  try {
    const before = await snapshot(fleet, site.homes)
    fleet.declare(rotated(site))
    const refused = await command(site, 255, "up", "--yes", "--skip-preview")
    if (!refused.includes("cannot rotate: some hosts cannot be updated; nothing was changed"))
      site.fail(`a rotation without ${away} gives no reason:\n${refused}`)
    for (const name of writes(before, await snapshot(fleet, site.homes)))
      site.fail(`a refused rotation changed ${name}`)
    fleet.declare(site.model)
    const others = site.model.homes.filter((home) => home !== away)
    const { model, done } = spoil(fleet, site.model, random, others)
    site.totals.drifts += done.length
    site.model = model
    const up = await command(site, 255, "up", "--yes", "--skip-preview")
    if (!/reached \d+ of \d+ hosts/.test(up)) site.fail(`an up without ${away} gives no reason:\n${up}`)
  } finally {
    await fleet.host(away).start()
  }
  await deploy(site, site.model)
  return away
}

/** An `up` is killed at any time of it; after `pulumi cancel`, where a lock was left, the next one completes it. */
async function kill(site: Site): Promise<string> {
  const { fleet, random } = site
  const victim = random.pick<Victim>(["engine", "provider", "both"])
  const spoilt = random.below(3) === 0 ? spoil(fleet, site.model, random, site.model.homes) : undefined
  site.totals.drifts += spoilt?.done.length ?? 0
  const model = spoilt?.model ?? site.model
  const next = spoilt && random.below(2) ? model : rotate(model, model.highest + 1)
  site.coming = next.generation
  fleet.declare(next)
  const milliseconds = 500 + random.below(upMilliseconds)
  const killing = await killDuring(fleet.stack, ["up", "--yes", "--skip-preview"], victim, { milliseconds })
  site.totals.ups++
  if (killing.killed) site.totals.kills++
  else if (killing.code !== 0) site.fail(`an up that nothing killed ended with ${killing.code}:\n${killing.output}`)
  if (!(await haveEnded(killing.providers, patience))) site.fail("a provider lives on without its engine")
  fleet.endLeftBehind()
  const backend = join(fleet.stack.folder, "backend")
  removeEmptyAttributes(statesIn(backend, "gatekey"))
  if (isLocked(backend)) await command(site, 0, "cancel", "--yes")
  if (next.generation !== site.model.generation) site.totals.rotations++
  await deploy(site, next)
  const what = [`to ${next.generation}`, ...(spoilt?.done ?? [])].join(", ")
  return `${victim} after ${milliseconds} ms of an up ${what}${killing.killed ? "" : ": it was through before"}`
}

/** Runs a command that writes nothing and restarts nothing. */
async function unchanged(site: Site, ...args: string[]): Promise<void> {
  const before = await snapshot(site.fleet, site.homes)
  await command(site, 0, ...args)
  for (const name of writes(before, await snapshot(site.fleet, site.homes)))
    site.fail(`pulumi ${args.join(" ")} changed ${name}`)
}
