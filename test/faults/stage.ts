import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { type Managed, type ManagedType, managed } from "../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../support/engine/plugin.ts"
import type { Raw } from "../support/engine/wire.ts"
import type { Operation, Scene, Stage, World } from "./scene.ts"

/** What is foreign in each folder, and has to stay. */
const foreign = ["foreign", "not gatekey's\n"] as const
let stages = 0

/** Makes a folder of its own with these files. @param mode others can change one of 0777, so that a host's sh works there */
export function layFolder(files: Readonly<Record<string, string>>, mode = 0o700, at?: string) {
  const top = at ?? mkdtempSync(join(tmpdir(), "gatekey-scene-"))
  const folder = join(top, "own")
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true, mode: 0o700 })
    writeFileSync(join(folder, name), text, { mode: 0o600 })
  }
  writeFileSync(join(folder, foreign[0]), foreign[1], { mode: 0o640 })
  chmodSync(folder, mode)
  return { folder, remove: () => rmSync(top, { recursive: true, force: true }) }
}

/** Makes a resource that is as the operation finds it. @param before its inputs until then; not for a creation */
export async function makeResource(
  { healer }: World,
  type: ManagedType,
  operation: Operation,
  before: Raw,
): Promise<Managed> {
  const one = managed(healer, type, `scene ${++stages}`)
  if (operation !== "create") await one.up(before)
  return one
}

/** Performs the operation of a scene by a plugin that faults are injected into. @param inputs as it checked them */
export async function act({ operation }: Scene, { one }: Stage, plugin: Plugin, inputs: Raw): Promise<void> {
  const { id, outputs, inputs: oldInputs } = one.state ?? { id: "", outputs: {}, inputs: {} }
  if (operation === "create") await plugin.create(one.urn, inputs)
  else if (operation === "update") await plugin.update(one.urn, id, { olds: outputs, oldInputs, news: inputs })
  else await plugin.delete(one.urn, id, outputs, oldInputs)
}

/** Does what one `pulumi up` does after a fault. @returns the step that a preview then plans */
export async function heal(scene: Scene, { one, news }: Stage, world: World): Promise<string> {
  if (scene.operation === "delete") {
    await inRun(one, world, async (own, plugin) => own.destroy(plugin), [])
    return "same"
  }
  // What is elsewhere is looked at once in a run.
  if (scene.needs === undefined) {
    await one.up(news)
    return (await one.preview(news)).step
  }
  await inRun(one, world, (own) => own.up(news))
  return inRun(one, world, async (own) => (await own.preview(news)).step)
}

/** Does something to a resource in a run of its own, which has read what the resource needs. */
export async function inRun<Result>(
  one: Managed,
  { token, authority }: World,
  work: (own: Managed, plugin: Plugin) => Promise<Result>,
  needs: readonly Managed[] = [token, authority],
): Promise<Result> {
  const plugin = await startPlugin()
  try {
    for (const { urn, state } of needs) if (state) await plugin.read(urn, state.id, state.inputs, state.outputs)
    const own = managed(plugin, one.type, one.name)
    own.state = one.state
    const result = await work(own, plugin)
    one.state = own.state
    return result
  } finally {
    await plugin.stop()
  }
}

/** Returns all files of a stage by their names in it; where they name its folder, each stage has the same text. */
export function filesOf({ folder, seenAs = folder, ignores }: Stage): ReadonlyMap<string, string> {
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : []
  return new Map(
    names
      .filter((each) => each.isFile() && !ignores?.test(each.name))
      .map((each) => join(each.parentPath, each.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, "latin1").replaceAll(seenAs, "~")]),
  )
}
