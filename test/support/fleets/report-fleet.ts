import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { secretsIn } from "../engine/state.ts"
import { type Gateway, startGateway } from "../products/gateway.ts"
import { freePort } from "../products/listener.ts"
import { type FleetStack, fleetStack } from "./fleet-stack.ts"

/** A real preview worth a look, with what must not stand in any report of it. */
export interface ReportFleet {
  /** What `pulumi preview --json` printed. */
  readonly preview: string
  readonly secrets: ReadonlyMap<string, string>
}

/**
 * A rotation of a deployed fleet on a bad day: a real gateway, three nodes of which one has a token where none may be and
 * one leads to a closed port, and a retired container.
 */
export async function reportFleet(): Promise<ReportFleet> {
  const gateway = await startGateway("openclaw", undefined, true)
  try {
    const stack = await fleetStack()
    try {
      return await spoiled(stack, gateway)
    } finally {
      await stack.remove()
    }
  } finally {
    await gateway.stop()
  }
}

async function spoiled(stack: FleetStack, gateway: Gateway): Promise<ReportFleet> {
  const write = (name: string, text: string) => {
    const file = join(stack.folder, name)
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, text, { mode: 0o600 })
  }
  const route = (port: number) =>
    JSON.stringify({ gateway: { mode: "remote", remote: { url: `ws://127.0.0.1:${port}` } } })
  for (const name of ["tw", "mini", "attic"]) write(`${name}/.openclaw/openclaw.json`, route(gateway.port))
  write(
    "old/gateway/docker-compose.yml",
    "services:\n  gateway:\n    image: openclaw\n    environment:\n      TZ: UTC\n",
  )
  declare(stack, gateway, 1)
  const up = await stack.pulumi("up", "--yes", "--skip-preview")
  if (up.code !== 0) throw new Error(up.output)
  write("tw/.openclaw/.env", "OPENCLAW_GATEWAY_TOKEN=clawdbot-local-dev\n")
  const closed = await freePort()
  // Where it went at its last start: it reads no address in its config.
  write(
    "attic/.openclaw/state/openclaw.sqlite",
    `nodeHost.config{"gateway":{"host":"127.0.0.1","port":${closed},"tls":false}}`,
  )
  declare(stack, gateway, 2)
  const { output } = await stack.pulumi("preview", "--json")
  const kept = secretsIn(stack.state()).map((value, at) => [`secret ${at} of the state`, value] as const)
  return { preview: output, secrets: new Map([["the gateway's token", gateway.token], ...kept]) }
}

function declare(stack: FleetStack, { home, port, secretFile }: Gateway, rotation: number): void {
  const member = { host: "local", manager: "process", service: "none", predecessor: false }
  const at = (name: string) => ({ ...member, home: join(stack.folder, name) })
  stack.declare({
    token: { rotation, protect: false, adopt: { from: `local|${secretFile}|*` } },
    gateways: { studio: { ...member, home, port } },
    nodes: { tw: at("tw"), mini: at("mini"), attic: { ...at("attic"), credential: "device" } },
    containers: {
      old: {
        host: "local",
        home: join(stack.folder, "old"),
        name: "clawdbot-gateway-secure",
        product: "clawdbot",
        compose: { file: "~/gateway/docker-compose.yml", service: "gateway" },
        must: "nothing",
      },
    },
  })
}
