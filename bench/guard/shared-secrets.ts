import { readFileSync } from "node:fs"
import { settingIn } from "../../products/trusted-proxy.ts"
import { startedIn } from "../../test/support/engine/kill.ts"
import { whenFinished } from "../../test/support/finished.ts"
import {
  filesWith,
  type MigrationFleet,
  nodeNames,
  startMigrationFleet,
} from "../../test/support/fleets/migration-fleet.ts"
import { startFreshNode } from "../../test/support/products/gateway.ts"
import { freePort } from "../../test/support/products/listener.ts"
import { until } from "../../test/support/until.ts"
import { type Expectations, exactly, type Result } from "./expected.ts"

export const sharedSecretsExpected: Expectations = {
  shared_secrets: exactly(0),
  fresh_nodes_let_in: exactly(1),
}

const patienceMilliseconds = 240_000
/** A token or password of the gateway, as a variable in a file or an environment. */
const variable = /(?:OPENCLAW|CLAWDBOT)_GATEWAY_(?:TOKEN|PASSWORD)=/

/** With the guard in force, everything that holds the gateway's token, or a variable for one. */
export async function sharedSecrets(): Promise<Result> {
  const fleet = await startMigrationFleet()
  whenFinished(() => fleet.end())
  fleet.declare({ guard: false })
  await fleet.run("up", "--yes")
  fleet.declare({ sidecars: nodeNames })
  await fleet.run("up", "--yes")
  for (const name of nodeNames) await fleet.restart(name, fleet.ways[name])
  fleet.declare({ sidecars: nodeNames, trusted: true })
  await fleet.run("up", "--yes")
  const fresh = await letIn(fleet)
  const found = [fleet.gateway.home, ...nodeNames.map((name) => fleet.nodes[name].home), fresh.home].flatMap((home) =>
    secretsIn(home, fleet.gateway.token),
  )
  const config = JSON.parse(readFileSync(fleet.gateway.config, "utf8"))
  for (const key of ["gateway.auth.token", "gateway.auth.password"])
    if (settingIn(config, key) !== undefined) found.push(`the config has ${key}`)
  for (const each of found) console.log(`shared_secrets: ${each}`)
  return { shared_secrets: found.length, fresh_nodes_let_in: fresh.connects > 0 ? 1 : 0 }
}

/** The files, environments and arguments below a home that hold the token or a variable for one. */
function secretsIn(home: string, token: string): string[] {
  const processes = startedIn(home).flatMap((pid) =>
    ["environ", "cmdline"].flatMap((what) => {
      const text = readFileSync(`/proc/${pid}/${what}`, "latin1")
      return text.includes(token) || variable.test(text) ? [`/proc/${pid}/${what}`] : []
    }),
  )
  return [...filesWith(home, token), ...filesWith(home, "OPENCLAW_GATEWAY_TOKEN="), ...processes]
}

/** A node that never had a token: a certificate, and an approval. */
async function letIn(fleet: MigrationFleet): Promise<{ home: string; connects: number }> {
  const way = await freePort()
  const node = startFreshNode("n3", way)
  whenFinished(() => node.stop())
  const declare = (more: object) => {
    const n3 = { host: "local", home: node.home, manager: "process", credential: "device", sidecar: way, ...more }
    fleet.declare({ sidecars: nodeNames, trusted: true, nodes: { n3 } })
  }
  declare({})
  await fleet.run("up", "--yes")
  node.run()
  await until(() => /pairing required/.test(node.log()), patienceMilliseconds)
  declare({ pairing: { name: "n3", approve: true } })
  await fleet.run("up", "--yes")
  // openclaw pauses a node that waits for its approval until it is started again.
  await node.end()
  node.run()
  const connected = () => node.log().match(/node host gateway connected/g)?.length ?? 0
  await until(() => connected() > 0, patienceMilliseconds)
  return { home: node.home, connects: connected() }
}
