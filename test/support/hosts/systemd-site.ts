import { execFileSync } from "node:child_process"
import { chownSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { shellWord } from "../../../core/escape.ts"
import { type Farm, noSystemdHosts, type SshHost, startFarm } from "./ssh-farm.ts"
import { runOn } from "./systemd-node.ts"
import { noUserManager, startUserManager } from "./systemd-user.ts"

/** A user whose units a real systemd runs, here or on another machine. */
export interface SystemdSite {
  /** As a Service declares it. */
  readonly host: string
  /** Of a provider that shall reach it. */
  readonly env: NodeJS.ProcessEnv
  /** The user's home, as it is called there. */
  readonly home: string
  /** Runs a script there, as root. */
  asRoot(script: string): string
  systemctl(...args: readonly string[]): string
  /** Runs a script there, as the user. */
  run(script: string): string
  /** Writes a file below the home, which is then the user's. */
  write(path: string, text: string): void
  read(path: string): string
  remove(path: string): void
  stop(): Promise<void>
}

/** Where there is one, for the name of a suite; `missing` says why this machine has none. */
export interface SystemdSites {
  readonly name: string
  readonly missing: string | undefined
  /** Whether it is a whole machine, which logs its users in and out. */
  readonly whole: boolean
  start(): Promise<SystemdSite>
}

export const systemdSites: readonly SystemdSites[] = [
  { name: "a user manager of this machine", missing: noUserManager, whole: false, start: here },
  { name: "another machine, over ssh", missing: noSystemdHosts, whole: true, start: there },
]

async function here(): Promise<SystemdSite> {
  const { home, env, systemctl, stop } = await startUserManager()
  const run = (script: string) =>
    execFileSync("/bin/sh", ["-ec", script], { env: { ...process.env, ...env }, encoding: "utf8" })
  return { host: "local", env, home, systemctl, run, asRoot: run, ...files(home), stop }
}

async function there(): Promise<SystemdSite> {
  const farm = await startFarm(1, { systemd: true })
  return siteOn(farm, farm.host(1))
}

/** A host with systemd of a farm that is up; to stop it is to stop the farm. */
export function siteOn(farm: Farm, machine: SshHost): SystemdSite {
  const run = (script: string) => runOn(machine, script)
  const asRoot = (script: string) => runOn(machine, script, "root")
  return {
    host: `ssh://${machine.name}`,
    env: { GATEKEY_SSH_CONFIG: farm.config },
    home: machine.homeThere,
    systemctl: (...args) => run(["systemctl", "--user", ...args].map(shellWord).join(" ")),
    run,
    asRoot,
    ...files(machine.home),
    stop: farm.stop,
  }
}

function files(home: string): Pick<SystemdSite, "write" | "read" | "remove"> {
  const { uid, gid } = statSync(home)
  return {
    write(path, text) {
      const missing = mkdirSync(dirname(join(home, path)), { recursive: true })
      for (let folder = dirname(join(home, path)); missing && folder.startsWith(missing); folder = dirname(folder))
        chownSync(folder, uid, gid)
      writeFileSync(join(home, path), text, { mode: 0o600 })
      chownSync(join(home, path), uid, gid)
    },
    read: (path) => readFileSync(join(home, path), "utf8"),
    remove: (path) => rmSync(join(home, path)),
  }
}
