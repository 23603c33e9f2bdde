import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { describeEngine } from "../support/engine/engine.ts"
import { type InlineProgram, inlineProgram } from "../support/engine/inline-program.ts"
import { endLeftBehind, haveEnded, type Killing, killDuring, type Moment, type Victim } from "../support/engine/kill.ts"
import { generationsIn } from "../support/engine/state.ts"
import { type Workspace, workspace } from "../support/engine/workspace.ts"
import { fleet, held, look, names, onlyToken, settle, spoil } from "../support/fleets/restart-fleet.ts"

const victims: readonly Victim[] = ["provider", "engine", "both"]
/**
 * A write makes about ten changes that can be seen. One run of the tests kills at every seventh, so that each step of
 * a write has its turn; with EVERY_KILL=1 at every one, and each victim there.
 */
const thorough = process.env.EVERY_KILL === "1"
const stride = thorough ? 1 : 7
const atOnce = 2
/** From the engine's death to the end of the provider a second passes; a busy machine takes its time: milliseconds. */
const patience = 60_000
vi.setConfig({ testTimeout: thorough ? 3_600_000 : 1_800_000 })

/** The program of all these stacks, for the commands that nothing kills; those that are not in use. */
const programs: InlineProgram[] = []
/** Where they run: a stack that stays, as what runs in the others is ended with them. */
let lasting: Workspace

describeEngine("kill -9 in the midst of an `up`", () => {
  let fresh: Workspace
  let token: Workspace
  let deployed: Workspace
  const opened: Workspace[] = []
  const copyOf = (space: Workspace) => {
    const copy = space.copy()
    opened.push(copy)
    return copy
  }

  beforeAll(async () => {
    fresh = await workspace(fleet(1))
    lasting = fresh
    opened.push(fresh)
    settle(fresh)
    token = copyOf(fresh)
    token.declare(onlyToken)
    await works(token, "up", "--yes", "--skip-preview")
    token.declare(fleet(1))
    deployed = copyOf(token)
    await works(deployed, "up", "--yes", "--skip-preview")
  })
  afterAll(async () => {
    await Promise.all(programs.map((program) => program.end()))
    for (const space of opened) space.remove()
  })

  test("that writes its places for the first time", async () => {
    await everyMoment(token, 1, 1)
  })

  test("that rotates", async () => {
    const rotated = copyOf(deployed)
    rotated.declare(fleet(2))
    await everyMoment(rotated, 2, 3)
  })

  test("that heals", async () => {
    const spoilt = copyOf(deployed)
    spoil(spoilt)
    await everyMoment(spoilt, 1, 5)
  })

  test("that is the first one: while the Token is created, and before the places", async () => {
    const stacks = ".pulumi/stacks/engine"
    mkdirSync(join(fresh.backend, stacks), { recursive: true })
    const at = (event: number) => (space: Workspace) => ({ event, in: join(space.backend, stacks) })
    for (let event = 3, through = false; !through; event += thorough ? 1 : 41) {
      const victim: Victim = event % 2 ? "engine" : "both"
      through = !(await survives(fresh, victim, at(event))).killed
    }
  })

  test.each([1, 2])("at any time, %i", async () => {
    await survives(fresh, "both", () => ({ milliseconds: 300 + Math.random() * 2_500 }))
  })

  test("repeatedly: each `up` is interrupted a little later than the previous one", async () => {
    const space = copyOf(token)
    for (let event = 2, killed = true; killed; event += 9) {
      killed = (await cutOff(space, event % 2 ? "provider" : "engine", { event, in: space.home })).killed
    }
    await finishes(space)
  })
})

/** Kills at one change of a file after the other, until the `up` is through before its turn has come. */
async function everyMoment(fixture: Workspace, generation: number, first: number): Promise<void> {
  const value = tokenOf(fixture, generation)
  let event = first - stride
  let turn = 0
  let through = false
  const worker = async () => {
    while (!through) {
      event += stride
      const moment = event
      for (const victim of thorough ? victims : [victims[turn++ % 3] as Victim]) {
        const { killed } = await survives(fixture, victim, ({ home }) => ({ event: moment, in: home }), value)
        through ||= !killed
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  expect(event, "moments").toBeGreaterThan(20)
}

/** One `up` of a copy of the stack is killed; then the fleet is as if nothing had happened. */
async function survives(
  fixture: Workspace,
  victim: Victim,
  moment: (space: Workspace) => Moment,
  value?: string,
): Promise<Killing> {
  const space = fixture.copy()
  try {
    const when = moment(space)
    const killing = await cutOff(space, victim, when)
    await finishes(space, value, `${victim} killed at ${JSON.stringify(when)}: ${killing.events.join(", ")}`)
    return killing
  } finally {
    await endLeftBehind(space.folder)
    space.remove()
  }
}

async function cutOff(space: Workspace, victim: Victim, moment: Moment): Promise<Killing> {
  const killing = await killDuring(space, ["up", "--yes", "--skip-preview"], victim, moment)
  if (!killing.killed) expect(killing.code, killing.output).toBe(0)
  expect(await haveEnded(killing.providers, patience), "the provider ends").toBe(true)
  const left = look(space)
  await endLeftBehind(space.folder)
  mendBackend(space)
  if (isLocked(space)) await works(space, "cancel", "--yes")
  expect(look(space), "a write after the end").toEqual(left)
  return killing
}

/** The next `up` knows every place, completes them, and leaves nothing behind. */
async function finishes(space: Workspace, value?: string, when?: string): Promise<void> {
  const up = await works(space, "up", "--yes", "--skip-preview")
  expect(up, when).not.toMatch(/another token|does not know/)
  const token = value ?? tokenOf(space, 1)
  expect(
    held(space).map((each) => each === token),
    when,
  ).toEqual([true, true, true, true])
  expect(names(space), when).toEqual([".env", "agent.plist", "openclaw.json"])
  const preview = await works(space, "preview", "--expect-no-changes")
  expect(preview, when).not.toMatch(/Diagnostics:/)
}

/** The value of a generation: of one that is kept, or of the one that the next rotation promotes. */
function tokenOf(space: Workspace, generation: number): string {
  const { kept, next } = generationsIn(space.state())
  return kept.find((each) => each.generation === generation)?.value ?? next
}

async function works(space: Workspace, ...args: string[]): Promise<string> {
  const program =
    programs.pop() ?? inlineProgram(join(lasting.project, "index.ts"), { cwd: lasting.project, env: lasting.env })
  const { code, output } = await space.run(...args, ...(await program.wordsFor(args[0])))
  programs.push(program)
  expect(code, `pulumi ${args[0]}: ${output}`).toBe(0)
  return output
}

/**
 * Pulumi's file backend writes the attributes beside a checkpoint without care: a kill -9 in that moment leaves an empty
 * file, and "failed to load checkpoint: EOF" until it is removed. Nothing of the state is in it.
 */
function mendBackend({ backend }: Workspace): void {
  const stacks = join(backend, ".pulumi/stacks/engine")
  for (const name of readdirSync(stacks).filter((name) => name.endsWith(".attrs"))) {
    if (statSync(join(stacks, name)).size === 0) rmSync(join(stacks, name))
  }
}

function isLocked({ backend }: Workspace): boolean {
  const locks = join(backend, ".pulumi/locks")
  try {
    return (readdirSync(locks, { recursive: true }) as string[]).some((name) => name.endsWith(".json"))
  } catch {
    return false
  }
}
