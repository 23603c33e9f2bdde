import type { Script } from "../services/manager.ts"
import { basics } from "../services/script.ts"
import { facts } from "./look-files.ts"
import { patterns } from "./patterns.ts"
import { unitFolders } from "./units/folders.ts"

/** One word each in which a file must name what we look for. */
const named = "openclaw|clawdbot|moltbot|OPENCLAW_|CLAWDBOT_|MOLTBOT_"

/** What a Compose file has that takes a token from elsewhere. */
const composed = `${named}|GATEWAY_TOKEN|--token|env_file|include|extends|secrets|configs`

/**
 * One look at what is where in a home, all in one go; nothing is written. Values come back of the products' variables
 * and of `--token`, of those that a config names in place of a token or a password, and nothing else of an environment.
 * @param home `~` for the user's own
 */
export function looking(home: string): Script {
  return { script: `${basics}home=$(at "$1/")\nhome=\${home%/}\n${script}`, args: [home], timeout: 90_000 }
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

/** Scripts, and what starts programs with an environment, by their names; below a folder `bin` all. */
const writable = [
  `-path "*/bin/*"`,
  ...["sh", "bash", "zsh", "fish", "command", "py", "js", "mjs", "cjs", "ts", "applescript", "container", "pod", "kube"]
    .map((end) => `*.${end}`)
    .concat(".envrc", "supervisord.conf", "ecosystem*.json", "pm2*.json")
    .map((name) => `-name "${name}"`),
  // A program of the user's own that is named without an end.
  `-perm -100 ! -name "*.*"`,
].join(" -o ")

/** What is too large to be looked at by its names, where these say that it is a script or a Compose file. */
const oversized = ["*compose*.yml", "*compose*.yaml", "*.sh", "*.bash", "*.zsh", "*.fish", "*.command", ".envrc"]
  .map((name) => `-name "${name}"`)
  .join(" -o ")

/** Of one pattern; of the files that people write; of the processes that are named like the products. */
const mostFiles = 500
const mostWritten = 2000
const mostProcesses = 200

const unitPaths = (["user", "system"] as const)
  .flatMap((scope) => unitFolders({ scope, home: "$home", runtime: "$runtime" }))
  // Last, what most have as a link to another.
  .sort((a, b) => Number(/^\/(lib|etc\/xdg)\//.test(a)) - Number(/^\/(lib|etc\/xdg)\//.test(b)))
  .map((folder) => `"${folder}"`)
  .join(" ")

const script = `
named='${named}'
composed='${composed}'"|$(printf '^(\\377\\376|\\376\\377)')"
exec 3>&1
# What was not looked at, or not wholly.
partial() { printf 'gk:partial %s\\n' "$*" >&3; }
# SECONDS WHAT COMMAND: what is not done by then is said.
most() {
  seconds=$1 what=$2; shift 2
  within "$seconds" "$@" && return
  code=$?
  [ "$code" != 137 ] || partial "$what"
  return "$code"
}
large='printf "gk:partial %s, of more than 64 MB\\n" "$(printf %s "$1" | tr "\\n" " ")" >&3'
${facts}# Regular files among them, links followed; a pipe would be waited for, what has no end is none, and what the system makes
# up, which may have to be waited for as well, says that it is empty.
regular() {
  has find || { for each; do [ ! -f "$each" ] || [ ! -s "$each" ] || printf '%s\\n' "$each"; done; return; }
  most 10 "the kind of files" find -L "$@" -prune -type f -size +0 \\( -size -131072 -print -o -exec sh -c "$large" sh {} \\; \\) 2>/dev/null
}
# Pipes and sockets among them: what comes out of them is not known.
special() {
  [ $# -gt 0 ] && has find || return 0
  most 10 "the kind of files" find -L "$@" -prune \\( -type p -o -type s \\) -print 2>/dev/null | sed 's/^/gk:partial /; s/$/, which is a pipe or a socket/' >&3
}
# Those of the files that name a product, or may do so in UTF-16, which some shells read; 137 where they were not all read.
naming() (
  set -f
  [ $# -gt 0 ] || exit 0
  regular=$(regular "$@") || { code=$?; [ "$code" != 137 ] || exit "$code"; }
  set -- $regular
  [ $# -eq 0 ] || most 10 "the content of files that may name a product" grep -lE "$named|$(printf '^(\\377\\376|\\376\\377)')" "$@" 2>/dev/null
)
# A folder's path without links.
real() { (CDPATH='' cd -- "$1" 2>/dev/null && pwd -P) || printf '%s\\n' "$1"; }
# Files of the home that people write, and which name a product or where a token is. Through "/." a link is followed, too.
# busybox runs an -exec with + at the outermost level only, and none behind one that fails.
written() {
  naming='grep -lE -e "$0" "$@" || :'
  oversized='grep -lE -e "$0" "$@" | sed "s|/\\./|/|; s|^|gk:partial |; s|$|, of more than 255 KB: not looked at by name|" >&3'
  most 12 "the folders of the home, for scripts and Compose projects" find "$home/." -maxdepth 4 \\( ${skipped} -o -path "*$newline*" \\) -prune -o -type f -size -256k \\( -name '*compose*.yml' -o -name '*compose*.yaml' \\) -exec sh -c "$naming" "$composed" {} + -o -type f -size -256k -name .env -exec sh -c "$naming" '^[[:blank:]]*(export[[:blank:]]+)?COMPOSE_FILE[[:blank:]]*=' {} + -o -type f -size -256k \\( ${writable} \\) -exec sh -c "$naming" "$named" {} + -o -type f -size +255k -size -65536k \\( ${oversized} \\) -exec sh -c "$oversized" "$named" {} + 2>/dev/null | sed 's|/\\./|/|'
}

say home "$home"
[ -d "$home/" ] && [ -x "$home/" ] || { say nohome; say end; exit 0; }
say real "$(real "$home")"
say user "$(id -u) $(id -un)"
say now "$(date +%s)"; say name "$(hostname 2>/dev/null || uname -n)"
facts "$home" | tag owner
{ within 5 ip -o addr 2>/dev/null || within 5 ifconfig 2>/dev/null; } | sed -n 's/.*inet6\\{0,1\\} \\(addr:\\)\\{0,1\\}\\([0-9a-f.:]*\\).*/\\2/p' | tag address
say system "$(uname -s)"
IFS='
'
# CALL: with the files of each pattern that some exist of, as $number, $how and its arguments.
patterns() {
  call=$1
  while read -r line; do
    number=\${line%% *}; rest=\${line#* }; how=\${rest%% *}; glob=\${rest#* }
    case $glob in '~/'*) set -- "$home"/\${glob#??} ;; *) set -- $glob ;; esac
    [ -e "$1" ] || [ -L "$1" ] || continue
    if [ $# -gt ${mostFiles} ]; then
      [ "$call" = found ] || partial "more than ${mostFiles} files like $glob"
      set -f; set -- $(printf '%s\\n' "$@" | head -n ${mostFiles}); set +f
    fi
    "$call" "$@"
  done <<'gatekey-patterns'
${globs}
gatekey-patterns
}
# One program reads them all: to start one for each takes seconds on a machine that is busy.
candidates=
candidate() { [ "$how" != naming ] || for each; do candidates=$candidates$newline$each; done; }
patterns candidate
set -f
special $candidates
naming=$(naming $candidates)
apart=$? naming=$newline$naming$newline
set +f
found() {
  # One of them may be on a disk that does not answer.
  if [ "$how" = naming ] && [ "$apart" = 137 ]; then
    set -f; set -- $(naming "$@"); set +f
  elif [ "$how" = naming ]; then
    for each; do
      shift
      case $naming in *"$newline$each$newline"*) set -- "$@" "$each" ;; esac
    done
  fi
  files "file $number" "$@"
}
patterns found

# Units: all that one is made of which names a product, in whatever folder; a mask or a reset names none. By the first
# part of their names, which their templates, instances, and drop-ins for all of a prefix share.
runtime=\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}
say "runtime $runtime"
set -f
set -- ${unitPaths}
set +f
candidates=
for folder; do
  for each in "$folder"/*.service "$folder"/*.service.d/*.conf; do
    [ ! -e "$each" ] || candidates=$candidates$newline$each
  done
done
set -f
special $candidates
stems=$(
  naming $candidates |
    sed 's|/[^/]*\\.conf$||; s|\\.d$||; s|.*/||; s|[-@.].*||' | grep -x '[A-Za-z0-9:_]\\{1,\\}' | sort -u | head -n 50
)
set +f
seen='|'
for folder; do
  [ -d "$folder" ] || continue
  # Of two names of one folder (/lib, /etc/xdg/systemd/user) one is enough.
  own=$(real "$folder")
  case $seen in *"|$own|"*) continue ;; esac
  seen="$seen$own|"
  set -- "$folder"/service.d/*.conf
  for stem in $stems; do
    for each in "$folder/$stem.service" "$folder/$stem"[-@.]*.service "$folder/$stem"[-@.]*service.d/*.conf; do
      [ ! -L "$each" ] || say "unitlink $(readlink "$each")|$each"
      if [ -e "$each" ] || [ -L "$each" ]; then set -- "$@" "$each"; fi
    done
    for link in "$folder"/*.wants/"$stem"*@?*.service; do [ ! -L "$link" ] || say "instance \${link##*/}"; done
  done
  files unit "$@"
done

# Compose projects and scripts of the user's own. Names are no patterns.
set -f
if has find; then
  written=$(written)
  if [ "$(printf '%s\\n' "$written" | wc -l)" -gt ${mostWritten} ]; then
    partial "more than ${mostWritten} files of the home that name a product"
    written=$(printf '%s\\n' "$written" | head -n ${mostWritten})
  fi
  set -- $(printf '%s\\n' "$written" | grep -E 'compose[^/]*\\.ya?ml$')
  files compose "$@"
  # Beside them, what they are filled in from.
  for each in $(printf '%s\\n' "$@" | sed 's|/[^/]*$||' | sort -u); do [ ! -e "$each/.env" ] || files composeenv "$each/.env"; done
  files composeenv $(printf '%s\\n' "$written" | grep '/\\.env$')
  set -- $(printf '%s\\n' "$written" | grep -vE 'compose[^/]*\\.ya?ml$|/\\.env$')
  [ $# -eq 0 ] || set -- $(grep -lE -e "(OPENCLAW|CLAWDBOT|MOLTBOT)_GATEWAY_TOKEN|--token[^[:alnum:]]|(gateway|node)[[:blank:][:punct:]]+run|(openclaw|clawdbot)[[:blank:][:punct:]]+gateway" "$@" 2>/dev/null)
  files script "$@"
fi
set +f; unset IFS
most 5 "the crontab" crontab -l 2>/dev/null | grep -E "$named" | tag crontab

# What a user's manager gives to all that it starts.
if has launchctl; then
  for each in OPENCLAW CLAWDBOT; do
    value=$(most 5 "launchd" launchctl getenv "\${each}_GATEWAY_TOKEN" 2>/dev/null) && [ -z "$value" ] || say session "launchd \${each}_GATEWAY_TOKEN=$value"
  done
elif has systemctl; then
  if [ -z "\${XDG_RUNTIME_DIR-}" ] && [ -d "/run/user/$(id -u)" ]; then XDG_RUNTIME_DIR=/run/user/$(id -u); export XDG_RUNTIME_DIR; fi
  most 5 "the environment of systemd's user manager" systemctl --user show-environment 2>/dev/null | sed -n 's/^\\([A-Z]*_GATEWAY_TOKEN=\\)/systemd \\1/p' | tag session
fi

# Variables that a config names in place of a token.
names=$(
  set -- "$home"/.openclaw*/*.json* "$home"/.clawdbot*/*.json*
  set -f; IFS=$newline
  set -- $(regular "$@")
  [ $# -eq 0 ] || most 5 "the configs, for variables that they name" cat "$@" | head -c 4000000 | tr '\\n\\r\\t' '   ' |
    grep -aoE '(token|password)[[:punct:]]? *: *([[:punct:]][^[:space:]]*|[{][^{}]*[}])' | grep -aoE '[$][{]?[A-Z_][A-Z0-9_]*|id[[:punct:]]? *: *[[:punct:]][A-Z_][A-Z0-9_]*' |
    sed 's/.*://; s/[^A-Z0-9_]//g' | grep . | grep -vxE 'HOME|PATH' | sort -u | head -n 50
)
printf '%s\n' "$names" | grep . | tag named
variables="^((OPENCLAW|CLAWDBOT|MOLTBOT)_(GATEWAY_TOKEN|GATEWAY_PASSWORD|GATEWAY_PORT|CONFIG_PATH|STATE_DIR|HOME|PROFILE)|HOME$(printf '%s\n' "$names" | grep . | sed 's/^/|/' | tr -d '\n'))=|^PATH="

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
  pids=$(grep -lE 'openclaw|clawdbot|moltbot' /proc/[0-9]*/cmdline 2>/dev/null | cut -d / -f 3)
  [ "$(printf '%s\\n' "$pids" | wc -l)" -le ${mostProcesses} ] || partial "more than ${mostProcesses} processes that are named like the products"
  for each in $(printf '%s\\n' "$pids" | head -n ${mostProcesses}); do
    [ "$each" != $$ ] || continue
    { read -r stat <"/proc/$each/stat"; } 2>/dev/null || continue
    say process "$each $(printf '%s\\n' "\${stat##*) }" | cut -d ' ' -f 2,20)"
    { sed -n 's/^Uid:[[:blank:]]*\\([0-9]*\\).*/\\1/p' "/proc/$each/status" | tag "uid $each"; } 2>/dev/null
    { cat "/proc/$each/cgroup" | tag "group $each"; } 2>/dev/null
    given=$({ tr '\\000\\012' '\\012\\001' <"/proc/$each/environ" | grep -E "$variables" | sed 's/^PATH=.*/PATH=/'; } 2>/dev/null)
    given "$each" "$given"
    kernel_listens "$each"
    folder=$(readlink "/proc/$each/cwd" 2>/dev/null) && say folder "$each $folder"
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
    ps_listens "$each"
    given "$each" "$(ps -Eww -o command= -p "$each" 2>/dev/null | tr ' ' '\\012' | grep -E "$variables" | sed 's/^PATH=.*/PATH=/')"
  done
fi
say end
`
