import { atHome } from "../../../core/home.ts"
import { defaultDelay, type Program } from "../program.ts"

/** A unit like the one that the product's own installer writes: kept running, given up after ten failures in five minutes. */
export function unitOf(program: Program, home: string): string {
  const { command, environment = {}, environmentFile, folder, log, description, restartDelay = defaultDelay } = program
  const at = (path: string) => atHome(path, home)
  const [first = "", ...rest] = command
  const lines = [
    "# Written by gatekey; what is changed here is put back.",
    "[Unit]",
    `Description=${plain(description ?? first.slice(first.lastIndexOf("/") + 1))}`,
    "After=network-online.target",
    "Wants=network-online.target",
    "StartLimitBurst=10",
    "StartLimitIntervalSec=300",
    "",
    "[Service]",
    `ExecStart=${[at(first), ...rest]
      .map((word) => word.replaceAll("$", "$$$$"))
      .map(quoted)
      .join(" ")}`,
    ...Object.entries(environment).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`),
    ...(environmentFile === undefined ? [] : [`EnvironmentFile=-${plain(at(environmentFile))}`]),
    ...(folder === undefined ? [] : [`WorkingDirectory=${plain(at(folder))}`]),
    ...(log === undefined ? [] : [`StandardOutput=append:${plain(at(log))}`, "StandardError=inherit"]),
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

/** A word as systemd reads it back: nothing in it is a specifier, an escape, or a variable. */
function quoted(word: string): string {
  const escaped = plain(word).replaceAll("\\", "\\\\").replaceAll('"', '\\"')
  return /^[\w@%+=:,./~$-]+$/.test(escaped) ? escaped : `"${escaped}"`
}

function plain(text: string): string {
  return text.replaceAll("%", "%%")
}
