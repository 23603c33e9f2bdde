const variable = "OPENCLAW_GATEWAY_TOKEN"

/** The places of one node, each in a file of its own, and what stands there before gatekey comes. `~` is its home. */
export const places = [
  {
    name: "config",
    path: "~/.openclaw/openclaw.json",
    locator: "gateway.remote.token",
    before: `{
  // where the gateway is
  gateway: { mode: "remote", remote: { url: "wss://gateway.example:18789" } },
  agents: { defaults: { workspace: "~/workspace" } },
}
`,
  },
  {
    name: "dotenv",
    path: "~/.openclaw/.env",
    locator: variable,
    before: "# read at start\nLOG_LEVEL=info\nNODE_OPTIONS=--enable-source-maps\n",
  },
  {
    name: "launch agent",
    path: "~/Library/LaunchAgents/ai.openclaw.node.plist",
    locator: variable,
    before: `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>ai.openclaw.node</string>
  <key>ProgramArguments</key>
  <array>
    <string>/usr/local/bin/openclaw</string>
    <string>node</string>
  </array>
  <key>EnvironmentVariables</key>
  <dict>
    <key>PATH</key>
    <string>/usr/local/bin:/usr/bin:/bin</string>
  </dict>
  <key>RunAtLoad</key>
  <true/>
</dict>
</plist>
`,
  },
  {
    name: "drop-in",
    path: "~/.config/systemd/user/openclaw-node.service.d/10-token.conf",
    locator: variable,
    before: "# the node's own settings\n[Service]\nEnvironment=LOG_LEVEL=info\nRestartSec=5\n",
  },
] as const
