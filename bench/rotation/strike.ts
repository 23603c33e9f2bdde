import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { formatControlFolder } from "../../hosts/ssh/control.ts"
import { readProcessStart } from "../../processes/process-start.ts"
import { run } from "../command.ts"
import type { Case, Point, Victim } from "./points.ts"
import { endNow, isProvider, lifetime, sshWith, treeOf } from "./tree.ts"

const pollMilliseconds = 5
/** From the engine's death to the end of its provider; what is longer is cut. */
const longestMilliseconds = 30_000
const hook = pathToFileURL(join(import.meta.dirname, "hook.ts")).href

/** A command of the engine that is cut off, and who is there to be hit. */
export interface Scene {
  readonly command: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** The file of the engine's state. */
  readonly states: { readonly folder: string; readonly name: string }
  /** The gateway's port. */
  readonly port: number
  readonly gateway: () => Promise<number | undefined>
  /** The ssh config that is used. */
  readonly sshConfig: string
}

export interface Struck {
  /** All that were passed, in their order. */
  readonly points: readonly Point[]
  /** How many processes were killed; undefined where the point was not reached. */
  readonly killed: number | undefined
  /** Whether the command came to a good end. */
  readonly worked: boolean
  readonly output: string
  /** Milliseconds for which the provider went on without its engine. */
  readonly outlived: number
}

/** Runs the command and kills at one point, or nothing, to list the points. */
export async function struck(scene: Scene, at?: Case): Promise<Struck> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-points-"))
  const checkpoints: Point[] = []
  let engine = 0
  let killed: number | undefined
  let aftermath = Promise.resolve(0)
  const strike = async (stopped?: number) => {
    if (!at || killed !== undefined) return
    killed = 0
    const tree = treeOf(engine)
    const targets = await targetsOf(at.victim, scene, { engine, tree, stopped })
    for (const pid of targets) endNow(pid)
    killed = targets.length
    writeFileSync(join(folder, "go"), "")
    if (at.victim === "engine") aftermath = afterEngine(tree)
  }
  const polling = setInterval(() => {
    const stopped = join(folder, "stopped")
    if (killed === undefined && existsSync(stopped)) void strike(Number(readFileSync(stopped, "utf8")))
  }, pollMilliseconds)
  const states = watch(scene.states.folder, (kind, name) => {
    if (kind !== "rename" || name !== scene.states.name) return
    const number = checkpoints.length + 1
    checkpoints.push({ phase: "checkpoint", number, what: "the state is replaced" })
    if (at?.point.phase === "checkpoint" && at.point.number === number) void strike()
  })
  try {
    const options = { cwd: scene.cwd, env: hooked(scene, folder, at), watch: (pid: number) => noting(pid) }
    const ended = await run(scene.command, options).then(
      ({ stdout }) => ({ worked: true, output: stdout }),
      (error: Error) => ({ worked: false, output: error.message }),
    )
    return { points: [...pointsIn(folder), ...checkpoints], killed, outlived: await aftermath, ...ended }
  } finally {
    clearInterval(polling)
    states.close()
    rmSync(folder, { recursive: true, force: true })
  }

  function noting(pid: number): () => void {
    engine = pid
    return () => {}
  }
}

function hooked({ env, port }: Scene, folder: string, at: Case | undefined): NodeJS.ProcessEnv {
  const { phase, number } = at?.point ?? {}
  return {
    ...env,
    NODE_OPTIONS: `--import=${hook}`,
    ...{ BENCH_POINTS: folder, BENCH_AT: `${phase} ${number}`, BENCH_PORT: String(port) },
  }
}

interface Moment {
  readonly engine: number
  readonly tree: readonly number[]
  /** The provider that waits at the point. */
  readonly stopped: number | undefined
}

async function targetsOf(victim: Victim, scene: Scene, { engine, tree, stopped }: Moment): Promise<number[]> {
  switch (victim) {
    case "engine":
      return [engine]
    case "provider":
      return stopped === undefined ? tree.filter(isProvider) : [stopped]
    case "ssh":
      return sshWith([scene.sshConfig, formatControlFolder(engine, await readProcessStart(engine))])
    case "gateway": {
      const pid = await scene.gateway()
      return pid === undefined ? [] : [pid]
    }
  }
}

/** Ends what a killed engine leaves behind: its provider ends by itself, the program and its host do not. */
async function afterEngine(tree: readonly number[]): Promise<number> {
  const outlived = await lifetime(tree.filter(isProvider), longestMilliseconds)
  for (const pid of tree) endNow(pid)
  return outlived
}

function pointsIn(folder: string): Point[] {
  const file = join(folder, "points")
  if (!existsSync(file)) return []
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean)
  return lines.map((line) => JSON.parse(line))
}
