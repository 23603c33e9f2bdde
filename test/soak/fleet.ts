import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { atEnd } from "../../bench/ending.ts"
import { living, stopMembers } from "../../bench/rotation/members.ts"
import { waitUntil } from "../../core/until.ts"
import { startedIn } from "../support/engine/kill.ts"
import { endIdleHosts } from "../support/engine/program-hosts.ts"
import { generationsIn } from "../support/engine/state.ts"
import { type FleetStack, fleetStack } from "../support/fleets/fleet-stack.ts"
import { endNow, read } from "../support/hosts/processes.ts"
import { type Farm, type SshHost, startFarm } from "../support/hosts/ssh-farm.ts"
import { commandOf, environmentOf, shareCompiled } from "../support/products/gateway.ts"
import { freePort } from "../support/products/listener.ts"
import { foreignLines, homeOf, kindOf, kindsOf, secretKind } from "./kinds.ts"
import type { Model } from "./model.ts"

/** The real fleet: gateways on this host, nodes' places on hosts behind real sshd. */
export interface Fleet {
  /** All that is outside of the hosts: gateways' homes, temporary files, the user's home. */
  readonly folder: string
  readonly farm: Farm
  readonly stack: FleetStack
  /** By the gateways' names. */
  readonly ports: Readonly<Record<string, number>>
  /** The token of each generation that ever was. */
  readonly values: Map<number, string>
  homeFolder(home: string): string
  host(home: string): SshHost
  declare(model: Model): void
  pulumi(...args: string[]): Promise<{ readonly code: number | null; readonly output: string }>
  /** Notes the tokens of all generations that are kept, and returns their numbers. @throws Error if a number names another token */
  learn(): number[]
  gatewayProcess(name: string): Promise<number | undefined>
  /** Ends what a killed engine left behind, but for connections, which must end by themselves. */
  endLeftBehind(): void
}

export const notes = "Documents/notes.txt"
const patienceMilliseconds = 300_000
const gatewayNames = ["studio", "annex"]
const keep = 3

/** Starts the hosts and lays their files; nothing is deployed yet. @param hosts this one included */
export async function startFleet(hosts: number, gateways: number): Promise<{ fleet: Fleet; model: Model }> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-soak-"))
  atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
  for (const each of ["home", "tmp", "homes"]) mkdirSync(join(folder, each))
  const farm = await startFarm(hosts - 1)
  atEnd(() => farm.stop())
  const stack = await fleetStack({
    ...{ HOME: join(folder, "home"), TMPDIR: join(folder, "tmp") },
    ...{ GATEKEY_SSH_CONFIG: farm.config, GATEKEY_SSH_CONNECT_TIMEOUT: "60s" },
  })
  atEnd(async () => {
    await stack.remove()
    await endIdleHosts()
  })
  atEnd(() => stopMembers(join(folder, "homes")))
  const names = gatewayNames.slice(0, gateways)
  const ports: Record<string, number> = {}
  for (const name of names) ports[name] = await freePort()
  const nodes = farm.hosts.map((_, at) => `n${at + 1}`)
  const fleet = fleetOn(folder, farm, stack, ports)
  for (const name of names) layGateway(fleet, name)
  const foreign: Record<string, readonly string[]> = Object.fromEntries(names.map((name) => [`${name} secret`, []]))
  for (const [at, name] of nodes.entries()) {
    layNode(fleet, name)
    foreign[`${name} secret`] = []
    for (const kind of kindsOf(at)) foreign[`${name} ${kind.name}`] = layPlace(fleet, `${name} ${kind.name}`)
  }
  const first = { generation: 1, previous: undefined, highest: 1, keep, kept: [1] }
  return {
    fleet,
    model: { ...first, gateways: names, homes: [...names, ...nodes], places: Object.keys(foreign), foreign },
  }
}

/** Lays the file of a place as its user has it. @returns the user's lines */
export function layPlace(fleet: Fleet, place: string): string[] {
  const kind = kindOf(place)
  const file = join(fleet.homeFolder(homeOf(place)), kind.path)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  if (kind.start !== "") writeFileSync(file, kind.start, { mode: 0o600 })
  return foreignLines(kind, kind.start)
}

function layNode(fleet: Fleet, name: string): void {
  const url = `ws://${fleet.host(name).address.replace(/\d+$/, "254")}:${fleet.ports.studio}`
  layFile(
    fleet,
    name,
    ".openclaw/openclaw.json",
    `// mine\n{ gateway: { mode: "remote", remote: { url: "${url}" } } }\n`,
  )
  layFile(fleet, name, notes, `notes of ${name}\n`)
}

function layGateway(fleet: Fleet, name: string): void {
  const gateway = { mode: "local", port: fleet.ports[name], bind: "lan", controlUi: { enabled: false } }
  layFile(fleet, name, ".openclaw/openclaw.json", `// mine\n${JSON.stringify({ gateway })}\n`)
  layFile(fleet, name, notes, `notes of ${name}\n`)
  shareCompiled(fleet.homeFolder(name))
}

function layFile(fleet: Fleet, home: string, name: string, text: string): void {
  const file = join(fleet.homeFolder(home), name)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(file, text, { mode: 0o600 })
}

function fleetOn(folder: string, farm: Farm, stack: FleetStack, ports: Readonly<Record<string, number>>): Fleet {
  const isGateway = (name: string) => name in ports
  const fleet: Fleet = {
    ...{ folder, farm, stack, ports, values: new Map<number, string>() },
    host: (home) => farm.host(Number(home.slice(1))),
    homeFolder: (home) => (isGateway(home) ? join(folder, "homes", home) : fleet.host(home).home),
    declare(model) {
      const gateways = model.homes.filter(isGateway).map((name) => [name, gatewayOf(fleet, name)])
      const nodes = model.homes.filter((name) => !isGateway(name)).map((name) => [name, nodeOf(model, name)])
      stack.declare({
        token: { rotation: model.generation, keep: model.keep, protect: false },
        gateways: Object.fromEntries(gateways),
        nodes: Object.fromEntries(nodes),
      })
    },
    pulumi: (...args) => stack.pulumi(...args),
    learn() {
      const { kept, forgotten, next } = generationsIn(stack.state())
      for (const { generation, value } of kept) {
        const known = fleet.values.get(generation)
        if (known !== undefined && known !== value) throw new Error(`generation ${generation} is another token now`)
        fleet.values.set(generation, value)
      }
      const highest = Math.max(...[...kept, ...forgotten].map(({ generation }) => generation))
      fleet.values.set(highest + 1, next)
      return kept.map(({ generation }) => generation)
    },
    gatewayProcess: (name) => living(join(fleet.homeFolder(name), ".local/state/gatekey/openclaw-gateway.child")),
    endLeftBehind() {
      for (const pid of startedIn(stack.folder)) {
        const words = read(`/proc/${pid}/cmdline`)
        if (read(`/proc/${pid}/environ`).includes("PULUMI_HOME=") && /^[^\0]*(?:node|pulumi)/.test(words)) endNow(pid)
      }
    },
  }
  return fleet
}

function gatewayOf(fleet: Fleet, name: string): object {
  const home = fleet.homeFolder(name)
  const environment = { ...environmentOf("openclaw", home), NODE_OPTIONS: "--disable-warning=ExperimentalWarning" }
  return {
    ...{ host: "local", home, port: fleet.ports[name], manager: "process", predecessor: false, guarded: true },
    program: { command: commandOf("openclaw", "gateway", "run"), environment, restartDelay: 1 },
  }
}

function nodeOf(model: Model, name: string): object {
  const places = model.places.filter((place) => homeOf(place) === name && kindOf(place) !== secretKind)
  return {
    ...{ host: `ssh://${name}`, manager: "process", service: "none", predecessor: false, stray: false },
    gateway: "studio",
    places: places.map((place) => {
      const { name, path, locator, format } = kindOf(place)
      return { name, path: `~/${path}`, locator, ...(format === undefined ? {} : { format }) }
    }),
  }
}

/** Reads a file; undefined if there is none. */
export function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return undefined
  }
}

/** Waits until something holds. @throws Error after five minutes */
export async function until(holds: () => Promise<boolean>, otherwise: string): Promise<void> {
  if (!(await waitUntil(holds, patienceMilliseconds, 250))) throw new Error(otherwise)
}
