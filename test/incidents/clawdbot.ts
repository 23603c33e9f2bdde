import { join } from "node:path"
import { root } from "../support/engine/program.ts"
import type { Farm } from "../support/hosts/ssh-farm.ts"
import { strong } from "../support/tokens.ts"
import type { Fleet } from "./fleet.ts"
import { fleetOn, port } from "./fleets.ts"
import { machineOn, until } from "./machine.ts"
import { agentMember, agentText, isConnected } from "./members.ts"

/** Two Macs, as far as this machine can have them: LaunchAgents under the double of launchctl. */
export async function startClawdbot(farm: Farm): Promise<Fleet> {
  const [mac, mini] = [machineOn(farm, farm.host(3)), machineOn(farm, farm.host(4))]
  const token = strong()
  const configs = {
    gateway: { mode: "local", port, bind: "lan", auth: { mode: "token", token } },
    node: { mode: "remote", remote: { url: `ws://mac.local:${port}`, token } },
  }
  for (const [name, machine, gateway] of [
    ["mac", mac, configs.gateway],
    ["mini", mini, configs.node],
  ] as const) {
    machine.run(
      `umask 077; mkdir -p ~/.clawdbot ~/tmp ~/bin ~/.launchd; ln -sf ${join(root, "test/doubles/launchctl")} ~/bin`,
    )
    machine.write(".clawdbot/clawdbot.json", `${JSON.stringify({ gateway }, null, 2)}\n`)
    machine.asRoot(
      `printf '127.0.0.1 localhost\\n${mac.address} mac.local\\n${mini.address} mini.local\\n' >/etc/hosts; hostname ${name}`,
    )
  }
  const connected = () => isConnected(mini, port)
  const label = "com.clawdbot.gateway"
  const gateway = agentMember(mac, label, agentText("clawdbot", mac.home, label, ["gateway", "run"]), connected)
  const words = ["node", "run", "--host", "mac.local", "--port", `${port}`, "--display-name", "mini"]
  const text = agentText("clawdbot", mini.home, "com.clawdbot.node", words)
  const node = agentMember(mini, "com.clawdbot.node", text, connected)
  return fleetOn(farm, {
    product: "clawdbot",
    token,
    gateway,
    node,
    names: ["mac", "mini"],
    manager: "launchd",
    adopt: "~/.clawdbot/clawdbot.json",
    locator: "gateway.auth.token",
    ready: () =>
      until(
        () => gateway.run(`ss -Htln 'sport = :${port}'`) !== "",
        () => gateway.log(),
      ),
    async pair(cli) {
      node.restart()
      await node.told(/pairing required/)
      await approveDevices(cli)
      node.restart()
    },
  })
}

/** Approves every device that asks. */
async function approveDevices(cli: Fleet["cli"]): Promise<void> {
  const { pending } = JSON.parse(await cli("devices", "list", "--json")) as { pending: { requestId: string }[] }
  for (const { requestId } of pending) await cli("devices", "approve", requestId)
}
