import { readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { statesIn } from "../../bench/rotation/backend.ts"
import { argumentsOf, listed, read } from "../support/hosts/processes.ts"
import type { Fleet } from "./fleet.ts"
import { filesIn } from "./observe.ts"

/** What must not grow, however long the fleet is changed. */
export interface Sizes {
  /** Of the gateway that has the most. */
  readonly descriptors: number
  readonly megabytes: number
  /** Of the whole fleet: sshd, gateways and their supervisors, and whatever was left behind. */
  readonly processes: number
  /** To the gateways' ports. */
  readonly connections: number
  /** Files in temporary folders. */
  readonly temporary: number
  /** Files in the hosts' homes, above those that are declared. */
  readonly files: number
  /** Of the state, for each resource that it has; without the receipts, of which it keeps 20. */
  readonly stateBytes: number
}

/** By how much each may be more at the end than after the first tenth, and why it may be more at all. */
export const limits: { readonly [size in keyof Sizes]: { readonly most: number; readonly why: string } } = {
  descriptors: { most: 16, why: "a gateway opens its databases and logs when it first needs them" },
  megabytes: { most: 500, why: "its heap is collected late: it has 24 GB to its disposal here" },
  processes: { most: 0, why: "each command ends with all that it started" },
  connections: { most: 0, why: "each look at a gateway ends with its connection" },
  temporary: { most: 0, why: "whatever is written aside is removed, by the next run at the latest" },
  files: { most: 0, why: "a place is one file, and a home has one marker" },
  stateBytes: {
    most: 200,
    why: "three generations are kept, and verifiers of 20 that are forgotten, however many there were",
  },
}

/** How long what a command leaves may take to end by itself, such as the other end of a connection over ssh. */
const looks = 10

/** Measures a fleet at rest: no command runs, no client connects. Of what ends by itself the least that is seen counts. */
export async function measure(fleet: Fleet, homes: readonly string[]): Promise<Sizes> {
  let least = await look(fleet, homes)
  for (let left = looks; left > 0; left--) {
    await pause(1_000)
    const { processes, connections, ...others } = await look(fleet, homes)
    least = {
      ...others,
      processes: Math.min(processes, least.processes),
      connections: Math.min(connections, least.connections),
    }
  }
  return least
}

async function look(fleet: Fleet, homes: readonly string[]): Promise<Sizes> {
  const gateways = await Promise.all(Object.keys(fleet.ports).map((name) => fleet.gatewayProcess(name)))
  const pids = gateways.filter((pid) => pid !== undefined)
  const ports = Object.values(fleet.ports)
  return {
    descriptors: Math.max(...pids.map((pid) => listed(`/proc/${pid}/fd`).length)),
    megabytes: Math.round(Math.max(...pids.map(residentKilobytes)) / 1024),
    processes: processesOf(fleet).length,
    connections: ports.reduce((sum, port) => sum + connectionsTo(port), 0),
    temporary: filesIn(join(fleet.folder, "tmp")).length,
    files: homes.filter((home) => !(home in fleet.ports)).reduce((sum, home) => sum + strangers(fleet, home), 0),
    stateBytes: stateBytes(fleet),
  }
}

/** Describes what grew beyond its limit. */
export function growths(before: Sizes, after: Sizes): string[] {
  return (Object.keys(limits) as (keyof Sizes)[]).flatMap((size) => {
    const { most, why } = limits[size]
    const more = after[size] - before[size]
    if (more <= most) return []
    return [`${size} grew from ${before[size]} to ${after[size]}, expected ${most} more at most, as ${why}`]
  })
}

/** The processes that name a folder of the fleet in their arguments or their environment, but for this one. */
function processesOf(fleet: Fleet): number[] {
  const folders = [fleet.folder, fleet.stack.folder, fleet.farm.folder]
  return listed("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .filter((pid) => {
      const text = `${argumentsOf(pid)} ${read(`/proc/${pid}/environ`)}`
      return folders.some((folder) => text.includes(folder))
    })
}

function stateBytes(fleet: Fleet): number {
  const file = join(statesIn(join(fleet.stack.folder, "backend"), "gatekey"), "dev.json")
  const { resources } = JSON.parse(readFileSync(file, "utf8")).checkpoint.latest as {
    resources: { outputs?: object }[]
  }
  const sizes = resources.map((each) => JSON.stringify({ ...each, outputs: { ...each.outputs, receipts: [] } }).length)
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / sizes.length)
}

function residentKilobytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0)
}

/** Counts the connections that are established, at the gateway's end. */
function connectionsTo(port: number): number {
  const end = `:${port.toString(16).toUpperCase().padStart(4, "0")}`
  return ["tcp", "tcp6"]
    .flatMap((name) => read(`/proc/net/${name}`).split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(end) && state === "01").length
}

function strangers(fleet: Fleet, home: string): number {
  return filesIn(fleet.homeFolder(home)).filter((name) => /\.gatekey-|\.lock$|\.\d+$/.test(name)).length
}
