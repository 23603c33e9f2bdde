import type { Script } from "../services/manager.ts"
import { basics } from "../services/script.ts"
import { patterns } from "./patterns.ts"

/** The same for files that a config names. */
export function lookingAtFiles(paths: readonly string[]): Script {
  return { script: `${basics}${facts}files secret "$@"\nsay end\n`, args: paths }
}

/** One word each in which a file must name what we look for. */
const named = "openclaw|clawdbot|moltbot|OPENCLAW_|CLAWDBOT_|MOLTBOT_"

/**
 * One look at what is where in a home, all in one go; nothing is written. Values come back of the products' variables
 * and of `--token`, and nothing else of an environment.
 * @param home `~` for the user's own
 */
export function looking(home: string): Script {
  return { script: `${basics}home=$(at "$1/")\nhome=\${home%/}\n${script}`, args: [home], timeout: 25_000 }
}

const globs = patterns.map(({ glob, naming }, at) => `${at} ${naming ? "naming" : "any"} ${glob}`).join("\n")

// Folders that hold much and no scripts of the user's own.
const skipped = [
  "node_modules",
  ".git",
  ".cache",
  ".npm",
  "Library",
  ".Trash",
  ".local/share",
  ".venv",
  "go",
  ".cargo",
  ".rustup",
  ".nvm",
]
  .map((name) => `-path "*/${name}"`)
  .join(" -o ")

/** Scripts by their names; below a folder `bin` all. */
const writable = [
  `-path "*/bin/*"`,
  ...["sh", "bash", "zsh", "fish", "command", "py", "js", "mjs", "ts", "applescript"].map((end) => `-name "*.${end}"`),
].join(" -o ")

const facts = `newline='
'
if stat -c %a / >/dev/null 2>&1; then
  facts() { stat -c '%a %u %h %Y %F|%n' "$@" 2>/dev/null; }
else
  facts() { stat -f '%Lp %u %l %m %HT|%N' "$@" 2>/dev/null; }
fi
# TAG FILE...: permissions, owner, links, time, and the name; none whose name would be two lines.
files() {
  name=$1; shift
  for each; do
    shift
    case $each in *"$newline"*) ;; *) set -- "$@" "$each" ;; esac
  done
  [ $# -eq 0 ] || facts "$@" | tag "$name"
}
`

const script = `
named='${named}'
${facts}# Those of the files that name a product.
naming() { [ $# -eq 0 ] || grep -lE "$named" "$@" 2>/dev/null; }
# A folder's path without links.
real() { (CDPATH='' cd -- "$1" 2>/dev/null && pwd -P) || printf '%s\\n' "$1"; }
# EXPRESSION...: files of the home that people write, and which name a product. Through "/." a link is followed, too.
written() {
  find "$home/." -maxdepth 4 \\( ${skipped} -o -path "*$newline*" \\) -prune -o -type f -size -256k "$@" -exec grep -lE "$named" {} + 2>/dev/null | sed 's|/\\./|/|'
}

say home "$home"
[ -d "$home/" ] && [ -x "$home/" ] || { say nohome; say end; exit 0; }
say real "$(real "$home")"
say user "$(id -u) $(id -un)"
say now "$(date +%s)"
say name "$(hostname 2>/dev/null || uname -n)"
facts "$home" | tag owner
{ ip -o addr 2>/dev/null || ifconfig 2>/dev/null; } | sed -n 's/.*inet6\\{0,1\\} \\(addr:\\)\\{0,1\\}\\([0-9a-f.:]*\\).*/\\2/p' | tag address
say system "$(uname -s)"
IFS='
'
while read -r line; do
  number=\${line%% *}; rest=\${line#* }; how=\${rest%% *}; glob=\${rest#* }
  case $glob in '~/'*) set -- "$home"/\${glob#??} ;; *) set -- $glob ;; esac
  [ -e "$1" ] || [ -L "$1" ] || continue
  if [ "$how" = naming ]; then set -f; set -- $(naming "$@"); set +f; fi
  files "file $number" "$@"
done <<'gatekey-patterns'
${globs}
gatekey-patterns

# Files of variables that units name, and Compose projects and scripts of the user's own. Names are no patterns.
set -- "$home"/.config/systemd/user/*.service "$home"/.config/systemd/user/*.service.d/*.conf /etc/systemd/system/*.service /etc/systemd/system/*.service.d/*.conf
set -f
set -- $(naming "$@")
[ $# -eq 0 ] || set -- $(sed -n 's/^[[:blank:]]*EnvironmentFile=-\\{0,1\\}//p' "$@" | sed "s|%h|$home|g; s|^\\"||; s|\\"\\$||")
files envfile "$@"
if has find; then
  written=$(written \\( -name '*compose*.yml' -o -name '*compose*.yaml' -o ${writable} \\))
  set -- $(printf '%s\\n' "$written" | grep -E 'compose[^/]*\\.ya?ml$')
  files compose "$@"
  # Beside them, what they are filled in from.
  for each in $(printf '%s\\n' "$@" | sed 's|/[^/]*$||' | sort -u); do [ ! -e "$each/.env" ] || files composeenv "$each/.env"; done
  set -- $(printf '%s\\n' "$written" | grep -vE 'compose[^/]*\\.ya?ml$')
  [ $# -eq 0 ] || set -- $(grep -lE -e "(OPENCLAW|CLAWDBOT|MOLTBOT)_GATEWAY_TOKEN|--token[^[:alnum:]]" "$@" 2>/dev/null)
  files script "$@"
fi
set +f
unset IFS
crontab -l 2>/dev/null | grep -E "$named" | tag crontab

# What a user's manager gives to all that it starts.
if has launchctl; then
  for each in OPENCLAW CLAWDBOT; do
    value=$(launchctl getenv "\${each}_GATEWAY_TOKEN" 2>/dev/null) && [ -z "$value" ] || say session "launchd \${each}_GATEWAY_TOKEN=$value"
  done
elif has systemctl; then
  if [ -z "\${XDG_RUNTIME_DIR-}" ] && [ -d "/run/user/$(id -u)" ]; then XDG_RUNTIME_DIR=/run/user/$(id -u); export XDG_RUNTIME_DIR; fi
  systemctl --user show-environment 2>/dev/null | sed -n 's/^\\([A-Z]*_GATEWAY_TOKEN=\\)/systemd \\1/p' | tag session
fi

# PID LINES: what it was given, and the folder that it takes for its home.
given() {
  own=
  [ -n "$2" ] || return 0
  printf '%s\\n' "$2" | tag "given $1"
  own=$(printf '%s\\n' "$2" | sed -n 's/^HOME=//p' | tail -n 1)
  [ -z "$own" ] || say "homeof $1 $(real "$own")"
}

# Live processes: when each began, who started it, its words, and what of its environment concerns us.
if [ -r /proc/self/stat ]; then
  say clock "$(getconf CLK_TCK 2>/dev/null || echo 100) $(cut -d ' ' -f 1 /proc/uptime)"
  for each in $(grep -lE 'openclaw|clawdbot|moltbot' /proc/[0-9]*/cmdline 2>/dev/null | cut -d / -f 3); do
    [ "$each" != $$ ] || continue
    { read -r stat <"/proc/$each/stat"; } 2>/dev/null || continue
    say process "$each $(printf '%s\\n' "\${stat##*) }" | cut -d ' ' -f 2,20)"
    { sed -n 's/^Uid:[[:blank:]]*\\([0-9]*\\).*/\\1/p' "/proc/$each/status" | tag "uid $each"; } 2>/dev/null
    { cat "/proc/$each/cgroup" | tag "group $each"; } 2>/dev/null
    given=$({ tr '\\000\\012' '\\012\\001' <"/proc/$each/environ" | grep -E '^((OPENCLAW|CLAWDBOT|MOLTBOT)_(GATEWAY_TOKEN|GATEWAY_PASSWORD|GATEWAY_PORT|CONFIG_PATH|STATE_DIR|HOME|PROFILE)|HOME)=|^PATH=' | sed 's/^PATH=.*/PATH=/'; } 2>/dev/null)
    given "$each" "$given"
    # With another home at the same path, as in a container or behind mounts of its own.
    own=/proc/$each/root\${own:-$home}
    [ ! -d "/proc/$each/root/" ] || [ "$own" -ef "\${own#/proc/$each/root}" ] || say apart "$each"
    # Last: whoever ended before its environment was read has no words either, and is none of this home.
    { printf 'gk:words %s ' "$each"; tr '\\n\\000' ' \\t' <"/proc/$each/cmdline"; echo; } 2>/dev/null
  done
else
  for each in $(ps -axww -o pid= -o args= 2>/dev/null | awk '/openclaw|clawdbot|moltbot/ { print $1 }'); do
    [ "$each" != $$ ] || continue
    line=$(ps -ww -o ppid= -o uid= -o etime= -o args= -p "$each" 2>/dev/null) || continue
    say ps "$each $line"
    given "$each" "$(ps -Eww -o command= -p "$each" 2>/dev/null | tr ' ' '\\012' | grep -E '^((OPENCLAW|CLAWDBOT|MOLTBOT)_(GATEWAY_TOKEN|GATEWAY_PASSWORD|GATEWAY_PORT|CONFIG_PATH|STATE_DIR|HOME|PROFILE)|HOME)=|^PATH=' | sed 's/^PATH=.*/PATH=/')"
  done
fi
say end
`
