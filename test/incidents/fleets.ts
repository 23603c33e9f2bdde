import { chownSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type ProductName, type Role, roles } from "../../products/product.ts"
import { fleetStack } from "../support/fleets/fleet-stack.ts"
import { startDockerEngine } from "../support/hosts/docker-engine.ts"
import type { Farm } from "../support/hosts/ssh-farm.ts"
import { commandOf, environmentOf } from "../support/products/gateway.ts"
import { strong } from "../support/tokens.ts"
import type { Fleet, Member } from "./fleet.ts"
import { foldersSeen, until } from "./machine.ts"

/** Of both products, and of every gateway here. */
export const port = 18789

interface Wanted {
  readonly product: ProductName
  readonly token: string
  readonly gateway: Member
  readonly node: Member
  readonly names: readonly [gateway: string, node: string]
  readonly manager: "systemd" | "launchd"
  /** Where the gateway's token stands. */
  readonly adopt: string
  readonly locator: string
  /** Starts the node, and lets it in. */
  pair(cli: Fleet["cli"]): Promise<void>
  /** Until the gateway is. */
  ready(): Promise<void>
}

/** Starts the members, pairs them, declares them and deploys. */
export async function fleetOn(farm: Farm, wanted: Wanted): Promise<Fleet> {
  const { product, token, gateway, node, names, manager, adopt, locator } = wanted
  const [gatewayName, nodeName] = names
  let docker: ReturnType<Fleet["docker"]> | undefined
  const cli: Fleet["cli"] = async (...words) => {
    const ask = () => gateway.ask(`NO_COLOR=1 ${commandOf(product, ...words).join(" ")}`)
    let said = await ask()
    const isAway = () => said.code !== 0 && /\b1006\b|ECONNREFUSED/.test(said.output)
    // A gateway that was freed of what had its port is not back at once.
    for (const deadline = Date.now() + 60_000; isAway() && Date.now() < deadline; ) said = await ask()
    if (said.code !== 0) throw new Error(`${product} ${words.join(" ")} ended with ${said.code}:\n${said.output}`)
    return said.output
  }
  gateway.restart()
  await wanted.ready()
  await wanted.pair(cli)
  const stack = await fleetStack({ GATEKEY_SSH_CONFIG: farm.config })
  const secrets = new Set([token])
  const stale = new Set<Role>()
  const fleet: Fleet = {
    ...{ product, gateway, node, port, token, secrets, stale, stack, cli },
    declare: (more) =>
      stack.declare({
        token: { rotation: 1, protect: false, adopt: { from: `${gateway.host}|${adopt}|${locator}` } },
        gateways: { [gatewayName]: { host: gateway.host, product, manager, guarded: true, ...more.gateway } },
        nodes: { [nodeName]: { host: node.host, product, manager, pairing: { name: nodeName }, ...more.node } },
      }),
    other() {
      const one = strong()
      secrets.add(one)
      return one
    },
    docker() {
      docker ??= startDocker(fleet)
      return docker
    },
    ready: wanted.ready,
    async whole(but = []) {
      for (const role of roles.filter((each) => stale.has(each) && !but.includes(each))) {
        fleet[role].restart()
        if (role === "gateway") await wanted.ready()
      }
      const left = roles.filter((each) => stale.has(each) && but.includes(each))
      stale.clear()
      if (left.length > 0 || but.includes("gateway")) return
      const connects = (patience: number) =>
        until(
          () => node.connected(),
          () => `${node.service} is not connected:\n${ends(node.log())}\n${ends(gateway.log())}`,
          patience,
        )
      // One that met another gateway in the midst waits for its operator.
      await connects(30_000).catch(() => {
        node.restart()
        return connects(120_000)
      })
    },
    async stop() {
      await (await docker)?.engine.stop()
      stack.remove()
    },
  }
  fleet.declare({})
  await fleet.whole()
  const { code, output } = await stack.pulumi("up", "--yes", "--skip-preview")
  if (code !== 0) throw new Error(`pulumi up ended with ${code}:\n${output}`)
  return fleet
}

function ends(log: string): string {
  return log.trimEnd().split("\n").slice(-5).join("\n")
}

/** Its clients on the gateway's host find it by the context of the user there. */
async function startDocker({ gateway, product }: Fleet): ReturnType<Fleet["docker"]> {
  const socket = join(gateway.seen, "docker.sock")
  const engine = await startDockerEngine(gateway.namespace, socket)
  chownSync(socket, 1000, 1000)
  const context = (...words: string[]) => void gateway.run(`docker context ${words.join(" ")} >/dev/null 2>&1`)
  context("create", "own", "--docker", `host=unix://${gateway.home}/docker.sock`)
  context("use", "own")
  engine.image(`${product}-gateway:1`, (root) => layRoot(root, product))
  const seen = ["/usr", ...foldersSeen()].flatMap((path) => ["--volume", `${path}:${path}:ro`])
  const environment = Object.entries(environmentOf(product, "/home")).flatMap(([name, value]) => [
    "--env",
    `${name}=${value}`,
  ])
  const command = commandOf(product, "gateway", "run")
  return {
    engine,
    run: (name, ...flags) =>
      void engine.docker(
        "create",
        "--name",
        name,
        ...seen,
        ...environment,
        ...flags,
        `${product}-gateway:1`,
        ...command,
      ),
  }
}

/** Everything of it is this machine's /usr. */
function layRoot(root: string, product: ProductName): void {
  for (const name of ["usr", "tmp", `home/.${product}`, "home/tmp", "etc", "proc", "dev", "sys"])
    mkdirSync(join(root, name), { recursive: true })
  for (const name of ["bin", "sbin", "lib", "lib64"]) symlinkSync(`usr/${name}`, join(root, name))
  for (const name of ["ld.so.cache", "ld.so.conf", "passwd"]) cpSync(join("/etc", name), join(root, "etc", name))
  writeFileSync(
    join(root, `home/.${product}/${product}.json`),
    JSON.stringify({ gateway: { mode: "local", bind: "lan", port } }),
  )
}
