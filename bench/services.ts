import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { runLocally } from "../hosts/run.ts"
import type { Act } from "../services/manager.ts"
import { process as supervisor } from "../services/process/process.ts"
import {
  commandOf,
  connected,
  environmentOf,
  type Gateway,
  homeOf,
  nodeWords,
  noProduct,
  startGateway,
} from "../test/support/gateway.ts"

const starts = 5
const name = "bench-node"

/**
 * `npm run -s bench:local -- --services`: how long a real, paired node takes from the start of its service, a plain
 * process kept by gatekey's supervisor, until the real gateway has it connected (by the gateway's own record).
 */
export async function benchServices(): Promise<{ node_connect_ms: number }> {
  const missing = noProduct("openclaw")
  if (missing) throw new Error(missing)
  const gateway = await startGateway()
  const node = serviceOf(gateway)
  try {
    await node.act("start")
    await connected(gateway, name)
    await gateway.approve()
    const times: number[] = []
    for (let run = 1; run <= starts; run++) {
      await node.act("stop")
      const begun = Date.now()
      const heard = node.times()
      await node.act("start")
      // Its own log is asked meanwhile: the gateway's command line would take the time that is measured.
      while (node.times() === heard) await pause(20)
      const { connectedAtMs = Number.NaN } = await connected(gateway, name)
      times.push(connectedAtMs - begun)
      console.log(`start ${run}: connected after ${connectedAtMs - begun} ms`)
    }
    return { node_connect_ms: times.sort((a, b) => a - b)[Math.floor(starts / 2)] ?? Number.NaN }
  } finally {
    await node.act("stop")
    await gateway.stop()
  }
}

/** The node as a supervised process in a home of its own. */
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
  const { text, mode } = supervisor.define(service, program, home)
  writeFileSync(path, text, { mode })
  writeFileSync(log, "", { mode: 0o600 })
  return {
    times: () => readFileSync(log, "utf8").split("gateway connected").length,
    async act(act: Act) {
      const { script, args, timeout } = supervisor.act(service, [act])
      const { code, stderr } = await runLocally(script, { args, ...(timeout ? { timeout } : {}) })
      if (code !== 0) throw new Error(`${act}: ${stderr}`)
    },
  }
}
