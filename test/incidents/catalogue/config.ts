import { configured, dropIn, edited, refusedToken, started } from "../faults.ts"
import type { Incident } from "../incident.ts"

const config = ".openclaw/openclaw.json"

/** What the products read, and what they refuse. */
export const configs: readonly Incident[] = [
  {
    id: "invalid-json5",
    title: "The node's config is no JSON5 any more: a comma was lost in an edit.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "node",
    async break({ node }) {
      return { mend: edited(node, config, (text) => text.replace(/,\n/, "\n")) }
    },
    cause: {
      scan: /openclaw\.json.*is not JSON5/i,
      doctor: /openclaw\.json.*is not JSON5/i,
      preview: /tw config.*is not JSON5/i,
    },
    own: /JSON5|parse|invalid config|config.*invalid/i,
  },
  {
    id: "unknown-key",
    title: "The node's config has a key that this version of openclaw refuses, so it does not start.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "node",
    restarts: ["node"],
    async break(fleet) {
      const undo = configured(fleet.node, "openclaw", ({ gateway }) => {
        gateway.remote.bogus = true
      })
      return started(fleet, undo, /Unrecognized key/i)
    },
    cause: {
      scan: /key that openclaw refuses.*gateway\.remote\.bogus/i,
      doctor: /key that openclaw refuses.*gateway\.remote\.bogus/i,
      preview: /^tw .*key that openclaw refuses.*gateway\.remote\.bogus/i,
    },
    own: /Unrecognized key.*bogus/i,
  },
  {
    id: "two-profiles",
    title: "The node's service runs with another profile (OPENCLAW_PROFILE=work), whose config has an old token.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "node",
    restarts: ["node"],
    async break(fleet) {
      const { node, other } = fleet
      node.run("mkdir -p -m 700 ~/.openclaw-work")
      const text = JSON.stringify({
        gateway: { mode: "remote", remote: { url: "ws://studio.local:18789", token: other() } },
      })
      node.write(".openclaw-work/openclaw.json", text)
      const undo = dropIn(node, "[Service]\nEnvironment=OPENCLAW_PROFILE=work OPENCLAW_STATE_DIR=%h/.openclaw-work\n")
      const leave = () => {
        undo()
        node.run("rm -r ~/.openclaw-work")
      }
      return started(fleet, leave, refusedToken)
    },
    cause: {
      scan: /runs with profile work|of profile work .* refused/i,
      doctor: /runs with profile work|of profile work .* refused/i,
      preview: /^tw .*(?:runs with profile work|of profile work .* refused)/i,
    },
    own: /openclaw-work|profile .?work/i,
  },
  {
    id: "quoted-token",
    title: "The token in the node's environment has quotation marks as a part of it.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "node",
    restarts: ["node"],
    async break(fleet) {
      const { node, token, secrets } = fleet
      secrets.add(`"${token}"`)
      const undo = dropIn(node, `[Service]\nEnvironment='OPENCLAW_GATEWAY_TOKEN="${token}"'\n`)
      return started(fleet, undo, refusedToken)
    },
    cause: {
      scan: /with quot(?:es|ation marks)/i,
      doctor: /with quot(?:es|ation marks)/i,
      preview: /^tw .*with quot(?:es|ation marks)/i,
    },
    own: /quot(?:e|ation)/i,
  },
  {
    id: "predecessor-name",
    title: "The node's unit gives it its token as CLAWDBOT_GATEWAY_TOKEN, which openclaw does not read.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "node",
    restarts: ["node"],
    async break(fleet) {
      const { node, token } = fleet
      const undos = [
        configured(node, "openclaw", ({ gateway }) => {
          delete gateway.remote.token
        }),
        dropIn(node, `[Service]\nEnvironment=CLAWDBOT_GATEWAY_TOKEN=${token}\n`),
      ]
      const undo = () => {
        for (const each of undos) each()
      }
      return started(fleet, undo, /gateway connected|missing|pairing/i)
    },
    cause: {
      scan: /CLAWDBOT_GATEWAY_TOKEN.*ignored by openclaw/i,
      doctor: /CLAWDBOT_GATEWAY_TOKEN.*ignored by openclaw/i,
      preview: /^tw .*CLAWDBOT_GATEWAY_TOKEN/i,
    },
    own: /CLAWDBOT_/,
  },
  {
    id: "other-shell",
    title: "The live token is exported in the profile of a shell that its user does not log in with (fish).",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "node",
    async break({ node, other }) {
      return { mend: edited(node, ".config/fish/config.fish", () => `set -gx OPENCLAW_GATEWAY_TOKEN ${other()}\n`) }
    },
    cause: {
      scan: /config\.fish/i,
      doctor: /config\.fish/i,
      preview: "it looks at the profiles that are declared (`profiles`), as nobody is refused yet",
    },
    own: /config\.fish/,
  },
]
