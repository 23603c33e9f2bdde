/** One kind of place on a host, with the user's own lines in its file, and a reader that is not gatekey's. */
export interface Kind {
  readonly name: string
  readonly path: string
  readonly locator: string
  readonly format?: string
  /** The file before anything was deployed. */
  readonly start: string
  /** Finds the token. */
  readonly value: RegExp
  /** Lines that come and go with the token. */
  readonly own: RegExp
  /** Whether gatekey can create the whole file; else its user's own lines must be there. */
  readonly isWhole: boolean
  /** Adds a line of the user's own; undefined if the file cannot have any. */
  readonly add?: (text: string, line: string) => string
  /** What a line of the user's own looks like. */
  readonly note?: (number: number) => string
}

/** A public default, as set-up guides have it. */
export const weak = "clawdbot-local-dev"

const append = (text: string, line: string) => `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${line}\n`
const comment = (number: number) => `# note ${number}`

/** Those that a fleet commonly has. */
export const kinds: readonly Kind[] = [
  {
    ...{ name: "service environment", path: "service/worker.systemd.env", locator: "GATEWAY_TOKEN" },
    start: "# mine\nLANG=C.UTF-8\nGATEWAY_PORT=18789\n",
    ...{ value: /^GATEWAY_TOKEN="?([\w-]+)"?$/m, own: /^GATEWAY_TOKEN=/, isWhole: true, add: append, note: comment },
  },
  {
    ...{ name: "client agent", path: "Library/LaunchAgents/com.example.client.plist", locator: "CLIENT_TOKEN" },
    start: `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0">
<dict>
  <key>Label</key><string>com.example.client</string>
  <key>EnvironmentVariables</key>
  <dict>
    <key>PATH</key><string>/usr/bin:/bin</string>
  </dict>
</dict>
</plist>
`,
    ...{ value: /<key>CLIENT_TOKEN<\/key>\s*<string>([\w-]+)<\/string>/, isWhole: false },
    own: /^\s*(?:<key>CLIENT_TOKEN<\/key>.*|<string>[0-9a-f]{64}<\/string>)$/,
    add: (text, line) => text.replace("</plist>", `${line}\n</plist>`),
    note: (number) => `<!-- note ${number} -->`,
  },
  {
    ...{ name: "app dotenv", path: "app/.env", locator: "OPENCLAW_GATEWAY_TOKEN" },
    start: `# mine\nOTHER=1\nOPENCLAW_GATEWAY_TOKEN=${weak}\n`,
    ...{ value: /^OPENCLAW_GATEWAY_TOKEN="?([\w-]+)"?$/m, own: /^OPENCLAW_GATEWAY_TOKEN=/ },
    ...{ isWhole: true, add: append, note: comment },
  },
  {
    ...{ name: "compose dotenv", path: "compose/.env", locator: "GATEWAY_TOKEN" },
    start: "COMPOSE_PROJECT_NAME=home\n",
    ...{ value: /^GATEWAY_TOKEN="?([\w-]+)"?$/m, own: /^GATEWAY_TOKEN=/, isWhole: true, add: append, note: comment },
  },
  {
    ...{ name: "profile", path: ".zshrc", locator: "CLIENT_TOKEN" },
    start: "# mine\nalias ll='ls -l'\nexport EDITOR=vi\n",
    ...{ value: /^export CLIENT_TOKEN='?"?([\w-]+)"?'?$/m, own: /^export CLIENT_TOKEN=/ },
    ...{ isWhole: true, add: append, note: comment },
  },
  {
    ...{ name: "docker secret", path: "secrets/gateway_token", locator: "*", format: "file" },
    ...{ start: "", value: /^([\w-]+)\n?$/, own: /./, isWhole: true },
  },
  {
    ...{ name: "script", path: "bin/report.sh", locator: "--token" },
    start: `#!/bin/sh\n# mine\nexec /opt/client report --token ${weak} --quiet\n`,
    ...{ value: /--token[ =]'?"?([\w-]+)/, own: /^exec \/opt\/client report/, isWhole: false },
    ...{ add: append, note: comment },
  },
  {
    ...{ name: "report unit", path: ".config/systemd/user/report.service", locator: "REPORT_TOKEN" },
    start: "[Unit]\nDescription=mine\n[Service]\nExecStart=/bin/true\nEnvironment=A=1\n",
    ...{ value: /^Environment="?REPORT_TOKEN=([\w-]+)"?$/m, own: /^Environment="?REPORT_TOKEN=/ },
    ...{ isWhole: false, add: append, note: comment },
  },
  {
    ...{ name: "tool config", path: "tool/config.json", locator: "gateway.token" },
    start: '// mine\n{\n  "gateway": {\n    "port": 18789,\n    "token": "clawdbot-local-dev",\n  },\n}\n',
    ...{ value: /"?token"?: ?["']([\w-]+)["']/, own: /^\s*"?token"?: /, isWhole: false },
    ...{ add: (text, line) => `${line}\n${text}`, note: (number) => `// note ${number}` },
  },
]

/** The one file in which a member keeps the token itself. */
export const secretKind: Kind = {
  ...{ name: "secret", path: ".openclaw/gatekey/gateway-token", locator: "*", format: "file", start: "" },
  ...{ value: /^([\w-]+)\n?$/, own: /./, isWhole: true },
}

/** Lists the lines that are the user's own. */
export function foreignLines({ own }: Kind, text: string): string[] {
  return text.split("\n").filter((line) => line !== "" && !own.test(line))
}

/** Chooses which kinds a host has: three, so that each kind is on some host. */
export function kindsOf(host: number): readonly Kind[] {
  return [0, 1, 2].map((each) => kinds[(host * 3 + each) % kinds.length] as Kind)
}

/** Returns the kind of a place. */
export function kindOf(place: string): Kind {
  const name = place.slice(place.indexOf(" ") + 1)
  const found = [...kinds, secretKind].find((kind) => kind.name === name)
  if (!found) throw new Error(`no kind is called ${name}`)
  return found
}

/** Returns the home of a place. */
export function homeOf(place: string): string {
  return place.slice(0, place.indexOf(" "))
}
