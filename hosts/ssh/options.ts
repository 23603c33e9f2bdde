import type { RemoteHost } from "../../core/host.ts"
import { command } from "./remote.ts"
import type { SshSettings } from "./settings.ts"

/** How long an idle connection outlives a run whose end nobody noticed. */
const persistSeconds = 60

/**
 * The words after `ssh`. The user's own config, agent, keys, jumps and known_hosts hold; what is set here is what a run
 * that nobody watches needs: no prompt, no unknown key, nothing forwarded, one connection for all.
 */
export function sshArguments(host: RemoteHost, { connect, config }: SshSettings, socket: string): string[] {
  const options = {
    ...always,
    LogLevel: "ERROR",
    ConnectTimeout: String(Math.ceil(connect / 1000)),
    ControlMaster: "auto",
    ControlPath: socket,
    ControlPersist: String(persistSeconds),
  }
  return [...words(options, config), ...destination(host), command]
}

/** A connection of its own that only tells what it comes to. @param level `DEBUG1` tells what the host's key is */
export function askingArguments(
  host: RemoteHost,
  { connect, config }: SshSettings,
  level: "INFO" | "DEBUG1",
): string[] {
  const options = {
    ...always,
    LogLevel: level,
    ConnectTimeout: String(Math.ceil(connect / 1000)),
    ControlPath: "none",
  }
  return [...words(options, config), ...destination(host), "exit"]
}

/** A connection from the host to an address. @param socket of the ssh connection that is open; `none` for one of its own */
export function forwardArguments(host: RemoteHost, settings: SshSettings, socket: string, to: string): string[] {
  const { connect, config } = settings
  const options = {
    ...always,
    // By `ERROR` alone it does not say why it could not connect from there.
    LogLevel: socket === "none" ? "INFO" : "ERROR",
    ConnectTimeout: String(Math.ceil(connect / 1000)),
    ControlMaster: "no",
    ControlPath: socket,
  }
  return [...words(options, config), "-W", to, ...destination(host)]
}

/** What ssh makes of the host's name by the user's config. */
export function resolvingArguments(host: RemoteHost, { config }: SshSettings): string[] {
  return [...(config === undefined ? [] : ["-F", config]), "-G", ...destination(host)]
}

/** The command that a person would try, to see what ssh says. */
export function manually({ user, name, port }: RemoteHost): string {
  return [
    "ssh",
    ...(port === undefined ? [] : ["-p", String(port)]),
    user === undefined ? name : `${user}@${name}`,
  ].join(" ")
}

const always = {
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

function words(options: Readonly<Record<string, string>>, config: string | undefined): string[] {
  const set = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`])
  return [...(config === undefined ? [] : ["-F", config]), ...set]
}

/** A name can hold nothing that ssh, or a shell in the user's config, would take for more than a name. */
function destination({ user, name, port }: RemoteHost): string[] {
  return [...(user === undefined ? [] : ["-l", user]), ...(port === undefined ? [] : ["-p", String(port)]), "--", name]
}
