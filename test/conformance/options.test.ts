import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import { describeEngine } from "../support/engine/engine.ts"
import { type FleetStack, fleetStack } from "../support/fleets/fleet-stack.ts"
import { freePort } from "../support/products/listener.ts"

const secretFile = ".openclaw/gatekey/gateway-token"
const drifted = "0".repeat(64)

/** What the engine's options for a part of the resources, an order or a plan leave of a fleet. */
describeEngine("the engine's options", () => {
  let stack: FleetStack
  let homes: readonly string[]
  let port: number
  let rotation = 1
  beforeAll(async () => {
    stack = await fleetStack()
    homes = ["studio", "tw"].map((name) => join(stack.folder, name))
    for (const home of homes) mkdirSync(home)
    port = await freePort()
    declare()
    await says(0, "up", "--yes", "--skip-preview")
  })
  afterAll(() => stack?.remove())
  beforeEach(async () => {
    await says(0, "preview", "--expect-no-changes")
  })

  function declare(): void {
    const [studio, tw] = homes
    const common = { host: "local", manager: "process", service: "none", predecessor: false }
    stack.declare({
      token: { rotation, protect: false },
      gateways: { studio: { ...common, home: studio, port } },
      nodes: { tw: { ...common, home: tw, stray: false } },
    })
  }
  async function says(expected: number, ...words: string[]): Promise<string> {
    const { code, output } = await stack.pulumi(...words)
    expect(code, output).toBe(expected)
    return output
  }
  const at = (home: string | undefined) => join(String(home), secretFile)
  const held = () => homes.map((home) => readFileSync(at(home), "utf8").trim())
  const drift = () => {
    for (const home of homes) writeFileSync(at(home), drifted)
  }
  const urnOf = (name: string) =>
    String(stack.state().deployment.resources?.find(({ urn }) => urn.endsWith(`::${name}`))?.urn)
  const heals = async (...words: string[]) => {
    await says(0, "up", "--yes", "--skip-preview", ...words)
    await says(0, "preview", "--expect-no-changes")
    expect(new Set(held())).toHaveLength(1)
    expect(held()[0]).not.toBe(drifted)
  }

  test.each(["1", "4", "64"])("a rotation with --parallel %s", async (parallel) => {
    const before = held()[0]
    rotation++
    declare()
    await heals("--parallel", parallel)
    expect(held()[0]).not.toBe(before)
  })

  test("--target repairs that place alone, and the next up the others", async () => {
    drift()
    await says(0, "up", "--yes", "--skip-preview", "--target", urnOf("tw secret file"))
    expect(held().map((value) => value === drifted)).toEqual([true, false])
    await heals()
  })

  test("--exclude leaves that place alone, and the next up repairs it", async () => {
    drift()
    await says(0, "up", "--yes", "--skip-preview", "--exclude", urnOf("tw secret file"))
    expect(held().map((value) => value === drifted)).toEqual([false, true])
    await heals()
  })

  test("--refresh, and a refresh of its own, see a drift, and write nothing but the state", async () => {
    drift()
    await heals("--refresh")
    drift()
    await says(0, "refresh", "--yes", "--skip-preview")
    expect(held()).toEqual([drifted, drifted])
    await heals()
  })

  test("a saved plan is what is done; where a place has changed since, no file is torn, and the next up repairs all", async () => {
    const plan = join(stack.folder, "plan.json")
    rotation++
    declare()
    await says(0, "preview", "--save-plan", plan)
    await heals("--plan", plan)

    drift()
    await says(0, "preview", "--save-plan", plan)
    rmSync(at(homes[1]))
    await stack.pulumi("up", "--yes", "--skip-preview", "--plan", plan)
    for (const home of homes) expect([drifted, undefined, held()[0]]).toContain(heldAt(home))
    await heals()
  })

  function heldAt(home: string): string | undefined {
    try {
      return readFileSync(at(home), "utf8").trim()
    } catch {
      return undefined
    }
  }
})
