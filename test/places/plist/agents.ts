/** Launch agents as the products write them; `token` is made by the test. */

const doctype = '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">'

/** The gateway of clawdbot carries its token in the environment; keys are indented by two more spaces than their dict. */
export function clawdbotGateway(token: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
${doctype}
<plist version="1.0">
  <dict>
    <key>Label</key>
    <string>com.clawdbot.gateway</string>

    <key>RunAtLoad</key>
    <true/>
    <key>KeepAlive</key>
    <true/>
    <key>ProgramArguments</key>
    <array>
      <string>/opt/homebrew/bin/node</string>
      <string>/opt/homebrew/lib/node_modules/clawdbot/dist/entry.js</string>
      <string>gateway</string>
      <string>--port</string>
      <string>18789</string>
    </array>

    <key>EnvironmentVariables</key>
    <dict>
    <key>PATH</key>
    <string>/opt/homebrew/bin:/usr/bin:/bin</string>
    <key>CLAWDBOT_GATEWAY_TOKEN</key>
    <string>${token}</string>
    <key>CLAWDBOT_LAUNCHD_LABEL</key>
    <string>com.clawdbot.gateway</string>
    </dict>
  </dict>
</plist>
`
}

/** The node of openclaw starts through a wrapper that reads an environment file. */
export const openclawNode = `<?xml version="1.0" encoding="UTF-8"?>
${doctype}
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>ai.openclaw.node</string>
	<key>KeepAlive</key>
	<true/>
	<key>Umask</key>
	<integer>63</integer>
	<key>ThrottleInterval</key>
	<integer>10</integer>
	<key>ProgramArguments</key>
	<array>
		<string>/bin/sh</string>
		<string>/Users/u/.openclaw/service-env/ai.openclaw.node-env-wrapper.sh</string>
		<string>/Users/u/.openclaw/service-env/ai.openclaw.node.env</string>
		<string>/opt/homebrew/bin/node</string>
		<string>node</string>
		<string>run</string>
		<string>--host</string>
		<string>192.168.1.10</string>
	</array>
	<!-- kept in step by hand -->
	<key>StandardOutPath</key>
	<string>/Users/u/.openclaw/logs/node.log</string>
</dict>
</plist>
`
