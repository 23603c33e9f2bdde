import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { hierarchies, isWritable, makeGroup, removeGroup } from "./control-groups.ts"

const manager = "/lib/systemd/systemd"

/** Why this machine cannot run a user manager; undefined where it can, and always where CI is set: nothing is skipped there. */
export const noUserManager: string | undefined = process.env.CI ? undefined : obstacle()

function obstacle(): string | undefined {
  if (process.platform !== "linux") return "systemd needs Linux"
  if (process.getuid?.() !== 0) return "a user manager of its own needs root"
  const missing = [manager, "/usr/bin/systemctl", "/usr/bin/unshare", "/usr/bin/setpriv"].find(
    (path) => !existsSync(path),
  )
  if (missing) return `${missing} is not installed`
  return hierarchies().every(isWritable) ? undefined : "the control groups are read-only"
}

/** A real `systemd --user` with a home and a runtime directory of its own; it ends with this process. */
export interface UserManager {
  readonly home: string
  /** Where its clients find it. */
  readonly env: Readonly<Record<"HOME" | "XDG_RUNTIME_DIR", string>>
  /** Writes a unit; `run` makes it known. */
  unit(name: string, content: string | Uint8Array): void
  systemctl(...args: string[]): string
  /** Starts units that were written and waits for their end; a failed one is told with its exit status. */
  run(units: readonly string[]): void
  stop(): Promise<void>
}

export async function startUserManager(): Promise<UserManager> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-systemd-"))
  const home = join(folder, "home")
  const runtime = join(folder, "run")
  const units = join(home, ".config/systemd/user")
  mkdirSync(units, { recursive: true })
  mkdirSync(runtime, { mode: 0o700 })
  const groups = hierarchies().map(makeGroup)
  const env = { HOME: home, XDG_RUNTIME_DIR: runtime, PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" }
  const child = spawn("/bin/sh", ["-c", launch(groups)], { env, stdio: "ignore", detached: true })
  const stop = () => stopped(child, groups, folder)
  try {
    for (let tries = 0; !existsSync(join(runtime, "systemd/private")); tries++) {
      if (child.exitCode !== null || tries > 200) throw new Error(`the user manager did not start (${child.exitCode})`)
      await pause(25)
    }
  } catch (error) {
    await stop()
    throw error
  }
  const systemctl = (...args: string[]) =>
    execFileSync("/usr/bin/systemctl", ["--user", ...args], { env, encoding: "utf-8", maxBuffer: 1e8 })
  const run = (names: readonly string[]) => {
    systemctl("daemon-reload")
    try {
      systemctl("start", ...names)
    } catch (error) {
      const show = (name: string) =>
        systemctl("show", "-p", "Id,Result,ExecMainStatus", name).trim().split("\n").join(" ")
      throw new Error(`failed: ${names.map(show).filter((each) => !each.includes("Result=success"))}`, { cause: error })
    }
  }
  return {
    home,
    env: { HOME: home, XDG_RUNTIME_DIR: runtime },
    systemctl,
    run,
    stop,
    unit: (name, content) => writeFileSync(join(units, name), content),
  }
}

// systemd starts only where /run/systemd/system exists: it does in a mount namespace of this one process. Each step
// replaces the one before it, so the process that is started here is systemd in the end.
function launch(groups: readonly string[]): string {
  const inside = "mkdir -p /run/systemd && mount -t tmpfs tmpfs /run/systemd && mkdir /run/systemd/system"
  return [
    ...groups.map((group) => `echo $$ >${group}/cgroup.procs`),
    `exec setpriv --pdeathsig TERM unshare --cgroup --mount --propagation private sh -c '${inside} && exec ${manager} --user'`,
  ].join(" && ")
}

async function stopped(child: ChildProcess, groups: readonly string[], folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, "exit")
    child.kill("SIGTERM")
    const timer = setTimeout(() => child.kill("SIGKILL"), 5000)
    await exit
    clearTimeout(timer)
  }
  for (const group of groups) await removeGroup(group)
  rmSync(folder, { recursive: true, force: true })
}

/** What a unit left behind that wrote NUL-separated text to a file. */
export function parted(path: string): string[] {
  return readFileSync(path, "utf-8").split("\0").slice(0, -1)
}
