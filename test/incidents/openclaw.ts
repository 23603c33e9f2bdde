import type { Farm } from "../support/hosts/ssh-farm.ts"
import { references } from "../support/products/gateway.ts"
import { strong } from "../support/tokens.ts"
import type { Fleet, Member } from "./fleet.ts"
import { fleetOn, port } from "./fleets.ts"
import { machineOn, until } from "./machine.ts"
import { isConnected, unitMember, unitText } from "./members.ts"

const secretFile = "~/.openclaw/gatekey/gateway-token"
const { "secrets.providers.gatekey": gatekey, "gateway.auth.token": reference } = references(secretFile)
const secrets = { providers: { gatekey } }

/** As gatekey declares them: the token in one file on each host, configs that refer to it, a node that is paired. */
export async function startOpenclaw(farm: Farm): Promise<Fleet> {
  const [studio, tw] = [machineOn(farm, farm.host(1)), machineOn(farm, farm.host(2))]
  const token = strong()
  const configs = {
    gateway: {
      mode: "local",
      ...{ port, bind: "lan", controlUi: { enabled: false } },
      // Shorter than the product's five minutes, so that the suite goes on.
      auth: { mode: "token", token: reference, rateLimit: { lockoutMs: 12_000 } },
    },
    node: { mode: "remote", remote: { url: `ws://studio.local:${port}`, token: reference } },
  }
  for (const [name, machine, gateway] of [
    ["studio", studio, configs.gateway],
    ["tw", tw, configs.node],
  ] as const) {
    machine.run("umask 077; mkdir -p ~/.openclaw/gatekey ~/tmp")
    machine.write(".openclaw/gatekey/gateway-token", `${token}\n`)
    machine.write(".openclaw/openclaw.json", `${JSON.stringify({ secrets, gateway }, null, 2)}\n`)
    machine.asRoot(
      `printf '127.0.0.1 localhost\\n${studio.address} studio.local\\n${tw.address} tw.local\\n' >/etc/hosts; hostname ${name}`,
    )
  }
  const connected = () => isConnected(tw, port)
  const gateway = unitMember(
    studio,
    "openclaw-gateway.service",
    unitText("openclaw", studio.home, ["gateway", "run"]),
    connected,
  )
  const words = ["node", "run", "--host", "studio.local", "--port", `${port}`, "--display-name", "tw"]
  const text = unitText("openclaw", tw.home, words, "%h/.openclaw/node.systemd.env")
  const node = unitMember(tw, "openclaw-node.service", text, connected)
  return fleetOn(farm, {
    product: "openclaw",
    token,
    gateway,
    node,
    names: ["studio", "tw"],
    manager: "systemd",
    adopt: secretFile,
    locator: "*",
    ready: () =>
      until(
        () => gateway.run(`curl -sf http://127.0.0.1:${port}/readyz || :`).includes('"ready":true'),
        () => gateway.log(),
      ),
    pair: (cli) => pair(node, cli),
  })
}

/** Starts a node that is not paired yet, and approves first its device, then what it may do. */
export async function pair(node: Pick<Member, "restart" | "told">, cli: Fleet["cli"]): Promise<void> {
  node.restart()
  await node.told(/requestId: /)
  await approve(cli)
  node.restart()
  await node.told(/awaiting operator approval|gateway connected/)
  await approve(cli)
}

/** Approves every device that asks as a node, and what nodes ask for; refuses the others. */
export async function approve(cli: Fleet["cli"]): Promise<void> {
  const { pending } = JSON.parse(await cli("devices", "list", "--json")) as {
    pending: { requestId: string; role?: string }[]
  }
  for (const { requestId, role } of pending) await cli("devices", role === "node" ? "approve" : "reject", requestId)
  const asking = JSON.parse(await cli("nodes", "pending", "--json")) as { requestId: string }[]
  for (const { requestId } of asking) await cli("nodes", "approve", requestId)
}
