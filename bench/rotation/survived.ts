import type { Ended } from "../command.ts"
import { isLocked, removeEmptyAttributes } from "./backend.ts"
import { knock } from "./client.ts"
import { type LiveFleet, tokenIn } from "./fleet.ts"
import type { Case } from "./points.ts"
import { longest, type Prober, type Try } from "./prober.ts"
import { type Scene, type Struck, struck } from "./strike.ts"

/** The fleet that is rotated, and interrupted, again and again. */
export interface Site {
  readonly fleet: LiveFleet
  readonly scene: Scene
  readonly backend: string
  /** All places of the token. */
  readonly files: readonly string[]
  /** Clients that connect all the time: a paired device, and one that reads the secret file at each connect. */
  readonly probers: { readonly device: Prober; readonly file: Prober }
}

export interface Survived {
  /** Whether the point was reached. */
  readonly reached: boolean
  /** What happened. */
  readonly notes: readonly string[]
  /** What is not as it must be, after one more `up`. */
  readonly problems: readonly string[]
}

/** Interrupts one rotation, and runs the `up` after it. */
export async function survived(site: Site, each: Case): Promise<Survived> {
  const { fleet, scene, probers } = site
  const old = fleet.token()
  const before = { device: probers.device.tries.length, file: probers.file.tries.length }
  const cut = await struck(scene, each)
  removeEmptyAttributes(scene.states.folder)
  const locked = isLocked(site.backend)
  if (locked) await fleet.pulumi("cancel", "--yes")
  const problems = [
    ...(await problem("the next up", () => fleet.pulumi("up", "--yes"))),
    ...(await problem("the node", () => fleet.ready())),
    ...(await differences(site, old)),
    ...(await problem("the preview after it", () => unchanged(fleet))),
  ]
  const device = probers.device.tries.slice(before.device)
  const file = probers.file.tries.slice(before.file)
  const refused = longest(device, isRefused)
  if (refused > 0) problems.push(`the paired device was refused for ${Math.round(refused)} ms`)
  return { reached: cut.killed !== undefined, notes: notesOf(cut, locked, device, file), problems }
}

function notesOf({ killed, worked, outlived }: Struck, locked: boolean, device: readonly Try[], file: readonly Try[]) {
  const away = longest(device, ({ verdict }) => verdict === "unavailable")
  const refused = longest(file, isRefused)
  return [
    killed === undefined ? "not reached" : `${killed} killed`,
    `its up ${worked ? "worked" : "failed"}`,
    ...(outlived > 0 ? [`the provider went on for ${outlived} ms`] : []),
    ...(locked ? ["a lock was left"] : []),
    ...(away > 0 ? [`the gateway was away for ${Math.round(away)} ms`] : []),
    ...(refused > 0 ? [`the file's reader was refused for ${Math.round(refused)} ms`] : []),
  ]
}

/** Compares all places, and what the gateway answers to their tokens, and to the previous ones. */
async function differences({ fleet, files }: Site, old: string): Promise<string[]> {
  const token = fleet.token()
  const [accepts, refuses] = [await verdict(fleet, token), await verdict(fleet, old)]
  return [
    ...(files.every((file) => tokenIn(file) === token) ? [] : ["the places differ"]),
    ...(token === old ? ["the places hold the old token"] : []),
    ...(accepts === "accepted" ? [] : [`what the places hold is ${accepts}`]),
    ...(refuses === "refused" || token === old ? [] : [`what they held is ${refuses}`]),
  ]
}

async function verdict({ port }: LiveFleet, token: string): Promise<Try["verdict"]> {
  const { session, verdict } = await knock(port, { token })
  session?.close()
  return verdict
}

async function unchanged(fleet: LiveFleet): Promise<Ended> {
  const ended = await fleet.pulumi("preview", "--expect-no-changes")
  if (ended.stdout.includes("Diagnostics:")) throw new Error(ended.stdout)
  return ended
}

async function problem(what: string, work: () => Promise<unknown>): Promise<string[]> {
  try {
    await work()
    return []
  } catch (error) {
    return [`${what}: ${error instanceof Error ? error.message : error}`]
  }
}

function isRefused({ verdict }: Try): boolean {
  return verdict === "refused"
}
