import { join } from "node:path"
import { killDuring } from "../../test/support/engine/kill.ts"
import { whenFinished } from "../../test/support/finished.ts"
import {
  connects,
  filesWith,
  type MigrationFleet,
  nodeNames,
  startMigrationFleet,
} from "../../test/support/fleets/migration-fleet.ts"
import { removeEmptyAttributes, statesIn } from "../rotation/backend.ts"
import { atMost, type Expectations, exactly, type Result } from "./expected.ts"
import { type Step, stepsBack, stepsForth } from "./steps.ts"

const expectedOf = (name: string): Expectations => ({
  [`${name}.nodes`]: exactly(nodeNames.length),
  [`${name}.restarts_of_gateway_forth`]: exactly(1),
  [`${name}.restarts_of_gateway_back`]: exactly(1),
  [`${name}.reconnects_per_node_forth`]: atMost(2),
  [`${name}.reconnects_per_node_back`]: atMost(2),
  [`${name}.tokens_given_to_nodes`]: exactly(0),
  [`${name}.repairings`]: exactly(0),
})
export const migrationExpected: Expectations = expectedOf("migration")
export const interruptedExpected: Expectations = {
  ...expectedOf("migration_interrupted"),
  "migration_interrupted.killed": exactly(8),
}

type Up = (fleet: MigrationFleet, step: Step) => Promise<void>

/** From a token to certificates and back, by the real stack. */
export async function migration(): Promise<Result> {
  const fleet = await startPaired()
  return { migration: await thereAndBack(fleet, async () => void (await fleet.run("up", "--yes"))) }
}

/** The same with engine and provider killed in the middle of each `up`, which is then run again. */
export async function migrationInterrupted(): Promise<Result> {
  const fleet = await startPaired()
  let killed = 0
  const found = await thereAndBack(fleet, async (_, { isMidway, what }) => {
    if (await interrupted(fleet, isMidway)) killed++
    else console.log(`migration: ${what}: the engine came to its end before it was killed`)
    await fleet.run("up", "--yes")
  })
  return { migration_interrupted: { ...found, killed } }
}

/** Step 1 of `docs/guard.md`: the token has left the nodes, and each is started once without it. */
async function startPaired(): Promise<MigrationFleet> {
  const fleet = await startMigrationFleet()
  whenFinished(() => fleet.end())
  fleet.declare({ guard: false })
  await fleet.run("up", "--yes")
  for (const name of nodeNames) await fleet.restart(name, fleet.gateway.port)
  return fleet
}

async function thereAndBack(fleet: MigrationFleet, up: Up): Promise<Result> {
  const paired = await pairingsOf(fleet)
  const forth = await walk(fleet, stepsForth(fleet), up)
  const back = await walk(fleet, stepsBack(fleet), up)
  await fleet.run("up", "--yes", "--expect-no-changes")
  const now = await pairingsOf(fleet)
  return {
    nodes: nodeNames.length,
    restarts_of_gateway_forth: forth.restarts,
    restarts_of_gateway_back: back.restarts,
    reconnects_per_node_forth: forth.reconnects,
    reconnects_per_node_back: back.reconnects,
    tokens_given_to_nodes: forth.tokens + back.tokens,
    repairings: [...now].filter((each) => !paired.has(each)).length,
  }
}

async function walk(fleet: MigrationFleet, steps: readonly Step[], up: Up) {
  const [restarts, before] = [fleet.restarts(), nodeNames.map((name) => connects(fleet.nodes[name]))]
  let tokens = 0
  for (const step of steps) {
    console.log(`migration: ${step.what}`)
    await step.before?.()
    fleet.declare(step.declared)
    await up(fleet, step)
    await step.after?.()
    tokens += nodeNames.flatMap((name) => filesWith(fleet.nodes[name].home, fleet.gateway.token)).length
  }
  await fleet.run("preview", "--expect-no-changes")
  const reconnects = nodeNames.map((name, at) => connects(fleet.nodes[name]) - (before[at] ?? 0))
  return { restarts: fleet.restarts() - restarts, reconnects: Math.max(...reconnects), tokens }
}

/** Kills engine and provider in the middle of an `up`, and clears the lock that it leaves. @returns whether it did */
async function interrupted({ stack, run }: MigrationFleet, when: () => boolean): Promise<boolean> {
  const { killed } = await killDuring(stack, ["up", "--yes", "--skip-preview"], "both", { when })
  removeEmptyAttributes(statesIn(join(stack.folder, "backend"), "gatekey"))
  await run("cancel", "--yes")
  return killed
}

interface Paired {
  readonly paired: readonly {
    readonly deviceId: string
    readonly createdAtMs?: number
    readonly approvedAtMs?: number
  }[]
}

/** The devices that the gateway has paired, each with when that was. */
async function pairingsOf({ gateway }: MigrationFleet): Promise<ReadonlySet<string>> {
  const { paired } = await gateway.request<Paired>("device.pair.list")
  return new Set(paired.map(({ deviceId, createdAtMs, approvedAtMs }) => `${deviceId} ${createdAtMs} ${approvedAtMs}`))
}
