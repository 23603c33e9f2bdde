import { execFile } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { waitUntil } from "../../core/until.ts"
import type { ProductName } from "../../products/product.ts"
import { commandOf, environmentOf, nodeWords, noProduct } from "../../test/support/products/gateway.ts"
import { freePort } from "../../test/support/products/listener.ts"
import type { Ended } from "../command.ts"
import { atEnd } from "../ending.ts"
import { copyOfSources, open, type Project, pulumi } from "../project.ts"
import { knock } from "./client.ts"
import { living, stopMembers } from "./members.ts"

const execute = promisify(execFile)
const patienceMilliseconds = 300_000

/** A fleet of real processes, each in a home of its own, declared and started by gatekey. */
export interface LiveFleet {
  readonly product: ProductName
  readonly port: number
  readonly project: Project
  /** The file of the token on the gateway's host. */
  readonly file: string
  /** The gateway's process, while it lives. */
  gateway(): Promise<number | undefined>
  /** The token in the file. */
  token(): string
  /** Declares another generation. */
  declare(rotation: number): void
  pulumi(...args: string[]): Promise<Ended>
  /** When each node connected, by its name; those that are not connected are not there. */
  nodes(): Promise<ReadonlyMap<string, number>>
  /** Until the gateway has all its nodes. */
  ready(): Promise<void>
}

interface Wanted {
  readonly folder: string
  readonly product: ProductName
  /** Of this machine. */
  readonly nodes: number
  /** Further nodes, as they are declared. */
  readonly more?: (port: number) => Readonly<Record<string, object>>
  /** Where the gateway listens. */
  readonly bind?: "loopback" | "lan"
  readonly environment?: NodeJS.ProcessEnv
}

/** Declares a fleet, starts it by `up`, and waits until its nodes are connected and approved. */
export async function startFleet(wanted: Wanted): Promise<LiveFleet> {
  const { folder, product, bind = "loopback", more = () => ({}), environment = {} } = wanted
  const missing = noProduct(product)
  if (missing) throw new Error(missing)
  const homes = join(folder, "homes")
  const port = await freePort()
  const home = homeIn(homes, product, "gateway", { mode: "local", port, bind, controlUi: { enabled: false } })
  const names = Array.from({ length: wanted.nodes }, (_, at) => `n${at + 1}`)
  const remote = { mode: "remote", remote: { url: `ws://127.0.0.1:${port}` } }
  const nodes = names.map((name) => [
    name,
    member(product, homeIn(homes, product, name, remote), nodeWords(port, name)),
  ])
  const gateway = {
    "gatekey:token": { rotation: 1, protect: false },
    "gatekey:gateways": { gateway: { port, ...member(product, home, ["gateway", "run"]) } },
  }
  atEnd(() => stopMembers(homes))
  const directory = copyOfSources(folder, ["Pulumi.yaml"])
  const project = await open(directory, `config: ${JSON.stringify(gateway)}\n`, { folder, environment })
  const settings = join(directory, `Pulumi.${project.stack}.yaml`)
  const configure = (change: (text: string) => string) =>
    writeFileSync(settings, change(readFileSync(settings, "utf8")))
  const state = join(home, ".local/state/gatekey")
  const file = join(home, product === "openclaw" ? ".openclaw/gatekey/gateway-token" : ".clawdbot/clawdbot.json")

  const fleet: LiveFleet = {
    ...{ product, port, project, file },
    gateway: () => living(join(state, `${product}-gateway.child`)),
    token: () => tokenIn(file),
    declare: (rotation) => configure((text) => text.replace(/"rotation":\d+/, `"rotation":${rotation}`)),
    pulumi: (...args) => pulumi(project, args),
    async nodes() {
      const { session } = await knock(port, { token: fleet.token() })
      if (!session) return new Map()
      const answer = (await session.request("node.list").catch(() => ({ nodes: [] }))) as { nodes: NodeSeen[] }
      session.close()
      const there = answer.nodes.filter(({ connected }) => connected)
      return new Map(there.map(({ displayName, connectedAtMs }) => [displayName, connectedAtMs]))
    },
    ready: () => ready(async () => (await fleet.nodes()).size === wanted.nodes, "not all nodes are connected"),
  }
  await fleet.pulumi("up", "--yes", "--skip-preview")
  // A node that finds no gateway ends, and is started ten times in a row at most.
  await ready(() => accepts(fleet), "the gateway does not accept its token")
  const all = { ...gateway, "gatekey:nodes": { ...Object.fromEntries(nodes), ...more(port) } }
  configure((text) => text.replace(JSON.stringify(gateway), () => JSON.stringify(all)))
  await fleet.pulumi("up", "--yes", "--skip-preview")
  await fleet.ready()
  if (product === "openclaw") await approve(home)
  return fleet
}

async function accepts({ port, token }: LiveFleet): Promise<boolean> {
  const { session } = await knock(port, { token: token() })
  session?.close()
  return session !== undefined
}

async function ready(holds: () => Promise<boolean>, otherwise: string): Promise<void> {
  if (!(await waitUntil(holds, patienceMilliseconds, 250))) throw new Error(otherwise)
}

interface NodeSeen {
  readonly displayName: string
  readonly connected: boolean
  readonly connectedAtMs: number
}

function member(product: ProductName, home: string, args: string[]): object {
  return {
    ...{ host: "local", home, product, manager: "process", predecessor: false },
    program: {
      command: commandOf(product, ...args),
      // The options of the bench's own commands are not for the programs that they start.
      environment: { ...environmentOf(product, home), NODE_OPTIONS: "--disable-warning=ExperimentalWarning" },
      restartDelay: 1,
    },
  }
}

function homeIn(homes: string, product: ProductName, name: string, gateway: object): string {
  const home = join(homes, name)
  for (const each of [`.${product}`, "tmp"]) mkdirSync(join(home, each), { recursive: true, mode: 0o700 })
  writeFileSync(join(home, `.${product}/${product}.json`), JSON.stringify({ gateway }), { mode: 0o600 })
  return home
}

/** Reads the token in its file, or in a config. */
export function tokenIn(file: string): string {
  const text = readFileSync(file, "utf8")
  return file.endsWith(".json") ? JSON.parse(text).gateway.auth.token : text.trim()
}

/** Approves what the nodes may do; their pairing itself needs no approval on the loopback. */
async function approve(home: string): Promise<void> {
  const ask = async (...line: string[]) => {
    const [program = "", ...args] = commandOf("openclaw", ...line)
    return (await execute(program, args, { cwd: home, env: environmentOf("openclaw", home) })).stdout
  }
  const pending: { requestId: string }[] = JSON.parse(await ask("nodes", "pending", "--json"))
  for (const { requestId } of pending) await ask("nodes", "approve", requestId)
}
