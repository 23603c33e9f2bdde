import type { FormatName } from "../../core/content.ts"
import type { Kind } from "../../survey/files/kinds.ts"
import { plistBinary } from "./sizes/binary.ts"

const O = "OPENCLAW_GATEWAY_TOKEN"

/** A file as people have it, by which format it is edited, and what a survey takes it for. */
export interface Sample {
  readonly name: string
  readonly bytes: Uint8Array
  readonly formats: readonly (readonly [FormatName, locator: string])[]
  readonly kinds: readonly (readonly [Kind, path: string])[]
}

function sample(name: string, text: string | Uint8Array, formats: Sample["formats"], kinds: Sample["kinds"]): Sample {
  return { name, bytes: Buffer.from(text as string), formats, kinds }
}

export const corpus: readonly Sample[] = [
  sample(
    "a config",
    `// mine\n{\n  "gateway": { mode: 'local', auth: { token: "a\\u0062\\"c\\x41", }, /* b */ remote: {token: '\${${O}}'} },\n  env: {vars: {${O}: "$X"}}, n: [+.5e1, 0xA, -Infinity, null,],\n}\n`,
    [
      ["json5", "gateway.auth.token"],
      ["json5", "gateway.remote.token"],
      ["json5", "gateway.new.key"],
    ],
    [
      ["config", "/home/a/.openclaw/openclaw.json"],
      ["backup", "/home/a/.openclaw/openclaw.json.bak"],
    ],
  ),
  sample(
    "a dotenv",
    `# mine\nexport A="b\\nc" # d\n${O}='x y'\nB=\`c\`\n${O}: "a$\{A:-b}"\nC=$A\r\nWord:\nK=\n`,
    [
      ["dotenv", O],
      ["environment-file", O],
      ["shell", O],
    ],
    [
      ["dotenv", "/home/a/.openclaw/.env"],
      ["compose dotenv", "/home/a/x/.env"],
      ["unit env file", "/home/a/x.env"],
      ["compose secret", "/home/a/x"],
    ],
  ),
  sample(
    "a shell's profile",
    `case $- in *i*) ;; (a|b) return;; esac\nf() { local x=$((1 + (2))); [[ $a == (#i)b ]] && y "$(z "\${q:-\`w\`}")"; }\ncat <<-'E' >/dev/null\n\tx\n\tE\nexport A=1 ${O}='it'\\''s' B=$'a\\n' # c\neval "export ${O}=$A"; : \${${O}:=d}\n(( a = 1 << 2 )); x=(a b)\nopenclaw gateway run --token "$T" --url ws://x &\n`,
    [
      ["shell", O],
      ["shell", "--token"],
    ],
    [
      ["profile", "/home/a/.zshrc"],
      ["script", "/home/a/x.sh"],
      ["script", "/home/a/x.py"],
      ["crontab", "/etc/cron.d/x"],
      ["launch agent env file", "/home/a/x.env"],
    ],
  ),
  sample(
    "a profile of fish",
    `# it's\nset -gx ${O} 'it\\'s' "a$X(b)" (c "d$(e ')')") {f,g}\nexport ${O}="x"; and env "${O}=y" true 2>/dev/null\nSETUVAR --export ${O}:a\\x2db\n`,
    [["shell", O]],
    [
      ["profile", "/home/a/.config/fish/config.fish"],
      ["profile", "/home/a/.config/fish/fish_variables"],
    ],
  ),
  sample(
    "a profile of csh",
    `# it's\nif ($?prompt) setenv ${O} 'a\\!b'\nsetenv ${O} "c$X\`d\`" >& /dev/null ; set x = ( a b )\nsetenv ${O} \\\n e\n`,
    [["shell", O]],
    [["profile", "/home/a/.login"]],
  ),
  sample(
    "a unit",
    `[Unit]\nDescription=openclaw\n[Service]\n# c \\\n; d\nEnvironment="${O}=a b" 'C=%h' \\\n  # e\n  D=\\x41\\101\\u00e9\nEnvironmentFile=-%h/x*.env\nUnsetEnvironment=${O}\nExecStart=@-/usr/bin/env x -S "${O}=c" openclaw gateway run --token "$\{${O}}" ; /bin/sh -c "exec openclaw node run --token 'x y'"\nExecStart=\n`,
    [
      ["systemd", O],
      ["systemd", "--token"],
    ],
    [
      ["unit environment", "/home/a/.config/systemd/user/openclaw-node.service"],
      ["unit drop-in", "/home/a/.config/systemd/user/openclaw-node.service.d/x.conf"],
    ],
  ),
  sample(
    "a Compose file",
    `x-a: &a {${O}: "$\{X:-$\{Y:-clawdbot-local-dev}}"}\nservices:\n  gw: # c\n    image: openclaw\n    environment: {<<: [*a], A: !!str 1}\n    command: [openclaw, gateway, run, --token, 'it''s']\n  cli:\n    environment:\n      - ${O}=a\\b # d\n      - "${O}=\\x41\\u00e9"\n    env_file: [{path: x.env, format: raw}]\n    entrypoint: >-\n      openclaw --token\n      $\{T}\nsecrets: {token: {content: |\n    a\n  }}\n`,
    [
      ["compose", `gw.${O}`],
      ["compose", `cli.${O}`],
      ["compose", `new.${O}`],
    ],
    [["compose environment", "/home/a/x/compose.yaml"]],
  ),
  sample(
    "a property list",
    `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0"><dict>\n\t<!-- c --><key>Label</key><string>ai.openclaw.node</string>\n\t<key>EnvironmentVariables</key><dict><key>${O}</key><string>a&amp;<![CDATA[b]]>&#x41;</string></dict>\n\t<key>ProgramArguments</key><array><string>openclaw</string><string>--token</string><string>x</string></array>\n\t<key>a</key><data>AA==</data><key>b</key><real>1.5</real><true/>\n</dict></plist>\n`,
    [
      ["plist", O],
      ["plist", "--token"],
    ],
    [["launch agent environment", "/home/a/Library/LaunchAgents/ai.openclaw.node.plist"]],
  ),
  ...Object.entries(plistBinary)
    .slice(0, 3)
    .map(([name, make]) =>
      sample(
        `a binary property list: ${name}`,
        make(3),
        [
          ["plist", O],
          ["plist", "--token"],
        ],
        [["launch agent environment", "/home/a/Library/LaunchAgents/ai.openclaw.node.plist"]],
      ),
    ),
]
