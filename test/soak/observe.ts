import { createHash } from "node:crypto"
import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { knock } from "../../bench/rotation/client.ts"
import { readProcessStart } from "../../processes/process-start.ts"
import { copyFile } from "./drifts.ts"
import { type Fleet, notes, textOf } from "./fleet.ts"
import { foreignLines, homeOf, kindOf, secretKind, weak } from "./kinds.ts"
import type { Model, PlaceSnapshot, World } from "./model.ts"

const marker = ".local/state/gatekey/gatekey.dev.json"
const config = ".openclaw/openclaw.json"
/** How many of the newest generations are tried at the gateways, kept or not, beside those that are kept. */
const newest = 4

/** Reads everything, by other means than gatekey's. @param model names the places that there can be */
export async function observe(fleet: Fleet, model: Model, homes: readonly string[]): Promise<World> {
  const kept = fleet.learn()
  const places = Object.keys(model.foreign).map((name) => [name, observePlace(fleet, name)])
  const accepted = await Promise.all(model.gateways.map(async (name) => [name, await acceptedBy(fleet, name, kept)]))
  const markers = homes.map((home) => [home, markerIn(join(fleet.homeFolder(home), marker))])
  return {
    places: Object.fromEntries(places),
    accepted: Object.fromEntries(accepted),
    markers: Object.fromEntries(markers),
    kept,
    receipts: receiptsIn(fleet),
    changedFiles: homes.flatMap((home) => changedFiles(fleet, model, home)),
  }
}

function observePlace(fleet: Fleet, name: string): PlaceSnapshot {
  const kind = kindOf(name)
  const file = join(fleet.homeFolder(homeOf(name)), kind.path)
  const text = textOf(file)
  if (text === undefined) return { content: "nothing", isPrivate: true, foreign: [] }
  const isPrivate = (statSync(file).mode & 0o077) === 0
  const [, value] = kind.value.exec(text) ?? []
  const generation = [...fleet.values].find(([, each]) => each === value)?.[0]
  return {
    content: value === undefined ? "nothing" : (generation ?? "another"),
    isPrivate,
    foreign: foreignLines(kind, text),
  }
}

async function acceptedBy(fleet: Fleet, gateway: string, kept: readonly number[]): Promise<number[]> {
  const highest = Math.max(...fleet.values.keys())
  const tried = [...fleet.values].filter(([each]) => kept.includes(each) || each > highest - newest)
  const accepted: number[] = []
  for (const [generation, token] of [[0, weak] as const, ...tried.sort(([one], [other]) => one - other)]) {
    const { session } = await knock(fleet.ports[gateway] ?? 0, { token })
    session?.close()
    if (session) accepted.push(generation)
  }
  return accepted
}

function receiptsIn(fleet: Fleet): number {
  const receipt = fleet.stack.state().deployment.resources?.find(({ type }) => type === "gatekey:index:Receipt")
  return (receipt?.outputs?.receipts as readonly unknown[] | undefined)?.length ?? 0
}

function markerIn(file: string): World["markers"][string] {
  const text = textOf(file)
  if (text === undefined) return undefined
  const { generation, highest } = JSON.parse(text)
  return { generation, highest }
}

/** Lists what is in a home beside what is declared, if it is not as it was laid. */
function changedFiles(fleet: Fleet, model: Model, home: string): string[] {
  const folder = fleet.homeFolder(home)
  const changed = textOf(join(folder, notes)) === `notes of ${home}\n` ? [] : [`${home} ${notes}`]
  if (!textOf(join(folder, config))?.startsWith("// mine\n")) changed.push(`${home} ${config}`)
  if (model.gateways.includes(home)) return changed
  const places = Object.keys(model.foreign).filter((place) => homeOf(place) === home)
  const known = new Set([notes, config, marker, ...places.map((place) => kindOf(place).path)])
  const isEmptied = (name: string) => name === copyFile && textOf(join(folder, name)) === ""
  const others = filesIn(folder).filter((name) => !known.has(name) && !isEmptied(name))
  return [...changed, ...others.map((name) => `${home} ${name}`)]
}

/** Lists the files below a folder. */
export function filesIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => lstatSync(join(folder, name), { throwIfNoEntry: false })?.isFile())
    .sort()
}

/** Notes each file with inode, mode, time and content, and each gateway's process: what any write or restart would change. */
export async function snapshot(fleet: Fleet, homes: readonly string[]): Promise<Record<string, string>> {
  const all: Record<string, string> = {}
  for (const home of homes) {
    const folder = fleet.homeFolder(home)
    const isGateway = home in fleet.ports
    const names = isGateway ? [config, notes, secretKind.path, marker] : filesIn(folder)
    for (const name of names) all[`${home} ${name}`] = describeFile(join(folder, name))
    if (isGateway) {
      const pid = await fleet.gatewayProcess(home)
      all[`${home}'s process`] = `${pid} ${pid && (await readProcessStart(pid))}`
    }
  }
  return all
}

function describeFile(path: string): string {
  const { ino, mode, mtimeNs } = lstatSync(path, { bigint: true })
  return `${ino} ${mode} ${mtimeNs} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`
}
