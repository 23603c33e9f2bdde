import { shellWord } from "../../core/escape.ts"
import type { Manager, Service, Trouble } from "../manager.ts"
import { acting, looking } from "../script.ts"
import { read } from "./read.ts"
import { unitOf } from "./unit.ts"

const properties = [
  "LoadState",
  "LoadError",
  "ActiveState",
  "SubState",
  "MainPID",
  "NeedDaemonReload",
  "FragmentPath",
  "Environment",
  "ExecStart",
  "NRestarts",
  "Restart",
  "StartLimitBurst",
  "Result",
  "ExecMainCode",
  "ExecMainStatus",
  "Job",
]

// Over SSH without pam_systemd nothing says where the user's manager listens.
const connect = `
if [ -z "\${XDG_RUNTIME_DIR-}" ] && [ -d "/run/user/$(id -u)" ]; then
  XDG_RUNTIME_DIR=/run/user/$(id -u); export XDG_RUNTIME_DIR
fi
`

const gather = `${connect}
say path "$(real "$path")"
if has systemctl; then
  shown=$(systemctl --user show "$name" -p ${properties.join(",")} 2>&1); say "code $?"
  printf '%s\\n' "$shown" | tag show
  # \`show\` remembers what was true when the unit was loaded.
  say enabled "$(systemctl --user is-enabled "$name" 2>/dev/null)"
  fragment=$(printf '%s\\n' "$shown" | sed -n 's/^FragmentPath=//p')
  [ -z "$fragment" ] || say fragment "$(real "$fragment")"
  live "$(printf '%s\\n' "$shown" | sed -n 's/^MainPID=//p')"
  user=$(id -un); say user "$user"
  # Logind keeps a file for each user who lingers; where it does not run nobody is logged out either.
  if [ -e "/var/lib/systemd/linger/$user" ]; then say linger yes
  elif loginctl list-users >/dev/null 2>&1; then
    say linger no
    # What logind calls the display is also where somebody is logged in over SSH, as this look is itself.
    session=$(loginctl show-user "$user" -p Display --value 2>/dev/null)
    case $(loginctl show-session "$session" -p Type --value 2>/dev/null) in
      x11 | wayland | mir) say display ;;
    esac
  fi
else
  say none
fi`

// A gateway that drains takes minutes to stop: the manager is told what to do, and goes on by itself.
const acts = `${connect}
do_reload() { systemctl --user daemon-reload; }
do_enable() { systemctl --user --quiet enable "$name"; }
do_disable() { systemctl --user --quiet disable "$name"; }
do_reset() { systemctl --user reset-failed "$name"; }
do_start() { systemctl --user --no-block start "$name"; }
do_restart() { systemctl --user --no-block restart "$name"; }
do_stop() { systemctl --user --no-block stop "$name"; }`

/** systemd's user manager: units in `~/.config/systemd/user`. */
export const systemd: Manager = {
  name: "systemd",
  reloadRestarts: false,
  defaultPath: (name) => `~/.config/systemd/user/${name}`,
  nameProblem(name) {
    if (/^[A-Za-z0-9][A-Za-z0-9:_.@-]*\.service$/.test(name)) return undefined
    return "is no unit: it must look like openclaw-node.service"
  },
  define: (_service, program, home) => ({ text: unitOf(program, home), mode: 0o644 }),
  look: (service) => looking(gather, service),
  read,
  act: (service, wanted) => acting(acts, service, wanted),
  removal: { before: ["stop", "disable"], after: ["reload"] },
  remedy,
}

function remedy({ name, variable }: Service, { act, kind }: Trouble): string {
  if (kind === "masked") return `systemctl --user unmask ${shellWord(name)}`
  if (kind === "broken") return `systemctl --user status ${shellWord(name)}`
  if (kind === "unknown") return "loginctl enable-linger, or log in"
  if (kind === "environment")
    return `systemctl --user show-environment | cut -d= -f1; systemctl --user unset-environment ${variable}`
  return act === "enable"
    ? `systemctl --user enable ${shellWord(name)}`
    : `journalctl --user -n 20 -u ${shellWord(name)}`
}
