import { createHash } from "node:crypto"
import { lstatSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import type { Scene, Stage, World } from "../faults/scene.ts"
import { scenes } from "../faults/scenes/index.ts"
import { inRun } from "../faults/stage.ts"
import { openWorld } from "../faults/world.ts"
import type { Managed, Step } from "../support/engine/managed.ts"
import { noSshHosts } from "../support/hosts/ssh-farm.ts"

/** Formats that share all but their editing, which `test/places` has the laws of. */
const alike = /dotenv|shell|environment-file|systemd|compose|json5 over ssh|file by a host's sh|faults there/
const subjects = scenes.filter(({ name, operation }) => operation === "create" && !alike.test(name))

/** Which key it had is in its state alone: without it the key is made again. */
const makesKeys = /^Certificate/

/** What holds for every resource, whatever its type: each command is a run of its own, as the engine's are. */
describe.skipIf(noSshHosts)("every resource type", () => {
  let world: World
  let close: () => Promise<void>
  beforeAll(async () => {
    ;({ world, close } = await openWorld(scenes))
  })
  afterAll(() => close?.())

  test.each(subjects)("$name", async (scene) => {
    const stage = await laid(scene)
    const { one, news } = stage
    const run = <Result>(work: (own: Managed) => Promise<Result>) => inRun(one, world, work)
    const preview = () => run(async (own) => (await own.preview(news)).step)
    const up = () => run((own) => own.up(news))

    const before = look(stage)
    expect(await preview(), "a preview plans it").toBe("create" satisfies Step)
    expect(look(stage), "a preview writes nothing").toEqual(before)

    await up()
    const after = look(stage)
    expect(await preview(), "what was done is done").toBe("same" satisfies Step)
    const again = run(async (own) => [await own.up(news), await own.refresh()])
    expect(await again, "a second `up` does nothing").toEqual(["same", undefined])
    expect(look(stage), "what is right is not written again").toEqual(after)

    const known = one.state
    one.state = undefined
    await up()
    if (!makesKeys.test(scene.name))
      expect(contents(look(stage)), "a run without its state finds what is there").toEqual(contents(after))
    expect(await preview()).toBe("same" satisfies Step)
    expect(Object.keys(one.state ?? {}), "and knows as much").toEqual(Object.keys(known ?? {}))

    const state = one.state
    await run((own) => own.destroy())
    const destroyed = look(stage)
    one.state = state
    await run((own) => own.destroy())
    expect(contents(look(stage)), "what is gone is not missed").toEqual(contents(destroyed))
  })

  async function laid(scene: Scene): Promise<Stage> {
    const stage = await scene.prepare(world)
    onTestFinished(() => stage.remove())
    return stage
  }

  /** All of a stage's files as they lie there, and how often its vault was written to. */
  function look({ folder, ignores }: Stage): readonly string[] {
    const names = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => !ignores?.test(name))
    const files = names.sort().map((name) => {
      const { ino, mtimeNs, ctimeNs, mode } = lstatSync(join(folder, name), { bigint: true })
      const isFile = lstatSync(join(folder, name)).isFile()
      const content = isFile
        ? createHash("sha256")
            .update(readFileSync(join(folder, name)))
            .digest("hex")
        : ""
      return `${name} ${content} ${mode.toString(8)} at ${ino} ${isFile ? `${mtimeNs} ${ctimeNs}` : ""}`
    })
    return [...files, `vault: ${world.vault().requests.filter((request) => !request.startsWith("GET ")).length}`]
  }
})

/** Without where and when they were written. */
function contents(look: readonly string[]): readonly string[] {
  return look.filter((line) => !line.startsWith("vault: ")).map((line) => line.replace(/ at \S+ \S* ?\S*$/, ""))
}
