import { dropIn, edited, refusedToken, started } from "../faults.ts"
import type { Incident } from "../incident.ts"
import { until } from "../machine.ts"

const variable = "OPENCLAW_GATEWAY_TOKEN"
const envFile = ".openclaw/node.systemd.env"

/** Copies in the environment of a node, which obeys them before its config. */
export const environment: readonly Incident[] = [
  {
    id: "stale-environment",
    title: "A drop-in of the node's unit still gives it an old token; its config is good.",
    fleet: "openclaw",
    platforms: ["linux"],
    at: "node",
    restarts: ["node"],
    async break(fleet) {
      const { node } = fleet
      return started(fleet, dropIn(node, `[Service]\nEnvironment=${variable}=${fleet.other()}\n`), refusedToken)
    },
    cause: {
      scan: /environment in its unit's drop-in.* overrides/i,
      doctor: /environment in its unit's drop-in.* overrides/i,
      preview: /^tw .*drop-in.* (?:wins over|overrides)/i,
    },
    own: /OPENCLAW_GATEWAY_TOKEN/,
  },
  {
    id: "start-limit",
    title:
      "The node was refused so often that its unit reached its start limit; its token is right again, but nobody starts it.",
    fleet: "openclaw",
    platforms: ["linux"],
    at: "node",
    restarts: ["node"],
    async break({ node, other }) {
      const limit = "[Unit]\nStartLimitBurst=2\n[Service]\nRestartSec=0\n"
      const undo = dropIn(node, `${limit}Environment=${variable}=${other()}\n`)
      node.restart()
      const state = () => node.systemctl("show", "-P", "ActiveState", node.service).trim()
      await until(() => state() === "failed", state)
      dropIn(node, limit)
      return { mend: undo, restarts: ["node"] }
    },
    cause: {
      scan: /start limit/i,
      doctor: /start limit/i,
      preview: /^tw .*start limit/i,
    },
    own: /start.?limit|start request repeated/i,
  },
  {
    id: "environment-file-newer",
    title: "The node's environment file was changed after its process had started: at its next start it is refused.",
    fleet: "openclaw",
    platforms: ["linux"],
    at: "node",
    restarts: ["node"],
    async break({ node, token, other }) {
      const undo = edited(node, envFile, () => `${variable}=${token}\n`)
      node.restart()
      await node.told(/gateway connected/)
      node.write(envFile, `${variable}=${other()}\n`)
      return { mend: undo, restarts: ["node"] }
    },
    cause: {
      scan: /node\.systemd\.env.* was changed since .* at its next start/i,
      doctor: /node\.systemd\.env.* was changed since .* at its next start/i,
      preview: /tw unit env file.*another token.*(?:wins over|overrides) the config/i,
    },
    own: /node\.systemd\.env|OPENCLAW_GATEWAY_TOKEN/,
  },
  {
    id: "dotenv-stale",
    title: "The node's ~/.openclaw/.env has an old token, which its process loads into its environment.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "node",
    restarts: ["node"],
    async break(fleet) {
      const undo = edited(fleet.node, ".openclaw/.env", () => `${variable}=${fleet.other()}\n`)
      return started(fleet, undo, refusedToken)
    },
    cause: {
      scan: /\.env.* overrides/i,
      doctor: /\.env.* overrides/i,
      preview: /tw dotenv.* (?:wins over|overrides) .*config/i,
    },
    own: /OPENCLAW_GATEWAY_TOKEN|\.env\b/,
  },
]
