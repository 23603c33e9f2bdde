import { execFileSync, spawn } from "node:child_process"
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { endNow } from "./processes.ts"
import { furnish, type Machine } from "./ssh-machine.ts"
import { freeNet, reachable } from "./ssh-network.ts"
import { furnishSystemd, systemdObstacle, systemdUser } from "./systemd-node.ts"

/** Why this machine cannot have hosts of its own; undefined where it can, and always where CI is set. */
export const noSshHosts: string | undefined = process.env.CI ? undefined : obstacle()

/** Why this machine cannot have hosts with `systemd`. */
export const noSystemdHosts: string | undefined = process.env.CI ? undefined : (noSshHosts ?? systemdObstacle())

function obstacle(): string | undefined {
  if (process.platform !== "linux") return "network namespaces need Linux"
  if (process.getuid?.() !== 0) return "network namespaces need root"
  const missing = ["/usr/sbin/sshd", "/usr/bin/ssh", "/bin/busybox"].find((path) => !existsSync(path))
  if (missing) return `${missing} is not installed`
  return ["/usr/sbin/ip", "/sbin/ip", "/bin/ip"].some((path) => existsSync(path)) ? undefined : "ip is not installed"
}

/** A real sshd in a network namespace, a host name, a host key and a home of its own. */
export interface SshHost {
  /** An alias of the farm's ssh config that no other farm has; its short form, `n1`, `n2` …, is known there as well. */
  readonly name: string
  readonly address: string
  /** Its user's home, as seen from here. */
  readonly home: string
  /** Its home, as seen from there. */
  readonly homeThere: string
  /** What is the root directory on a busybox host. */
  readonly root: string
  readonly namespace: string
  /** The network device on our side. */
  readonly link: string
  /** SHA-256 fingerprint of its host key. */
  readonly fingerprint: string
  /** What its sshd has told so far: each connection and each session. */
  log(): string
  /** The processes that run there. */
  processes(): number[]
  /** sshd and whatever it started end at once. */
  kill(): void
  start(): Promise<void>
  /** Whether its answers are lost on their way, as when a cable is pulled. */
  silent(silent: boolean): void
}

export interface Farm {
  readonly folder: string
  /** For `ssh -F` and GATEKEY_SSH_CONFIG. */
  readonly config: string
  readonly knownHosts: string
  readonly hosts: readonly SshHost[]
  /** The host of that number, from 1. */
  host(number: number): SshHost
  /** Another name in the ssh config, with the lines that hold for it. @returns the name, which no other farm has */
  alias(name: string, lines: readonly string[]): string
  stop(): Promise<void>
}

export interface FarmSettings extends Machine {
  /** Further lines of ssh_config, for all hosts. */
  readonly ssh?: readonly string[]
}

let farms = 0

/** `count` hosts that only this machine reaches; the caller stops them. */
export async function startFarm(count: number, settings: FarmSettings = {}): Promise<Farm> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-ssh-"))
  chmodSync(folder, 0o711)
  const id = `${(process.pid % 100_000).toString(36)}${(farms++).toString(36)}`
  const bridge = `gk${id}`
  const net = freeNet()
  keygen(join(folder, "id"))
  copyFileSync(join(folder, "id.pub"), join(folder, "authorized_keys"))
  const ip = (...words: string[]) => void execFileSync("ip", words, { stdio: ["ignore", "ignore", "inherit"] })
  ip("link", "add", bridge, "type", "bridge")
  ip("addr", "add", `${net}.254/24`, "dev", bridge)
  ip("link", "set", bridge, "up")
  mkdirSync("/run/sshd", { recursive: true, mode: 0o755 })
  const config = join(folder, "ssh_config")
  const knownHosts = join(folder, "known_hosts")
  const aliases: string[] = []
  const undo: (() => Promise<void>)[] = []
  const namespaces: string[] = []
  const hosts: SshHost[] = []
  try {
    while (hosts.length < count) hosts.push(make(hosts.length + 1))
    writeFileSync(knownHosts, hosts.map(({ name, address }) => `${name},${address} ${publicKey(name)}\n`).join(""))
    configure()
    await Promise.all(hosts.map((host) => host.start()))
  } catch (error) {
    await stop()
    throw error
  }

  function make(number: number): SshHost {
    const name = `n${number}-${id}`
    const address = `${net}.${number}`
    const namespace = `gatekey-${id}-${number}`
    const link = `gk${id}-${number}`
    const root = join(folder, `${name}-root`)
    const home = settings.busybox ? join(root, "root") : join(folder, name)
    keygen(join(folder, `${name}-key`))
    aliases.push(`Host n${number} ${name}`, `  HostName ${address}`)
    namespaces.push(namespace)
    ip("netns", "add", namespace)
    ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace)
    ip("link", "set", link, "master", bridge, "up")
    ip("-n", namespace, "link", "set", "lo", "up")
    ip("-n", namespace, "link", "set", "eth0", "up")
    ip("-n", namespace, "addr", "add", `${address}/24`, "dev", "eth0")
    mkdirSync(home, { recursive: true })
    // Others than its owner may go through to the files of a test, and see nothing else.
    chmodSync(home, 0o711)
    const furnished = (settings.systemd ? furnishSystemd : furnish)(settings, { farm: folder, name, home, root })
    const machine = ["ip", "netns", "exec", namespace, "unshare", "--uts", "sh", "-ec", furnished.script]
    const command = ["sh", "-ec", `${furnished.before ?? ""}\nexec "$@"`, "sh", ...machine]
    undo.push(furnished.remove)
    let runs = false
    const processes = () =>
      execFileSync("ip", ["netns", "pids", namespace], { encoding: "utf8" }).split("\n").filter(Boolean).map(Number)
    return {
      name,
      address,
      home,
      homeThere: settings.systemd ? `/home/${systemdUser}` : "/root",
      root,
      namespace,
      link,
      fingerprint:
        execFileSync("ssh-keygen", ["-lf", join(folder, `${name}-key.pub`)], { encoding: "utf8" }).split(" ")[1] ?? "",
      log: () => readFileSync(join(folder, `${name}.log`), "utf8"),
      processes,
      kill() {
        for (const pid of processes()) endNow(pid)
        runs = false
      },
      async start() {
        if (runs) return
        runs = true
        // One that was killed may still answer for a moment.
        for (let tries = 0; tries < 250 && processes().length > 0; tries++) await sleep(20)
        // It ends with this process; what stands in between replaces itself, or ends with it.
        spawn("setpriv", ["--pdeathsig", "KILL", ...command], { stdio: "ignore", detached: true }).unref()
        await reachable(address)
      },
      silent: (silent) => ip("-n", namespace, "route", silent ? "add" : "del", "blackhole", `${net}.254/32`),
    }
  }

  function configure(): void {
    const all = [
      ...aliases,
      "Host *",
      ...(settings.ssh ?? []).map((line) => `  ${line}`),
      `  User ${settings.systemd ? systemdUser : "root"}`,
      `  IdentityFile ${join(folder, "id")}`,
      "  IdentitiesOnly yes",
      "  IdentityAgent none",
      `  UserKnownHostsFile ${knownHosts}`,
      "  GlobalKnownHostsFile /dev/null",
      "",
    ]
    writeFileSync(config, all.join("\n"))
  }

  function publicKey(name: string): string {
    return readFileSync(join(folder, `${name}-key.pub`), "utf8")
      .split(" ")
      .slice(0, 2)
      .join(" ")
  }

  return {
    folder,
    config,
    knownHosts,
    hosts,
    host(number) {
      const found = hosts[number - 1]
      if (!found) throw new Error(`there is no host ${number}`)
      return found
    },
    alias(name, lines) {
      aliases.push(`Host ${name}-${id}`, ...lines.map((line) => `  ${line}`))
      configure()
      return `${name}-${id}`
    },
    stop,
  }

  /** Of a farm that was interrupted, what there is of it. */
  async function stop(): Promise<void> {
    for (const host of hosts) host.kill()
    for (const words of [...namespaces.map((name) => ["netns", "del", name]), ["link", "del", bridge]]) {
      try {
        ip(...words)
      } catch {
        // It was not made.
      }
    }
    for (const each of undo) await each()
    rmSync(folder, { recursive: true, force: true })
  }
}

function keygen(file: string): void {
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file])
}
