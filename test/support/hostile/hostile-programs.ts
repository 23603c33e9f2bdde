import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { folder } from "../hosts/machine.ts"
import { hostile, hostileOctal } from "./escapes.ts"

const id = "a".repeat(64)
const container = [
  {
    Id: id,
    Name: `/clawdbot-${hostile}`,
    Config: {
      Image: `image-${hostile}`,
      Env: ["OPENCLAW_GATEWAY_TOKEN=clawdbot-local-dev", `X${hostile}=1`],
      Labels: { [`label-${hostile}`]: "clawdbot-local-dev", "com.docker.compose.project": hostile },
    },
    Path: "openclaw",
    Args: ["gateway", "--token", "clawdbot-local-dev", hostile],
    State: { Status: `restarting${hostile}`, Running: false },
    HostConfig: {
      NetworkMode: hostile,
      PortBindings: { "18789/tcp": [{ HostIp: hostile, HostPort: "18789" }] },
      RestartPolicy: { Name: "always" },
    },
  },
]

const say = (text = hostileOctal) => `printf '${text}\\n'`

/** What stands on a hostile machine's PATH: each says what it may say, with escapes wherever there is text. */
const programs = {
  hostname: `${say(`n${hostileOctal}`)}
printf 'gk:session ${hostileOctal} OPENCLAW_GATEWAY_TOKEN=0123456789abcdef\\n'
printf 'gk:address ${hostileOctal}\\ngk:partial a folder ${hostileOctal}\\ngk:crontab OPENCLAW_GATEWAY_TOKEN=${hostileOctal}\\n'`,
  docker: `case $1 in
  ps) echo ${id} ;;
  inspect) cat <<'END'\n${JSON.stringify(container)}\nEND
  ;;
  *) ${say()} >&2; exit 1 ;;
esac`,
  systemctl: `case "$*" in
  *show-environment*) ;;
  *show*) printf 'LoadState=error\\nLoadError=${hostileOctal}\\nActiveState=failed\\nResult=${hostileOctal}\\nExecMainStatus=1\\nNRestarts=3\\n' ;;
  *) ${say()} >&2; exit 1 ;;
esac`,
  journalctl: `for each in 1 2 3; do ${say(`openclaw gateway ${hostileOctal}`)}; done`,
  loginctl: `${say()} >&2; exit 1`,
  crontab: `printf '* * * * * OPENCLAW_GATEWAY_TOKEN=${hostileOctal} openclaw\\n'`,
} as const

/** A folder of them, to stand first on a PATH. @param also others, or others by the same names */
export function hostilePrograms(also: Readonly<Record<string, string>> = {}): string {
  const bin = join(folder(), "bin")
  mkdirSync(bin)
  for (const [name, script] of Object.entries({ ...programs, ...also })) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  return bin
}

/** An `ssh` that leads to this very machine, as a hostile one: its banner, its programs, and the home that it says it has. */
export function hostileSsh(home: string): string {
  return `printf 'banner ${hostileOctal}\\n' >&2
to=; before=; last=
for word; do [ "$before" != -W ] || to=$word; before=$word; last=$word; done
case " $* " in *" -G "* | *" -O "*) exit 0 ;; esac
if [ -n "$to" ]; then
  exec ${process.execPath} -e 'const [host, port] = process.argv[1].split(":"); const s = require("net").connect(port, host); process.stdin.pipe(s).pipe(process.stdout); s.on("error", () => process.exit(1))' "$to"
fi
HOME='${home}' exec /bin/sh -c "$last"`
}
