import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { which } from "../tools/checkout.ts"
import { noRoot } from "./machine.ts"

const needed = ["dockerd", "docker", "iptables", "ip", "busybox", "nsenter"]

/** Why no engine of its own can run here; undefined where it can, and always where CI is set: nothing is skipped there. */
export const noDocker: string | undefined = process.env.CI ? undefined : obstacle()

function obstacle(): string | undefined {
  if (process.platform !== "linux") return "an engine of its own needs Linux"
  if (noRoot) return noRoot
  const missing = needed.find((program) => which(program) === undefined)
  return missing && `${missing} is not installed`
}

/** A real engine with a network and mounts of its own: what it changes there is nobody else's, and goes with it. */
export interface Docker {
  /** Where it is; of whom shall talk to it, inside. */
  readonly env: Readonly<Record<"DOCKER_HOST", string>>
  docker(...args: string[]): string
  /** A script on the host that the containers run on. */
  run(script: string, args: readonly string[]): { code: number; stdout: Buffer; stderr: string }
  stop(): Promise<void>
}

/** With one image, `tools:1`: a busybox. */
export async function startDocker(): Promise<Docker> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-docker-"))
  const host = `unix://${folder}/docker.sock`
  const env = { ...process.env, DOCKER_HOST: host }
  const places = ["--data-root", "--exec-root", "--pidfile"].flatMap((option) => [
    option,
    join(folder, option.slice(2)),
  ])
  const words = ["dockerd", ...places, "-H", host]
  const engine = spawn("unshare", ["--net", "--mount", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", ...words], {
    stdio: "ignore",
    env,
  })
  const ended = once(engine, "exit")
  const inside = ["-t", String(engine.pid), "-n"]
  const docker = (...args: string[]) =>
    execFileSync("nsenter", [...inside, "docker", ...args], {
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    })
  const stop = async () => {
    engine.kill("SIGTERM")
    await ended
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
  try {
    for (let tries = 0; !answers(docker); tries++) {
      if (engine.exitCode !== null || tries > 300) throw new Error(`dockerd did not start (${engine.exitCode})`)
      await pause(100)
    }
    docker("import", "-c", "ENV PATH=/bin", image(folder), "tools:1")
  } catch (error) {
    await stop()
    throw error
  }
  return {
    env: { DOCKER_HOST: host },
    docker,
    stop,
    run(script, args) {
      try {
        const words = [...inside, "/bin/sh", "-c", script, "gatekey", ...args]
        return { code: 0, stdout: execFileSync("nsenter", words, { env, stdio: "pipe" }), stderr: "" }
      } catch (error) {
        const { status, stdout, stderr } = error as { status: number; stdout: Buffer; stderr: Buffer }
        return { code: status, stdout, stderr: stderr.toString() }
      }
    },
  }
}

function answers(docker: (...args: string[]) => string): boolean {
  try {
    docker("version")
    return true
  } catch {
    return false
  }
}

/** A root file system as an archive: a static busybox under each of its names. */
function image(folder: string): string {
  const root = join(folder, "image")
  mkdirSync(join(root, "bin"), { recursive: true })
  const busybox = which("busybox") ?? "/bin/busybox"
  cpSync(busybox, join(root, "bin/busybox"), { dereference: true })
  for (const name of execFileSync(busybox, ["--list"], { encoding: "utf8" }).split("\n")) {
    const at = join(root, "bin", name)
    if (name !== "" && !existsSync(at)) symlinkSync("busybox", at)
  }
  const archive = join(folder, "image.tar")
  execFileSync("tar", ["-C", root, "-cf", archive, "."])
  return archive
}
