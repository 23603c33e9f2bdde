import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"
import { endLeftBehind } from "../engine/kill.ts"
import { root } from "../engine/program.ts"
import { connected, type Gateway, type RunningNode, startGateway, startNode } from "../products/gateway.ts"
import { freePort } from "../products/listener.ts"
import { until } from "../until.ts"
import { type FleetStack, fleetStack } from "./fleet-stack.ts"

export const nodeNames = ["tw", "n2"] as const
export type NodeName = (typeof nodeNames)[number]

/** What of a fleet is declared. */
export interface Declared {
  readonly guard?: boolean
  readonly sidecars?: readonly string[]
  readonly trusted?: boolean
  /** Further nodes. */
  readonly nodes?: Readonly<Record<string, object>>
}

/** A real gateway with two paired nodes, all made by hand, and the stack that they are given to. */
export interface MigrationFleet {
  readonly gateway: Gateway
  readonly nodes: Record<NodeName, RunningNode>
  readonly stack: FleetStack
  /** All that the engine printed. */
  readonly printed: readonly string[]
  /** The port of each node's sidecar. */
  readonly ways: Readonly<Record<NodeName, number>>
  declare(what?: Declared): void
  /** Runs the engine. @throws Error if it fails */
  run(...args: string[]): Promise<string>
  /** Starts one of the nodes anew, by its own way. */
  restart(name: NodeName, way: number): Promise<void>
  /** How often the gateway has restarted itself. */
  restarts(): number
  end(): Promise<void>
}

export async function startMigrationFleet(): Promise<MigrationFleet> {
  const gateway = await startGateway("openclaw")
  const nodes = { tw: startNode(gateway, "tw"), n2: startNode(gateway, "n2") }
  for (const name of nodeNames) await connected(gateway, name)
  await gateway.approve()
  const stack = await fleetStack()
  const [guarded, first, second] = [await freePort(), await freePort(), await freePort()]
  const ways = { tw: first, n2: second }
  const printed: string[] = []
  const home = ({ home }: RunningNode) => {
    const { sidecar: _, ...box } = example.nodes.box
    return { ...box, host: "local", home, manager: "process" }
  }
  return {
    ...{ gateway, nodes, stack, printed, ways },
    async run(...args) {
      const ended = await stack.pulumi(...args)
      printed.push(ended.output)
      if (ended.code !== 0) throw new Error(`pulumi ${args.join(" ")}: exit ${ended.code}\n${ended.output}`)
      return ended.output
    },
    async restart(name, way) {
      await nodes[name].end()
      const before = connects(nodes[name])
      nodes[name] = nodes[name].again(way)
      await until(() => connects(nodes[name]) > before, 300_000)
    },
    declare({ guard = true, sidecars = [], trusted = false, nodes: others = {} } = {}) {
      const { host = "local", port } = { port: gateway.port }
      const { mode, bind, ...untrusted } = example.gateways.studio
      const studio = { ...untrusted, host, home: gateway.home, port, manager: "process", delivery: "copy" }
      const trust = trusted ? { mode, bind } : {}
      const sidecar = (name: NodeName) => (sidecars.includes(name) ? { sidecar: ways[name] } : {})
      stack.declare({
        token: {
          rotation: 1,
          adopt: { from: `local|${gateway.config}|gateway.auth.token` },
          protect: false,
        },
        gateways: { studio: { ...studio, ...trust } },
        nodes: {
          tw: { ...home(nodes.tw), ...sidecar("tw"), pairing: { name: "tw" } },
          n2: { ...home(nodes.n2), ...sidecar("n2"), pairing: { name: "n2" } },
          ...others,
        },
        ...(guard
          ? { guard: { studio: { ...example.guard.studio, listen: `127.0.0.1:${guarded}`, names: ["studio.test"] } } }
          : {}),
      })
    },
    restarts: () => gateway.log().match(/received SIGUSR\d; restarting/g)?.length ?? 0,
    async end() {
      for (const node of Object.values(nodes)) await node.stop()
      await endLeftBehind(gateway.home)
      for (const node of Object.values(nodes)) await endLeftBehind(node.home)
      await gateway.stop()
      await stack.remove()
    },
  }
}

/** The example of servers with a guard: what it declares of a gateway, a guard and a node is what is deployed here. */
const example = (() => {
  const { config } = parse(readFileSync(join(root, "examples/guard/stack.yaml"), "utf8"))
  const of = (key: string) => config[`gatekey:${key}`]
  return { gateways: of("gateways"), guard: of("guard"), nodes: of("nodes") }
})()

/** How often a node has connected. */
export function connects(node: Pick<RunningNode, "log">): number {
  return node.log().match(/node host gateway connected/g)?.length ?? 0
}

/** The files of a home with a value in them, but for the product's own log. */
export function filesWith(home: string, value: string): string[] {
  const { stdout } = spawnSync("grep", ["-rlFf", "-", "--exclude=log", home], { input: value, encoding: "utf8" })
  return stdout.split("\n").filter((line) => line !== "")
}
