import { expandHome } from "../../../core/home.ts"
import { defaultDelay, type Program } from "../program.ts"

/** Formats a unit like that of the product's own installer: kept running, given up after ten failures in five minutes. */
export function formatUnit(program: Program, home: string): string {
  const { command, environment = {}, environmentFile, folder, log, description, restartDelay = defaultDelay } = program
  const at = (path: string) => expandHome(path, home)
  const [first = "", ...rest] = command
  const lines = [
    "# Written by gatekey; what is changed here is put back.",
    "[Unit]",
    `Description=${escapePercent(description ?? first.slice(first.lastIndexOf("/") + 1))}`,
    "After=network-online.target",
    "Wants=network-online.target",
    "StartLimitBurst=10",
    "StartLimitIntervalSec=300",
    "",
    "[Service]",
    `ExecStart=${[at(first), ...rest]
      .map((word) => word.replaceAll("$", "$$$$"))
      .map(quote)
      .join(" ")}`,
    ...Object.entries(environment).map(([name, value]) => `Environment=${quote(`${name}=${value}`)}`),
    ...(environmentFile === undefined ? [] : [`EnvironmentFile=-${escapePercent(at(environmentFile))}`]),
    ...(folder === undefined ? [] : [`WorkingDirectory=${escapePercent(at(folder))}`]),
    ...(log === undefined ? [] : [`StandardOutput=append:${escapePercent(at(log))}`, "StandardError=inherit"]),
    "Restart=always",
    `RestartSec=${restartDelay}`,
    "RestartPreventExitStatus=78",
    "SuccessExitStatus=0 143",
    "TimeoutStopSec=330",
    "KillMode=mixed",
    "",
    "[Install]",
    "WantedBy=default.target",
  ]
  return `${lines.join("\n")}\n`
}

/** Quotes a word for systemd, so that it contains no specifier, escape or variable. */
function quote(word: string): string {
  const escaped = escapePercent(word).replaceAll("\\", "\\\\").replaceAll('"', '\\"')
  return /^[\w@%+=:,./~$-]+$/.test(escaped) ? escaped : `"${escaped}"`
}

function escapePercent(text: string): string {
  return text.replaceAll("%", "%%")
}
