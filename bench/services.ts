import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { runScriptLocally } from "../hosts/run.ts"
import type { Act } from "../probes/services/manager.ts"
import { process as supervisor } from "../probes/services/process/process.ts"
import {
  commandOf,
  connected,
  environmentOf,
  type Gateway,
  homeOf,
  nodeWords,
  noProduct,
  startGateway,
} from "../test/support/products/gateway.ts"
import { median } from "./figures.ts"

const starts = 5
const name = "bench-node"

/** Milliseconds from a start until the gateway has the node connected, by its own record. Medians. */
export interface ServiceFigures {
  readonly node_connect_ms: number
  /** The same command on its own, without a service: the product's share. */
  readonly bare_connect_ms: number
}

/**
 * Measures (`npm run -s bench:local -- --services`) how long a real, paired node takes from the start of its service, a plain
 * process kept by gatekey's supervisor, until the real gateway has it connected; and how long without gatekey.
 */
export async function benchServices(): Promise<ServiceFigures> {
  const missing = noProduct("openclaw")
  if (missing) throw new Error(missing)
  const gateway = await startGateway()
  const node = serviceOf(gateway)
  try {
    await node.act("start")
    await connected(gateway, name)
    await gateway.approve()
    await node.act("stop")
    const times = { service: [] as number[], bare: [] as number[] }
    for (let run = 1; run <= starts; run++) {
      times.service.push(await taken(() => node.act("start")))
      await node.act("stop")
      times.bare.push(await taken(node.startBare))
      await node.stopBare()
      console.log(`start ${run}: connected after ${times.service.at(-1)} ms; without a service ${times.bare.at(-1)} ms`)
    }
    return { node_connect_ms: median(times.service), bare_connect_ms: median(times.bare) }
  } finally {
    await Promise.all([node.act("stop"), node.stopBare()])
    await gateway.stop()
    rmSync(node.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }

  async function taken(start: () => Promise<void>): Promise<number> {
    const heard = node.times()
    const begun = Date.now()
    await start()
    // Its own log is asked meanwhile: the gateway's command line would take the time that is measured.
    while (node.times() === heard) await pause(20)
    const { connectedAtMs = Number.NaN } = await connected(gateway, name)
    return connectedAtMs - begun
  }
}

/** Declares the node as a supervised process in a home of its own. */
function serviceOf({ product, port, token }: Gateway) {
  const home = homeOf(product, { gateway: { mode: "remote", remote: { url: `ws://127.0.0.1:${port}`, token } } })
  const path = join(home, "node.sh")
  const log = join(home, "node.log")
  const service = { name, path, variable: "OPENCLAW_GATEWAY_TOKEN" }
  const program = {
    command: commandOf(product, ...nodeWords(port, name)),
    environment: environmentOf(product, home),
    log,
    restartDelay: 1,
  }
  mkdirSync(home, { recursive: true })
  const { text, mode } = supervisor.createDefinition(service, program, home)
  writeFileSync(path, text, { mode })
  writeFileSync(log, "", { mode: 0o600 })
  let bare: ChildProcess | undefined
  return {
    home,
    times: () => readFileSync(log, "utf8").split("gateway connected").length,
    async startBare() {
      const [file = "", ...args] = program.command
      const output = openSync(log, "a")
      bare = spawn(file, args, { cwd: home, env: program.environment, stdio: ["ignore", output, output] })
      closeSync(output)
    },
    async stopBare() {
      const running = bare
      bare = undefined
      if (!running) return
      const ended = once(running, "exit")
      running.kill("SIGTERM")
      await ended
    },
    async act(act: Act) {
      const { script, args, timeout } = supervisor.actScript(service, [act])
      const { code, stderr } = await runScriptLocally(script, { args, ...(timeout ? { timeout } : {}) })
      if (code !== 0) throw new Error(`${act}: ${stderr}`)
    },
  }
}
