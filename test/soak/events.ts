import { join } from "node:path"
import { isLocked, removeEmptyAttributes, statesIn } from "../../bench/rotation/backend.ts"
import { knock } from "../../bench/rotation/client.ts"
import { haveEnded, killDuring, type Victim } from "../support/engine/kill.ts"
import { leaveCopy, spoil } from "./drifts.ts"
import { until } from "./fleet.ts"
import { differences, rotate } from "./model.ts"
import { observe, snapshot } from "./observe.ts"
import { command, compare, deploy, nodesOf, rotated, type Site, validTokens } from "./site.ts"
import { writes } from "./writes.ts"

/** From an engine's death to the end of its provider. */
const patience = 60_000
/** What an `up` takes, here and on a busy machine: a kill comes at any time of it. */
const upMilliseconds = 9_000

/** Places are spoilt; a preview reports that, and the next `up` repairs it. */
export async function drift(site: Site): Promise<string> {
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

/** A gateway is killed, and started again by what supervises it. */
export async function restartGateway(site: Site): Promise<string> {
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
export async function hostAway(site: Site): Promise<string> {
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
export async function kill(site: Site): Promise<string> {
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
