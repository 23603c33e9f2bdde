import type { RemoteHost } from "../../core/host.ts"
import { shellCommand } from "./remote.ts"
import type { SshSettings } from "./settings.ts"

/** Seconds until an idle connection closes, if the end of the run was not noticed. */
const persistSeconds = 60

/**
 * Formats the arguments of `ssh`. The user's own config, agent, keys, jumps and known_hosts apply; the options here are for an
 * unattended run: no prompt, no unknown key, nothing forwarded, one shared connection.
 */
export function sshArguments(host: RemoteHost, { connect, config }: SshSettings, socket: string): string[] {
  const options = {
    ...fixedOptions,
    LogLevel: "ERROR",
    ConnectTimeout: String(Math.ceil(connect / 1000)),
    ControlMaster: "auto",
    ControlPath: socket,
    ControlPersist: String(persistSeconds),
  }
  return [...formatOptions(options, config), ...destination(host), shellCommand]
}

/** Formats the arguments of a separate connection that only reports its result. @param level `DEBUG1` also reports the host's key */
export function diagnosticArguments(
  host: RemoteHost,
  { connect, config }: SshSettings,
  level: "INFO" | "DEBUG1",
): string[] {
  const options = {
    ...fixedOptions,
    LogLevel: level,
    ConnectTimeout: String(Math.ceil(connect / 1000)),
    ControlPath: "none",
  }
  return [...formatOptions(options, config), ...destination(host), "exit"]
}

/** Formats the arguments of a connection from the host to an address. @param socket the shared connection's; `none` for a separate one */
export function forwardArguments(host: RemoteHost, settings: SshSettings, socket: string, to: string): string[] {
  const { connect, config } = settings
  const options = {
    ...fixedOptions,
    // With `ERROR` ssh does not report why it could not connect.
    LogLevel: socket === "none" ? "INFO" : "ERROR",
    ConnectTimeout: String(Math.ceil(connect / 1000)),
    ControlMaster: "no",
    ControlPath: socket,
  }
  return [...formatOptions(options, config), "-W", to, ...destination(host)]
}

/** Formats the arguments that resolve the host's name by the user's config. */
export function resolvingArguments(host: RemoteHost, { config }: SshSettings): string[] {
  return [...(config === undefined ? [] : ["-F", config]), "-G", ...destination(host)]
}

/** Formats the command by which a person can try the connection. */
export function formatManualCommand({ user, name, port }: RemoteHost): string {
  return [
    "ssh",
    ...(port === undefined ? [] : ["-p", String(port)]),
    user === undefined ? name : `${user}@${name}`,
  ].join(" ")
}

const fixedOptions = {
  BatchMode: "yes",
  StrictHostKeyChecking: "yes",
  UpdateHostKeys: "no",
  ForwardAgent: "no",
  ForwardX11: "no",
  ClearAllForwardings: "yes",
  PermitLocalCommand: "no",
  RemoteCommand: "none",
  RequestTTY: "no",
  ServerAliveInterval: "5",
  ServerAliveCountMax: "3",
}

function formatOptions(options: Readonly<Record<string, string>>, config: string | undefined): string[] {
  const set = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`])
  return [...(config === undefined ? [] : ["-F", config]), ...set]
}

/** Formats the destination; a host's name is validated, so neither ssh nor a shell in the user's config can misread it. */
function destination({ user, name, port }: RemoteHost): string[] {
  return [...(user === undefined ? [] : ["-l", user]), ...(port === undefined ? [] : ["-p", String(port)]), "--", name]
}
