import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { noSshHosts, type SshHost, startFarm } from "../../test/support/hosts/ssh-farm.ts"
import { atEnd } from "../ending.ts"
import { statesIn } from "./backend.ts"
import { type LiveFleet, startFleet } from "./fleet.ts"
import { paired } from "./openclaw.ts"
import { casesOf, describePoint, type Point, phases } from "./points.ts"
import { prober } from "./prober.ts"
import { type Scene, struck } from "./strike.ts"
import { type Site, survived } from "./survived.ts"

export interface InterruptedFigures {
  readonly cases: number
  readonly failures: number
}

/** Kills rotations, each at another point; after one more `up` the fleet must be whole. */
export async function benchInterrupted(folder: string, most: number): Promise<{ interrupted: InterruptedFigures }> {
  if (noSshHosts) throw new Error(`no host can be made here: ${noSshHosts}`)
  const farm = await startFarm(1)
  atEnd(() => farm.stop())
  const far = farm.host(1)
  const fleet = await startFleet({
    ...{ folder, product: "openclaw", nodes: 1, bind: "lan" },
    more: (port) => ({ far: farNode(far, port) }),
    environment: { GATEKEY_SSH_CONFIG: farm.config },
  })
  const states = statesIn(folder, "gatekey")
  const scene: Scene = {
    command: ["pulumi", "up", "--yes", "--skip-preview"],
    cwd: fleet.project.directory,
    env: { ...fleet.project.environment, PULUMI_STACK: fleet.project.stack },
    states: { folder: states, name: `${fleet.project.stack}.json` },
    port: fleet.port,
    gateway: fleet.gateway,
    sshConfig: farm.config,
  }
  const files = [fleet.file, ...[join(folder, "homes/n1"), far.home].map((home) => join(home, secretFile))]
  const site: Site = { fleet, scene, backend: folder, files, probers: await probers(fleet) }

  fleet.declare(2)
  const dry = await struck(scene)
  if (!dry.worked) throw new Error(dry.output)
  list(dry.points)
  const cases = casesOf(dry.points, most)
  let [run, failures, rotation] = [0, 0, 2]
  for (const each of cases) {
    fleet.declare(++rotation)
    const { reached, problems, notes } = await survived(site, each)
    if (reached) run++
    if (problems.length > 0) failures++
    console.log(
      `case ${rotation - 2} of ${cases.length}: ${each.victim} killed at ${describePoint(each.point)}: ${[...notes, ...problems].join("; ")}`,
    )
  }
  await Promise.all(Object.values(site.probers).map(({ stop }) => stop()))
  return { interrupted: { cases: run, failures } }
}

/** The device's client connects every 100 ms. */
const fileMilliseconds = 500
const secretFile = ".openclaw/gatekey/gateway-token"

/** Declares a node's places alone: no node runs there. */
function farNode({ name, address, home }: SshHost, port: number): object {
  const url = `ws://${address.replace(/\d+$/, "254")}:${port}`
  mkdirSync(join(home, ".openclaw"), { mode: 0o700 })
  const config = { gateway: { mode: "remote", remote: { url } } }
  writeFileSync(join(home, ".openclaw/openclaw.json"), JSON.stringify(config), { mode: 0o600 })
  return { host: `ssh://${name}`, manager: "process", service: "none", predecessor: false, stray: false }
}

/** Prints all points; every phase must occur. */
function list(points: readonly Point[]): void {
  for (const phase of phases) {
    const here = points.filter((point) => point.phase === phase)
    if (here.length === 0) throw new Error(`no ${phase} was seen in a whole rotation`)
    console.log(`${phase}: ${here.map(({ number, what }) => `${number} ${what}`).join(", ")}`)
  }
}

async function probers(fleet: LiveFleet): Promise<Site["probers"]> {
  const { device, deviceToken } = await paired(fleet)
  return {
    device: prober(fleet.port, () => ({ device, deviceToken })),
    file: prober(fleet.port, () => ({ token: fleet.token() }), fileMilliseconds),
  }
}
