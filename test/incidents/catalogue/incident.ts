import { publicDefault, setAgentVariable, withoutDeviceToken } from "../agents.ts"
import { edited, refusedToken, started } from "../faults.ts"
import type { Fleet, Member } from "../fleet.ts"
import type { Broken, Incident } from "../incident.ts"
import { until } from "../machine.ts"
import { agentText, launchctlOn } from "../members.ts"

const forgotten = "clawdbot-gateway-secure"
const second = "com.clawdbot.gateway"

/** What went wrong in January 2026, each alone, and all at once. */
export const realIncident: readonly Incident[] = [
  {
    id: "agent-default",
    title:
      "A node that has no device token yet: its LaunchAgent's environment has the public default clawdbot-local-dev, which wins over the config.",
    fleet: "clawdbot",
    platforms: ["macos"],
    at: "node",
    restarts: ["node"],
    async break(fleet) {
      const undo = [withoutDeviceToken(fleet.node), agentDefault(fleet.node)]
      return started(fleet, () => undo.forEach((each) => void each()), refusedToken)
    },
    cause: {
      scan: /environment.* overrides .*clawdbot-local-dev/i,
      doctor: /environment.* overrides .*clawdbot-local-dev/i,
      preview: /mini clawdbot launch agent environment.*clawdbot-local-dev.*(?:wins over|overrides) the config/i,
    },
    own: /CLAWDBOT_GATEWAY_TOKEN/,
  },
  {
    id: "forgotten-container",
    title: "A forgotten container has the gateway's port, and answers with an old token.",
    fleet: "clawdbot",
    platforms: ["linux", "macos"],
    needs: "docker",
    at: "gateway",
    restarts: ["gateway"],
    async break(fleet) {
      return { mend: await forgottenContainer(fleet), restarts: ["gateway"] }
    },
    cause: {
      scan: /container clawdbot-gateway-secure.*port 18789/i,
      doctor: /container clawdbot-gateway-secure/i,
      preview: /mac port 18789.*port 18789 is used by .*container clawdbot-gateway-secure/i,
    },
    own: /clawdbot-gateway-secure|docker|container/i,
  },
  {
    id: "second-agent",
    title: "A second gateway runs on the node's Mac, as a LaunchAgent of its own.",
    fleet: "clawdbot",
    platforms: ["macos"],
    at: "node",
    async break(fleet) {
      return { mend: await secondAgent(fleet) }
    },
    cause: {
      scan: /second gateway runs/i,
      doctor: /second gateway runs/i,
      preview: /^mini stray gateway.*com\.clawdbot\.gateway/i,
    },
    own: /second gateway|other gateway|multiple gateways|gateway-like|com\.clawdbot\.gateway/i,
  },
  {
    id: "pairing-due",
    title: "The node presents the gateway's token, and is let in no further: its device was never paired.",
    fleet: "clawdbot",
    platforms: ["linux", "macos"],
    at: "node",
    restarts: ["node"],
    async break(fleet) {
      const undo = unpaired(fleet)
      fleet.node.restart()
      await fleet.node.told(/pairing required/i)
      return { mend: undo, restarts: ["node"] }
    },
    cause: {
      scan: /pairing.*(?:pending|required|waits)|not paired/i,
      doctor: /pairing.*(?:pending|required|waits)|not paired/i,
      preview: /^mini .*(?:pairing.* pending|under its name)/i,
    },
    own: /pairing required|pending.*(?:approv|pair)|not.paired/i,
  },
  {
    id: "all-four",
    title: "All four of the real incident at once.",
    fleet: "clawdbot",
    platforms: ["macos"],
    needs: "docker",
    at: "node",
    restarts: ["gateway", "node"],
    async break(fleet): Promise<Broken> {
      const undo: (() => void | Promise<void>)[] = [unpaired(fleet), agentDefault(fleet.node)]
      const mend = async () => {
        for (const each of undo.reverse()) await each()
      }
      try {
        undo.push(await forgottenContainer(fleet))
        undo.push(await secondAgent(fleet))
        fleet.node.restart()
        await fleet.node.told(refusedToken)
      } catch (error) {
        await mend()
        throw error
      }
      return { mend, restarts: ["gateway", "node"] }
    },
    cause: {
      // That the pairing is due shows when the gateway has its port back.
      scan: [
        /port \d+ .*belongs to docker container clawdbot-gateway-secure/i,
        /second gateway runs on .*com\.clawdbot\.gateway/i,
        /(?=.*clawdbot-local-dev).*its LaunchAgent's environment.* overrides the config/i,
      ],
      doctor: [/container clawdbot-gateway-secure/i, /clawdbot-local-dev/i],
      preview: [
        /mini clawdbot launch agent environment.*clawdbot-local-dev.*(?:wins over|overrides) the config/i,
        /port \d+.*docker container clawdbot-gateway-secure/i,
        /stray gateway.*com\.clawdbot\.gateway/i,
      ],
    },
    own: /CLAWDBOT_GATEWAY_TOKEN|clawdbot-gateway-secure/i,
  },
]

function agentDefault(node: Member): () => void {
  return edited(node, node.definition, (text) => setAgentVariable(text, "CLAWDBOT_GATEWAY_TOKEN", publicDefault))
}

async function forgottenContainer(fleet: Fleet): Promise<() => void> {
  const { gateway, port } = fleet
  const { engine, run } = await fleet.docker()
  gateway.halt()
  run(forgotten, "--restart=always", `--publish=${port}:${port}`, `--env=CLAWDBOT_GATEWAY_TOKEN=${fleet.other()}`)
  try {
    engine.docker("start", forgotten)
  } catch (error) {
    engine.docker("rm", "--force", forgotten)
    throw error
  }
  await until(
    () => engine.docker("logs", "--tail", "50", forgotten).includes("listening on ws:"),
    () => "the container does not listen",
  )
  launchctlOn(gateway, `bootstrap gui/1000 ${gateway.home}/${gateway.definition}`)
  return () => void engine.docker("rm", "--force", forgotten)
}

async function secondAgent({ node, port, other }: Fleet): Promise<() => void> {
  const path = `Library/LaunchAgents/${second}.plist`
  node.write(".clawdbot/second.json", JSON.stringify({ gateway: { mode: "local", port, auth: { token: other() } } }))
  const config = { CLAWDBOT_CONFIG_PATH: `${node.home}/.clawdbot/second.json` }
  node.write(path, agentText("clawdbot", node.home, second, ["gateway", "run"], config))
  launchctlOn(node, `bootstrap gui/1000 ${node.home}/${path}`)
  await until(
    () => node.run(`ss -Htln 'sport = :${port}'`) !== "",
    () => node.read(`Library/Logs/${second}.log`),
  )
  return () => {
    launchctlOn(node, `bootout gui/1000/${second}`)
    node.remove(path)
    node.remove(".clawdbot/second.json")
  }
}

/** The node has another device's key. */
function unpaired({ node, cli }: Fleet): () => Promise<void> {
  node.halt()
  node.run("mv ~/.clawdbot/identity ~/.clawdbot/identity-of-before")
  return async () => {
    node.halt()
    node.run("rm -rf ~/.clawdbot/identity; mv ~/.clawdbot/identity-of-before ~/.clawdbot/identity")
    const { pending } = JSON.parse(await cli("devices", "list", "--json")) as { pending: { requestId: string }[] }
    for (const { requestId } of pending) await cli("devices", "reject", requestId)
  }
}
