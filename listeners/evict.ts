import { stopping } from "../containers/look.ts"
import type { Foreign } from "../core/foreign.ts"
import type { Script } from "../services/manager.ts"
import type { Owner } from "./owner.ts"

/**
 * Stops one owner and switches its restart off, and removes nothing. That it is still the one that was seen is looked at
 * in the same breath; exit code 4: it is not.
 * @returns nothing for what gatekey does not stop: the machine's own services, and what it could not see
 */
export function eviction(owner: Owner): Script | undefined {
  if (owner.kind === "container") return stopping(owner.container.id, "running")
  if (owner.kind === "unseen") return undefined
  const { pid, start, uid, service } = owner.process
  const identity = [String(pid), start]
  if (!service) return { script: `${same}${plain}`, args: identity }
  if (service.manager === "launchd")
    return { script: `${same}${launchd}`, args: [...identity, service.name, String(uid)] }
  return service.system ? undefined : { script: `${same}${systemd}`, args: [...identity, service.name] }
}

/** Why it is not stopped, once the exit code is known; nothing when it was. */
export function evictionProblem(code: number | null, stderr: Foreign): string | undefined {
  if (code === 0) return undefined
  if (code === 4) return "another one has taken its place in between; look again"
  if (code === 5) return "docker removes it as soon as it stops (--rm), so that is left to you"
  return code === null ? "it took too long" : `${stderr.lastLine}` || `ended with ${code}`
}

const same = `
LC_ALL=C; export LC_ALL
if [ -r "/proc/$1/stat" ]; then
  read -r stat <"/proc/$1/stat"
  now=$(printf '%s\\n' "\${stat##*) }" | cut -d ' ' -f 20)
else now=$(ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' | sed 's/^ //; s/ $//')
fi
[ -n "$now" ] && [ "$now" = "$2" ] || exit 4
`

const plain = `kill -TERM "$1"
`

const launchd = `
[ "$(launchctl list | awk -v label="$3" -F '\\t' '$3 == label { print $3 }')" = "$3" ] || exit 4
launchctl disable "gui/$4/$3" || exit
launchctl bootout "gui/$4/$3"; code=$?
# 36: it is on its way; 3 and 113: it has gone.
case $code in 0 | 3 | 36 | 113) exit 0 ;; esac
exit "$code"
`

// A gateway may take minutes to end its work: the manager is told, and goes on by itself.
const systemd = `
grep -qF "/$3" "/proc/$1/cgroup" || exit 4
if [ -z "\${XDG_RUNTIME_DIR-}" ] && [ -d "/run/user/$(id -u)" ]; then
  XDG_RUNTIME_DIR=/run/user/$(id -u); export XDG_RUNTIME_DIR
fi
systemctl --user --quiet disable "$3"
systemctl --user --no-block stop "$3"
`
