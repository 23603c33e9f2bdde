import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import {
  closeSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { removeGroup } from "./control-groups.ts"

const client = "/usr/bin/docker"

/** Why this machine cannot run a Docker engine of its own; undefined where it can, and always where CI is set. */
export const noDockerEngine: string | undefined = process.env.CI ? undefined : obstacle()

function obstacle(): string | undefined {
  if (process.platform !== "linux") return "a Docker engine of its own needs Linux"
  if (process.getuid?.() !== 0) return "a Docker engine of its own needs root"
  const missing = ["/usr/sbin/dockerd", client, "/usr/sbin/iptables"].find((path) => !existsSync(path))
  return missing ? `${missing} is not installed` : undefined
}

/** A real Docker engine. Its bridge, its rules and the ports it publishes are in a network namespace, not on this machine. */
export interface DockerEngine {
  /** What its clients need. */
  readonly env: Readonly<Record<"DOCKER_HOST" | "DOCKER_CONFIG", string>>
  readonly namespace: string
  /** Runs the client. @returns what it wrote, without the last line break */
  docker(...args: readonly string[]): string
  /** Runs a program where the ports are published. */
  within(program: string, ...args: readonly string[]): string
  /** Makes an image of the files that `lay` puts into a folder; `changes` are lines of a Dockerfile. */
  image(name: string, lay: (root: string) => void, changes?: readonly string[]): void
  /** Removes all its containers, with their volumes. */
  clear(): void
  /** Ends it with all its containers, and removes whatever it has made. */
  stop(): Promise<void>
}

/**
 * @param given a network namespace that is there, such as that of a host of the farm. Default: one of its own
 * @param socket where it is to be found as well, such as in that host's home
 */
export async function startDockerEngine(given?: string, socket?: string): Promise<DockerEngine> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-docker-"))
  const name = basename(folder)
  const namespace = given ?? name
  const at = (path: string) => join(folder, path)
  const env = { DOCKER_HOST: `unix://${at("docker.sock")}`, DOCKER_CONFIG: at("client") }
  const run = (program: string, ...args: readonly string[]) =>
    execFileSync(program, args, {
      encoding: "utf8",
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    })
  const docker = (...args: readonly string[]) => run(client, ...args).trimEnd()

  if (!given) {
    run("ip", "netns", "add", namespace)
    run("ip", "-n", namespace, "link", "set", "lo", "up")
  }
  const daemon = launch(folder, namespace, [
    `--config-file=${at("daemon.json")}`,
    `--data-root=${at("data")}`,
    `--exec-root=${at("exec")}`,
    `--pidfile=${at("pid")}`,
    `--host=${env.DOCKER_HOST}`,
    ...(socket ? [`--host=unix://${socket}`] : []),
    `--cgroup-parent=/${name}`,
    "--exec-opt=native.cgroupdriver=cgroupfs",
  ])

  function clear(): void {
    const containers = docker("ps", "-aq").split("\n").filter(Boolean)
    if (containers.length > 0) docker("rm", "--force", "--volumes", ...containers)
  }

  async function stop(): Promise<void> {
    await ended(daemon, at("exec/containerd/containerd.pid"))
    if (!given) run("ip", "netns", "del", namespace)
    for (const group of globSync(`/sys/fs/cgroup/{,*/}${name}`)) await removeGroup(group)
    rmSync(folder, { recursive: true, force: true })
  }

  try {
    await answering(daemon, () => docker("version"), at("log"))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    env,
    namespace,
    docker,
    within: (program, ...args) => run("nsenter", `--net=/run/netns/${namespace}`, program, ...args),
    image(name, lay, changes = []) {
      const root = mkdtempSync(at("image-"))
      lay(root)
      run("tar", "-C", root, "-cf", `${root}.tar`, ".")
      docker("import", ...changes.flatMap((line) => ["--change", line]), `${root}.tar`, name)
      for (const path of [root, `${root}.tar`]) rmSync(path, { recursive: true })
    },
    clear,
    async stop() {
      clear()
      await stop()
    },
  }
}

// It ends with this process. Its mounts are its own, and so is the folder where it keeps a key beside its configuration.
// `ip netns exec` would hide the control groups from it.
function launch(folder: string, namespace: string, flags: readonly string[]): ChildProcess {
  const keys = join(folder, "keys")
  mkdirSync(keys)
  writeFileSync(join(folder, "daemon.json"), "{}\n")
  const log = openSync(join(folder, "log"), "w")
  const enter = ["nsenter", `--net=/run/netns/${namespace}`, "unshare", "--mount", "--propagation", "private"]
  const start = ["sh", "-ec", `mount --bind '${keys}' /etc/docker; exec /usr/sbin/dockerd "$@"`, "sh", ...flags]
  const daemon = spawn("setpriv", ["--pdeathsig", "TERM", ...enter, ...start], {
    stdio: ["ignore", log, log],
    detached: true,
  })
  closeSync(log)
  return daemon
}

async function answering(daemon: ChildProcess, ask: () => void, log: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return ask()
    } catch {
      if (hasEnded(daemon) || tries > 300) throw new Error(`dockerd did not start:\n${readFileSync(log, "utf8")}`)
    }
    await pause(100)
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

async function ended(daemon: ChildProcess, containerd: string): Promise<void> {
  if (hasEnded(daemon)) return
  const exit = once(daemon, "exit")
  daemon.kill("SIGTERM")
  const timer = setTimeout(() => {
    daemon.kill("SIGKILL")
    if (existsSync(containerd)) process.kill(Number(readFileSync(containerd, "utf8")), "SIGKILL")
  }, 20_000)
  await exit
  clearTimeout(timer)
}
