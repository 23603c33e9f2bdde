import { publicDefault, setAgentVariable, withoutDeviceToken } from "../agents.ts"
import { edited, refusedToken, started } from "../faults.ts"
import type { Incident } from "../incident.ts"

/** More that goes wrong with clawdbot on a Mac. */
export const launchAgents: readonly Incident[] = [
  {
    id: "agent-in-memory",
    title: "The LaunchAgent's property list was mended, but launchd still has the environment of before in memory.",
    fleet: "clawdbot",
    platforms: ["macos"],
    at: "node",
    restarts: ["node"],
    async break(fleet) {
      const { node } = fleet
      const giveBack = withoutDeviceToken(node)
      const undo = edited(node, node.definition, (text) =>
        setAgentVariable(text, "CLAWDBOT_GATEWAY_TOKEN", publicDefault),
      )
      const broken = await started(fleet, giveBack, refusedToken)
      undo()
      return broken
    },
    cause: {
      scan: /not (?:re)?loaded|from before .* changed|launchd still has/i,
      doctor: /not (?:re)?loaded|from before .* changed|launchd still has/i,
      preview: /mini clawdbot launch agent service.*edited on disk but not reloaded/i,
    },
    own: /not (?:re)?loaded|reload|out of date/i,
  },
  {
    id: "token-flag",
    title: "The gateway's LaunchAgent has an old token as --token in its arguments, which wins over the config.",
    fleet: "clawdbot",
    platforms: ["linux", "macos"],
    at: "gateway",
    restarts: ["gateway", "node"],
    async break(fleet) {
      const { gateway } = fleet
      const giveBack = withoutDeviceToken(fleet.node)
      const undo = edited(gateway, gateway.definition, (text) =>
        // `gateway run` does not hear it.
        text.replace("<string>run</string>", `<string>--token</string><string>${fleet.other()}</string>`),
      )
      const mend = () => {
        undo()
        giveBack()
      }
      gateway.restart()
      await fleet.ready()
      await started(fleet, mend, refusedToken)
      return { mend, restarts: ["gateway", "node"] }
    },
    cause: {
      scan: /--token.* overrides .*config|arguments.* overrides .*config/i,
      doctor: /--token.* overrides .*config|arguments.* overrides .*config/i,
      preview: /mac clawdbot launch agent arguments.*(?:wins over|overrides) the config/i,
    },
    own: /--token/,
  },
  {
    id: "container-at-boot",
    title: "A container that is stopped now has an old token, and is started again at the next boot.",
    fleet: "clawdbot",
    platforms: ["linux", "macos"],
    needs: "docker",
    at: "gateway",
    async break(fleet) {
      const { engine, run } = await fleet.docker()
      const name = "assistant"
      run(name, "--restart=always", "--publish=18790:18789", `--env=CLAWDBOT_GATEWAY_TOKEN=${fleet.other()}`)
      engine.docker("start", name)
      engine.docker("stop", "--time", "1", name)
      return { mend: () => void engine.docker("rm", "--force", name) }
    },
    cause: {
      scan: /container assistant.*(?:boot|start)/i,
      doctor: /container assistant.*(?:boot|start)/i,
      preview: /containers.*container assistant.*(?:boot|start)/i,
    },
    own: /assistant.*(?:container|docker)|docker/i,
  },
]
