import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { isLocked, removeEmptyAttributes, statesIn } from "../../bench/rotation/backend.ts"
import type { Phase } from "../../bench/rotation/points.ts"
import { type Scene, type Struck, struck } from "../../bench/rotation/strike.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { type Workspace, workspace } from "../support/engine/workspace.ts"
import { fleet, held, settle } from "../support/fleets/restart-fleet.ts"

describeEngine("the points at which a rotation is interrupted", () => {
  let space: Workspace
  let rotation = 1

  beforeAll(async () => {
    space = await workspace(fleet(1))
    settle(space)
    expect((await space.run("up", "--yes", "--skip-preview")).code).toBe(0)
  })
  afterAll(() => space?.remove())

  /** The next rotation, cut off at a point of the phase; then one more `up`. */
  async function interrupted(phase?: Phase, number = 1, victim: "engine" | "provider" = "engine"): Promise<Struck> {
    space.declare(fleet(++rotation))
    const scene: Scene = {
      command: ["pulumi", "--non-interactive", "up", "--yes", "--skip-preview"],
      ...{ cwd: space.project, env: space.env, port: 1, sshConfig: join(space.folder, "none") },
      states: { folder: statesIn(space.backend, "engine"), name: "dev.json" },
      gateway: async () => undefined,
    }
    const before = held(space)
    const cut = await struck(scene, phase && { point: { phase, number, what: "" }, victim })
    if (!phase) return cut
    expect([cut.killed, cut.worked], cut.output).toEqual([1, false])
    removeEmptyAttributes(scene.states.folder)
    if (isLocked(space.backend)) await space.run("cancel", "--yes")
    const up = await space.run("up", "--yes")
    expect(up.code, up.output).toBe(0)
    const [token, ...others] = held(space)
    expect(others).toEqual([token, token, token])
    expect(before).not.toContain(token)
    return cut
  }

  test("are found in a whole rotation, and at each of them who is to be killed is", async () => {
    const { worked, output, points } = await interrupted()
    expect(worked, output).toBe(true)
    const seen = (phase: Phase) => points.filter((point) => point.phase === phase).length
    expect([seen("write"), seen("rename")].every((count) => count >= 6)).toBe(true)
    expect(seen("checkpoint")).toBeGreaterThan(6)
    await interrupted("rename", 2, "engine")
    await interrupted("write", 3, "provider")
    await interrupted("checkpoint", 4, "engine")
    expect(readFileSync(space.at(".env"), "utf8")).toContain("# mine")
  })
})
