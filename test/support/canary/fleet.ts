import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import type { Fleet, PlaceDeclaration } from "../engine/program.ts"
import type { Workspace } from "../engine/workspace.ts"

/** One place in a file of each kind. */
export const places = {
  "studio config": { path: "~/.openclaw/openclaw.json", locator: "gateway.auth.token" },
  "studio dotenv": { path: "~/.openclaw/.env", locator: "OPENCLAW_GATEWAY_TOKEN" },
  "studio secret file": { path: "~/.openclaw/gatekey/gateway-token", locator: "*" },
  "tw agent": { path: "~/Library/agent.plist", locator: "OPENCLAW_GATEWAY_TOKEN" },
  "box unit": { path: "~/.config/node.service", locator: "OPENCLAW_GATEWAY_TOKEN" },
  "box compose": { path: "~/docker-compose.yml", locator: "gateway.OPENCLAW_GATEWAY_TOKEN" },
  "tw profile": { path: "~/.zshrc", locator: "OPENCLAW_GATEWAY_TOKEN", must: "nothing" },
} as const satisfies Fleet["places"]

export const late = { path: "~/late.env", locator: "OPENCLAW_GATEWAY_TOKEN" } as const satisfies PlaceDeclaration

export const files: readonly string[] = [...Object.values(places), late].map(({ path }) => path.slice(2))

const contents: Readonly<Record<string, string>> = {
  ".openclaw/openclaw.json": "// mine\n{ gateway: { port: 18789, auth: { mode: 'token', token: 'TOKEN' } } }\n",
  "Library/agent.plist": `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
  <key>ProgramArguments</key><array><string>/usr/local/bin/openclaw</string></array>
  <key>EnvironmentVariables</key><dict><key>PATH</key><string>/bin</string></dict>
</dict></plist>
`,
  ".config/node.service": "[Service]\nExecStart=/usr/local/bin/openclaw node\n",
  "docker-compose.yml": "services:\n  gateway:\n    image: openclaw\n    environment:\n      TZ: UTC\n",
  ".zshrc": "alias ll='ls -l'\n",
}

/** The files as they are before gatekey comes, with the token that is in use. */
export function settle(space: Workspace, token: string): void {
  for (const [name, text] of Object.entries(contents)) write(space, name, text.replace("TOKEN", token))
}

export function write(space: Workspace, name: string, text: string): void {
  mkdirSync(dirname(space.at(name)), { recursive: true })
  writeFileSync(space.at(name), text, { mode: 0o600 })
}

export function change(space: Workspace, name: string, how: (text: string) => string): void {
  write(space, name, how(readFileSync(space.at(name), "utf8")))
}

/** So that not even root can write it. */
export function freeze(file: string, on: boolean): void {
  for (const path of [file, dirname(file)]) if (existsSync(path)) execFileSync("chattr", [on ? "+i" : "-i", path])
}

/** The text as an editor's slip leaves it: it does not parse, right beside the token. */
export function broken(name: string, text: string): string {
  if (name.endsWith(".json")) return text.replace(/(['"]?[0-9a-f]{64}['"]?)/, "$1 $1")
  if (name.endsWith(".plist")) return text.replace(/([0-9a-f]{64})<\/string>/, "$1</sting>")
  if (name.endsWith(".yml")) return text.replace(/([0-9a-f]{64})/, '"$1" "$1": [')
  if (name.endsWith(".service")) return text.replace(/([0-9a-f]{64})"?/, '"$1\\x" "')
  return text.replace(/([0-9a-f]{64})/, "'$1")
}
