import { shellWord } from "../../../core/escape.ts"
import { shellScript } from "../../../core/shell.ts"
import type { Manager, Service, Trouble } from "../manager.ts"
import { actScript, snapshotScript } from "../script.ts"
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

const gather = `properties=${properties.join(",")}\n${shellScript("look.sh", import.meta.url)}`

const acts = shellScript("acts.sh", import.meta.url)

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
  look: (service) => snapshotScript(gather, service),
  read,
  act: (service, wanted) => actScript(acts, service, wanted),
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
