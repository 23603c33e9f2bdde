import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import JSON5 from "json5"
import type { Fleet } from "../engine/program.ts"
import type { Workspace } from "../engine/workspace.ts"

/** Five places in three files, as one Mac has them. */
const places: Fleet["places"] = {
  "config auth": { path: "~/openclaw.json", locator: "gateway.auth.token" },
  "config remote": { path: "~/openclaw.json", locator: "gateway.remote.token" },
  "dotenv entry": { path: "~/.env", locator: "OPENCLAW_GATEWAY_TOKEN" },
  "agent environment": { path: "~/agent.plist", locator: "OPENCLAW_GATEWAY_TOKEN" },
  "agent flag": { path: "~/agent.plist", locator: "--token", must: "nothing" },
}

export const fleet = (rotation: number): Fleet => ({ token: { rotation }, places })
export const onlyToken: Fleet = { token: { rotation: 1 }, places: {} }

const plist = (environment: string, words: string) => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>ai.openclaw.node</string>
  <key>ProgramArguments</key>
  <array><string>/usr/local/bin/openclaw</string><string>node</string>${words}</array>
  <key>EnvironmentVariables</key>
  <dict>
    <key>PATH</key><string>/usr/bin:/bin</string>${environment}
  </dict>
</dict>
</plist>
`

const flag = "<string>--token</string><string>clawdbot-local-dev</string>"

/** The files before anything was deployed: no token, and words of the user's own around. */
export function settle(space: Workspace): void {
  writeFileSync(space.at("openclaw.json"), "// mine\n{ gateway: { port: 18789, auth: { mode: 'token' } } }\n", {
    mode: 0o600,
  })
  writeFileSync(space.at(".env"), "# mine\nOTHER=1\n", { mode: 0o600 })
  writeFileSync(space.at("agent.plist"), plist("", ""), { mode: 0o600 })
}

/** Three of the five places are no longer what they must be. */
export function spoil(space: Workspace): void {
  const config = readFileSync(space.at("openclaw.json"), "utf8")
  writeFileSync(space.at("openclaw.json"), config.replace(/[0-9a-f]{64}/, "clawdbot-local-dev"))
  writeFileSync(space.at("agent.plist"), plist("", flag))
}

/** The values of the four places that hold one, each file read by another reader than ours. */
export function held(space: Workspace): readonly (string | undefined)[] {
  const text = (name: string) => readFileSync(space.at(name), "utf8")
  const { gateway } = JSON5.parse(text("openclaw.json"))
  const [, entry] = /^OPENCLAW_GATEWAY_TOKEN=(\w+)$/m.exec(text(".env")) ?? []
  const agent = text("agent.plist")
  const [, variable] = /<key>OPENCLAW_GATEWAY_TOKEN<\/key>\s*<string>(\w+)<\/string>/.exec(agent) ?? []
  const whole =
    agent.endsWith("</dict>\n</plist>\n") && !agent.includes("--token") && text(".env").includes("OTHER=1\n")
  return whole ? [gateway.auth.token, gateway.remote.token, entry, variable] : []
}

/** All names in the home, with inode, time of change and size: what a write by anybody would alter. */
export function look(space: Workspace): readonly string[] {
  const names = readdirSync(space.home, { recursive: true }) as string[]
  return names.sort().map((name) => {
    const { ino, mtimeMs, ctimeMs, size } = statSync(join(space.home, name))
    return `${name} ${ino} ${mtimeMs} ${ctimeMs} ${size}`
  })
}

export function names(space: Workspace): readonly string[] {
  return (readdirSync(space.home, { recursive: true }) as string[]).sort()
}
