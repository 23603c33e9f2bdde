/** The files in which the drift tests keep a value, each in the dress of somebody's real one. */
export interface Document {
  readonly file: string
  readonly locator: string
  readonly with: (value: string) => Buffer
  /** The same file without the entry; none where the file is nothing but the value. */
  readonly without?: Buffer
  /** An entry with another value before the one that counts. */
  readonly twice?: (earlier: string, value: string) => Buffer
  /** An expression where the value should stand. */
  readonly reference?: Buffer
  /** Whether its reader refuses two entries, so that one is left. */
  readonly single?: boolean
  /** Whether a missing file can be made: where not, its product's installer makes it. */
  readonly creatable: boolean
}

const name = "OPENCLAW_GATEWAY_TOKEN"
const text = (before: string, entry: (value: string) => string, after: string) => ({
  with: (value: string) => Buffer.from(before + entry(value) + after),
  without: Buffer.from(before + after),
  twice: (earlier: string, value: string) => Buffer.from(before + entry(earlier) + entry(value) + after),
})

const xml = text(
  `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
\t<!-- by hand -->
\t<key>Label</key><string>com.clawdbot.node</string>
\t<key>EnvironmentVariables</key>
\t<dict>
\t\t<key>PATH</key>
\t\t<string>/usr/bin</string>
`,
  (value) => `\t\t<key>${name}</key>\n\t\t<string>${value}</string>\n`,
  "\t</dict>\n</dict>\n</plist>\n",
)

export const documents: Readonly<Record<string, Document>> = {
  json5: {
    file: "openclaw.json",
    locator: "gateway.auth.token",
    creatable: true,
    ...text(
      "// by hand\n{ gateway: { auth: {\n  mode: 'token',\n",
      (value) => `  token: '${value}',\n`,
      "} }, n: 1e3 } // end\n",
    ),
    reference: Buffer.from("{ gateway: { auth: { token: { source: 'env', provider: 'default', id: 'X' } } } }\n"),
  },
  dotenv: {
    file: ".env",
    locator: name,
    creatable: true,
    ...text("# by hand\r\nA=1\r\n", (value) => `export ${name}="${value}"\r\n`, "\r\nB='2'"),
  },
  shell: {
    file: ".zshrc",
    locator: name,
    creatable: true,
    ...text("# by hand\nif true; then\n  alias a='b'\nfi\n", (value) => `  export ${name}='${value}'\n`, "set -- $@\n"),
    reference: Buffer.from(`export ${name}="$(cat /elsewhere)"\n`),
  },
  "environment-file": {
    file: "gateway.systemd.env",
    locator: name,
    creatable: true,
    ...text("; by hand\nA=1\n", (value) => `${name}="${value}"\n`, "B=2 \\\n 3\n"),
  },
  systemd: {
    file: "gateway.service",
    locator: name,
    creatable: true,
    ...text(
      "[Unit]\nDescription=by hand\n\n[Service]\nEnvironment=A=1\n",
      (value) => `Environment="${name}=${value}"\n`,
      "ExecStart=/bin/true --x \\\n  y\n[Install]\n",
    ),
  },
  "plist xml": { file: "com.clawdbot.node.plist", locator: name, creatable: false, ...xml },
  "plist binary": {
    file: "com.clawdbot.binary.plist",
    locator: name,
    creatable: false,
    with: (value) =>
      binary([
        ["PATH", "/usr/bin"],
        [name, value],
      ]),
    without: binary([["PATH", "/usr/bin"]]),
    twice: (earlier, value) =>
      binary([
        [name, earlier],
        ["PATH", "/usr/bin"],
        [name, value],
      ]),
  },
  compose: {
    file: "compose.yaml",
    locator: `gateway.${name}`,
    creatable: false,
    single: true,
    ...text(
      "services:\n  gateway:\n    image: &i gateway # by hand\n    environment:\n      - A=1\n",
      (value) => `      - ${name}=${value}\n`,
      "    ports: [ '18789' ]\n",
    ),
    reference: Buffer.from(
      `services:\n  gateway:\n    environment:\n      ${name}: \${ELSEWHERE:-clawdbot-local-dev}\n`,
    ),
  },
  file: { file: "gateway-token", locator: "*", creatable: true, with: (value) => Buffer.from(`${value}\n`) },
}

/** A binary property list with a label and these variables, by the format's published layout. */
function binary(variables: readonly (readonly [string, string])[]): Buffer {
  const texts = ["Label", "com.clawdbot.node", "EnvironmentVariables", ...variables.flat()]
  const dict = (keys: number[], values: number[]) => Buffer.from([0xd0 + keys.length, ...keys, ...values])
  const at = (nth: number) => 3 + 2 + nth
  const pairs = variables.map((_pair, nth) => nth * 2)
  const objects = [
    dict([1, 3], [2, 4]),
    ...texts.slice(0, 3).map(ascii),
    dict(
      pairs.map(at),
      pairs.map((nth) => at(nth + 1)),
    ),
    ...texts.slice(3).map(ascii),
  ]
  const offsets = objects.map((_object, nth) => 8 + objects.slice(0, nth).reduce((sum, { length }) => sum + length, 0))
  const body = Buffer.concat([Buffer.from("bplist00"), ...objects])
  const width = body.length < 256 ? 1 : 2
  const table = Buffer.alloc(offsets.length * width)
  for (const [nth, offset] of offsets.entries()) table.writeUIntBE(offset, nth * width, width)
  const trailer = Buffer.alloc(32)
  trailer[6] = width
  trailer[7] = 1
  for (const [field, value] of [objects.length, 0, body.length].entries())
    trailer.writeBigUInt64BE(BigInt(value), 8 + field * 8)
  return Buffer.concat([body, table, trailer])
}

function ascii(text: string): Buffer {
  const length = text.length < 15 ? [0x50 + text.length] : [0x5f, 0x10, text.length]
  return Buffer.concat([Buffer.from(length), Buffer.from(text)])
}
