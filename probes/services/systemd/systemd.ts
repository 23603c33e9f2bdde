import { shellWord } from "../../../core/escape.ts"
import { shellScript } from "../../../core/shell.ts"
import type { Manager, Service, ServiceTrouble } from "../manager.ts"
import { actScript, snapshotScript } from "../script.ts"
import { parseSnapshot } from "./parse.ts"
import { formatUnit } from "./unit.ts"

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

const snapshotBody = `properties=${properties.join(",")}\n${shellScript("look.sh", import.meta.url)}`

const acts = shellScript("acts.sh", import.meta.url)

/** systemd's user manager: units in `~/.config/systemd/user`. */
export const systemd: Manager = {
  name: "systemd",
  reloadRestarts: false,
  defaultPath: (name) => `~/.config/systemd/user/${name}`,
  nameProblem(name) {
    if (/^[A-Za-z0-9][A-Za-z0-9:_.@-]*\.service$/.test(name)) return undefined
    return "is not a valid unit; expected one such as openclaw-node.service"
  },
  createDefinition: (_service, program, home) => ({ text: formatUnit(program, home), mode: 0o644 }),
  snapshotScript: (service) => snapshotScript(snapshotBody, service),
  parseSnapshot,
  actScript: (service, requested) => actScript(acts, service, requested),
  removal: { before: ["stop", "disable"], after: ["reload"] },
  describeFix,
}

function describeFix({ name, variable }: Service, { act, kind }: ServiceTrouble): string {
  if (kind === "masked") return `systemctl --user unmask ${shellWord(name)}`
  if (kind === "broken") return `systemctl --user status ${shellWord(name)}`
  if (kind === "unknown") return "loginctl enable-linger, or log in"
  if (kind === "environment")
    return `systemctl --user show-environment | cut -d= -f1; systemctl --user unset-environment ${variable}`
  return act === "enable"
    ? `systemctl --user enable ${shellWord(name)}`
    : `journalctl --user -n 20 -u ${shellWord(name)}`
}
