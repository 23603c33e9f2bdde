import { configured, edited } from "../faults.ts"
import type { Fleet } from "../fleet.ts"
import type { Incident } from "../incident.ts"

const doctor = "it follows what is read on the way of a node; a copy elsewhere is searched for by `gatekey scan`"
const preview = "it looks at the places that are declared; `gatekey scan --write` declares this one, or lists it"
const onlyLast = "of the copies beside a config it looks at `.bak` alone"

interface Planted {
  readonly id: string
  readonly title: string
  readonly fleet: Fleet["product"]
  readonly at: Incident["at"]
  /** Below the home. */
  readonly path: string
  readonly text: (token: string) => string
  /** What `gatekey scan` must report, and `gatekey doctor` too if the product names such a file so. */
  readonly scan: RegExp
  readonly isNamed?: true
}

/** The live token in a file that no rotation reaches. */
function planted({ path, text, scan, isNamed, ...incident }: Planted): Incident {
  return {
    ...incident,
    platforms: ["linux", "macos"],
    async break(fleet) {
      const member = fleet[incident.at]
      return { mend: edited(member, path, (before) => before + text(fleet.token)) }
    },
    cause: isNamed ? { scan, doctor: scan, preview: onlyLast } : { scan, doctor, preview },
    own: new RegExp((path.split("/").at(-1) ?? path).replaceAll(".", "\\.")),
  }
}

/** Copies of the live token that no name tells: they are found by its value. */
export const copies: readonly Incident[] = [
  planted({
    id: "mcp-client",
    title: "Claude Desktop's config gives the live token to an MCP server.",
    fleet: "clawdbot",
    at: "node",
    path: "Library/Application Support/Claude/claude_desktop_config.json",
    text: (token) => JSON.stringify({ mcpServers: { claw: { command: "npx", args: ["x"], env: { TOKEN: token } } } }),
    scan: /claude_desktop_config\.json mcpServers\.claw\.env\.TOKEN.*contains the live token \(Claude Desktop\)/i,
  }),
  planted({
    id: "pm2-dump",
    title: "pm2 saved the live token with its list of processes.",
    fleet: "clawdbot",
    at: "gateway",
    path: ".pm2/dump.pm2",
    text: (token) => JSON.stringify([{ name: "gateway", env: { GW: token } }]),
    scan: /dump\.pm2 \[0\]\.env\.GW.*contains the live token \(pm2\)/i,
  }),
  planted({
    id: "shell-history",
    title: "The shell's history has the command that exported the live token.",
    fleet: "clawdbot",
    at: "node",
    path: ".zsh_history",
    text: (token) => `: 1764000000:0;ls\n: 1764000001:0;export GW=${token}\n`,
    scan: /\.zsh_history line 2 .*contains the live token \(a history of commands\)/i,
  }),
  planted({
    id: "dashboard-link",
    title: "A note has the dashboard's link, with the live token in it.",
    fleet: "clawdbot",
    at: "node",
    path: "notes/dashboard.md",
    text: (token) => `# Links\n\n[dashboard](http://mac.local:18789/#token=${token})\n`,
    scan: /dashboard\.md line 3 .*contains the live token/i,
  }),
  planted({
    id: "script-bearer",
    title: "A script of the user's calls the gateway with the live token in its header.",
    fleet: "clawdbot",
    at: "gateway",
    path: "bin/ask",
    text: (token) =>
      `#!/bin/sh\ncurl -H "Authorization: Bearer ${token}" http://127.0.0.1:18789/tools/invoke -d '{"tool":"x"}'\n`,
    scan: /bin\/ask line 2 .*(?:contains|holds) the live token/i,
  }),
  planted({
    id: "compose-env-file",
    title: "A Compose project names an env_file that has the live token.",
    fleet: "clawdbot",
    at: "gateway",
    path: "stack/gateway.env",
    text: (token) => `GW=${token}\n`,
    scan: /gateway\.env GW .*(?:contains|holds) the live token/i,
  }),
  planted({
    id: "project-dotenv",
    title: "A dashboard's own folder has the live token in its .env.local.",
    fleet: "clawdbot",
    at: "node",
    path: "mission-control/.env.local",
    text: (token) => `VITE_URL=x\nGATEWAY_TOKEN="${token}"\n`,
    scan: /\.env\.local GATEWAY_TOKEN .*contains the live token \(the program of that folder\)/i,
  }),
  {
    id: "hooks-token",
    title: "The webhooks have the gateway's own token (hooks.token): who sends them can use the gateway.",
    ...{ fleet: "openclaw", platforms: ["linux", "macos"], at: "gateway", restarts: ["gateway"] },
    async break({ gateway, token }) {
      const mend = configured(gateway, "openclaw", (config) => {
        config.hooks = { enabled: true, token }
      })
      return { mend, restarts: ["gateway"] }
    },
    cause: {
      scan: /openclaw\.json hooks\.token .*contains the live token \(its webhooks\)/i,
      doctor,
      preview,
    },
    own: /hooks\.token/,
  },
  planted({
    id: "update-backup",
    title: "openclaw kept the config of before an update (openclaw.json.pre-update), with the live token.",
    fleet: "openclaw",
    at: "gateway",
    path: ".openclaw/openclaw.json.pre-update",
    text: (token) => JSON.stringify({ gateway: { mode: "local", auth: { mode: "token", token } } }),
    isNamed: true,
    scan: /openclaw\.json\.pre-update gateway\.auth\.token .*(?:contains|holds) the live token/i,
  }),
  planted({
    id: "rejected-backup",
    title: "openclaw kept a config that it had rejected (openclaw.json.rejected.TIME), with the live token.",
    fleet: "openclaw",
    at: "gateway",
    path: ".openclaw/openclaw.json.rejected.2026-11-20T08-00-00-000Z",
    text: (token) => JSON.stringify({ gateway: { auth: { mode: "token", token }, bogus: true } }),
    isNamed: true,
    scan: /openclaw\.json\.rejected\.\S+ gateway\.auth\.token .*(?:contains|holds) the live token/i,
  }),
  planted({
    id: "companion-app",
    title: "A companion app keeps the live token in a dot file of its own (~/.clawmetry-gateway.json).",
    fleet: "openclaw",
    at: "gateway",
    path: ".clawmetry-gateway.json",
    text: (token) => JSON.stringify({ url: "ws://127.0.0.1:18789", token }),
    scan: /\.clawmetry-gateway\.json token .*contains the live token/i,
  }),
  planted({
    id: "quadlet",
    title: "A Podman Quadlet has the live token in an Environment= line.",
    fleet: "openclaw",
    at: "node",
    path: ".config/containers/systemd/sidecar.container",
    text: (token) => `[Container]\nImage=sidecar\nEnvironment=GW=${token}\n`,
    scan: /sidecar\.container line 3 .*contains the live token \(a Podman Quadlet\)/i,
  }),
  planted({
    id: "infrastructure-file",
    title: "A Terraform variables file has the live token.",
    fleet: "openclaw",
    at: "node",
    path: "infra/home.tfvars",
    text: (token) => `region = "home"\ngateway_token = "${token}"\n`,
    scan: /home\.tfvars line 2 .*contains the live token \(Terraform\)/i,
  }),
]
