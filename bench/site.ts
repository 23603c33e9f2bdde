import { join } from "node:path"
import { startFarm } from "../test/support/hosts/ssh-farm.ts"
import { distant } from "./distance.ts"
import { atEnd } from "./ending.ts"
import { furnish } from "./nodes.ts"
import { open, type Project, pulumi } from "./project.ts"

/** Nodes that run, and the stack that declares their places. */
export interface Site {
  readonly ours: Project
  /** For `ssh -F`. */
  readonly config: string
  /** The nodes' names in it. */
  readonly names: readonly string[]
  /** The nodes' homes, as seen from here. */
  readonly homes: readonly string[]
  /** The same places in folders of this machine, without any ssh. */
  local(): Promise<Project>
  stop(): Promise<void>
}

/** Opens a fleet over ssh. @param delay milliseconds to a node and back; @param directory of the program that declares the stack */
export async function site(nodes: number, delay: number, folder: string, directory: string): Promise<Site> {
  const farm = await startFarm(nodes)
  let stopped: Promise<void> | undefined
  const stop = () => (stopped ??= farm.stop())
  atEnd(stop)
  const config = await distant(farm, delay)
  for (const { home } of farm.hosts) furnish(home)
  const names = farm.hosts.map(({ name }) => name)
  const ours = await open(directory, declared(names.map((name) => [name, { host: `ssh://${name}` }])), {
    folder,
    stack: `ssh-${nodes}`,
    environment: { GATEKEY_SSH_CONFIG: config },
  })
  await deploy(ours)

  return {
    ours,
    config,
    names,
    homes: farm.hosts.map(({ home }) => home),
    async local() {
      const homes = names.map((name) => join(folder, `homes-${nodes}`, name))
      for (const home of homes) furnish(home)
      const config = declared(names.map((name, at) => [name, { host: "local", home: homes[at] }]))
      const local = await open(directory, config, { folder, stack: `local-${nodes}` })
      await deploy(local)
      return local
    },
    stop,
  }
}

function declared(nodes: readonly (readonly [string, object])[]): string {
  return `config: {"bench:nodes": ${JSON.stringify(Object.fromEntries(nodes))}}\n`
}

/** Runs the first `up` of a stack. It is not measured, so its result may be lost if it is killed. */
export async function deploy({ environment, ...project }: Project): Promise<void> {
  const quick = { ...environment, PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" }
  await pulumi({ ...project, environment: quick }, ["up", "--yes", "--skip-preview"])
}
