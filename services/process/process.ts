import { shellWord } from "../../core/escape.ts"
import type { Manager, Service, Trouble } from "../manager.ts"
import { acting, looking } from "../script.ts"
import { read } from "./read.ts"
import { supervisorOf } from "./supervisor.ts"

// A process id alone may have been given to another process since: with its start time it names one.
const identity = `
start_of() {
  if [ -r "/proc/$1/stat" ]; then sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk 'END { if ($1 !~ /[ZX]/) print $20 }'
  elif [ ! -d /proc/self ]; then ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' _
  fi
}
# FILE: the id that stands there, when that very process lives.
living() {
  [ -r "$1" ] && read -r id start <"$1" || return 1
  [ -n "$start" ] && [ "$(start_of "$id")" = "$start" ] && printf '%s\\n' "$id"
}
base=\${path%.sh}`

const gather = `${identity}
if owner=$(living "$base.pid" 2>/dev/null); then
  say owner "$owner"
  if child=$(living "$base.child" 2>/dev/null); then live "$child"; fi
  [ ! -e "$base.stopping" ] || say draining
elif [ -e "$base.pid" ]; then
  say left
fi
[ ! -r "$base.ended" ] || tag ended <"$base.ended"
file loaded "$base.loaded"`

// Its own session, where there is such a program: what ends with this shell is not to end it. What the engine and we
// were told for this run, the engine's passphrase among it, is nothing for what goes on running.
const acts = `${identity}
plain() {
  for each in $(env | sed -n -e 's/^\\(PULUMI_[A-Za-z0-9_]*\\)=.*/\\1/p' -e 's/^\\(NODE_COMPILE_CACHE\\)=.*/\\1/p'); do
    unset "$each"
  done
}
do_reload() { do_restart; }
do_enable() { :; }
do_disable() { :; }
do_reset() { rm -f "$base.ended"; }
do_start() {
  living "$base.pid" >/dev/null 2>&1 && return 0
  rm -f "$base.ended"
  plain
  if has setsid; then setsid sh "$path" </dev/null >/dev/null 2>&1 &
  else nohup sh "$path" </dev/null >/dev/null 2>&1 &
  fi
}
do_restart() {
  if owner=$(living "$base.pid"); then kill -HUP "$owner"; else do_start; fi
}
do_stop() {
  owner=$(living "$base.pid" 2>/dev/null) || return 0
  kill -TERM "$owner"
  tries=0
  while living "$base.pid" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || { echo "it does not end" >&2; return 1; }
    sleep 0.1
  done
  rm -f "$base.loaded" "$base.ended"
}`

/** A plain process, kept running by a shell: for hosts without launchd and systemd. It does not outlive a reboot. */
export const process: Manager = {
  name: "process",
  reloadRestarts: true,
  defaultPath: (name) => `~/.local/state/gatekey/${name}.sh`,
  nameProblem: (name) =>
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) ? undefined : "must be one word, such as openclaw-node",
  define: ({ path }, program, home) => ({ text: supervisorOf(path, program, home), mode: 0o700 }),
  look: (service) => looking(gather, service),
  read,
  act: (service, wanted) => acting(acts, service, wanted),
  removal: { before: ["stop"], after: [] },
  remedy,
}

function remedy({ path, variable }: Service, { kind }: Trouble): string {
  if (kind === "environment") return `unset ${variable}`
  const log = path.replace(/(\.sh)?$/, ".log")
  return `tail ${log.startsWith("~/") ? `~/${shellWord(log.slice(2))}` : shellWord(log)}`
}
