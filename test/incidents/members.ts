import { shellWord } from "../../core/escape.ts"
import type { ProductName } from "../../products/product.ts"
import { commandOf, environmentOf } from "../support/products/gateway.ts"
import type { Member } from "./fleet.ts"
import { type Machine, until } from "./machine.ts"

/** As the installer of openclaw writes it (2026.9.6), but for the patience at its end. */
export function unitText(product: ProductName, home: string, words: readonly string[], envFile?: string): string {
  const { HOME, TMPDIR, ...environment } = environmentOf(product, home)
  return `[Unit]
Description=${product}
StartLimitBurst=10
StartLimitIntervalSec=300
[Service]
ExecStart=${commandOf(product, ...words).join(" ")}
Restart=always
RestartSec=5
TimeoutStopSec=10
SuccessExitStatus=0 143
${envFile ? `EnvironmentFile=-${envFile}\n` : ""}Environment=${Object.entries(environment)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ")}
[Install]
WantedBy=default.target
`
}

/** A member that is a unit of its user; the unit is written, and not started yet. */
export function unitMember(machine: Machine, service: string, text: string, connected: () => boolean): Member {
  const definition = `.config/systemd/user/${service}`
  machine.write(definition, text)
  machine.systemctl("daemon-reload")
  machine.systemctl("enable", "-q", service)
  const log = () =>
    machine.run(
      `journalctl --user -o cat --no-pager "_SYSTEMD_INVOCATION_ID=$(systemctl --user show -P InvocationID ${service})"`,
    )
  return {
    ...machine,
    service,
    definition,
    restart() {
      machine.run(`systemctl --user reset-failed ${service} 2>/dev/null || :; systemctl --user restart ${service}`)
    },
    halt: () => void machine.systemctl("stop", service),
    reload: () => void machine.systemctl("daemon-reload"),
    log,
    told: (what) =>
      until(
        () => what.test(log()),
        () => `${service} on ${machine.name} did not tell ${what}:\n${log()}`,
      ),
    connected,
  }
}

/** The words of a LaunchAgent's property list. */
export function agentText(
  product: ProductName,
  home: string,
  label: string,
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): string {
  const { HOME, TMPDIR, ...environment } = environmentOf(product, home)
  const strings = (texts: readonly string[]) => texts.map((text) => `<string>${text}</string>`).join("")
  const pairs = Object.entries({ ...environment, ...variables })
    .map(([name, value]) => `<key>${name}</key><string>${value}</string>`)
    .join("\n")
  const log = `${home}/Library/Logs/${label}.log`
  return `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
<key>Label</key><string>${label}</string>
<key>ProgramArguments</key><array>${strings(commandOf(product, ...words))}</array>
<key>EnvironmentVariables</key><dict>
${pairs}
</dict>
<key>RunAtLoad</key><true/>
<key>KeepAlive</key><true/>
<key>ThrottleInterval</key><integer>3</integer>
<key>StandardOutPath</key><string>${log}</string>
<key>StandardErrorPath</key><string>${log}</string>
</dict></plist>
`
}

/** A member that is a LaunchAgent of its user, under the double of launchctl; it is written, and not loaded yet. */
export function agentMember(machine: Machine, label: string, text: string, connected: () => boolean): Member {
  const definition = `Library/LaunchAgents/${label}.plist`
  const file = `${machine.home}/${definition}`
  machine.write(definition, text)
  machine.write(`Library/Logs/${label}.log`, "")
  const launchctl = (...words: string[]) => launchctlOn(machine, words.map(shellWord).join(" "))
  const log = () => machine.read(`Library/Logs/${label}.log`)
  const halt = () => {
    launchctlOn(machine, `bootout gui/1000/${label} 2>/dev/null || :`)
    // It ends its work first.
    machine.run(
      `for each in $(seq 100); do ${launchctlWords} print gui/1000/${label} >/dev/null 2>&1 || exit 0; sleep 0.1; done`,
    )
  }
  const reload = () => {
    halt()
    machine.run(`: >${machine.home}/Library/Logs/${label}.log`)
    launchctl("bootstrap", "gui/1000", file)
  }
  return {
    ...machine,
    service: label,
    definition,
    reload,
    restart: reload,
    halt,
    log,
    told: (what) =>
      until(
        () => what.test(log()),
        () => `${label} on ${machine.name} did not tell ${what}:\n${log()}`,
      ),
    connected,
  }
}

const launchctlWords = "LAUNCHD_DOUBLE=$HOME/.launchd ~/bin/launchctl"

export function launchctlOn(machine: Machine, words: string): string {
  return machine.run(`${launchctlWords} ${words}`)
}

/** Whether there is a connection to the port, or on it, that stays. */
export function isConnected(machine: Machine, port: number): boolean {
  const list = () => machine.run(`ss -Htn state established '( dport = :${port} )'; sleep 0.3`).trim()
  const [first, second] = [list(), list()]
  return first !== "" && first === second
}
