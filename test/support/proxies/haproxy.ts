import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { existsSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { join } from "node:path"
import { files } from "../../../proxies/guard.ts"
import { whenFinished } from "../finished.ts"
import { until } from "../until.ts"

/** Why the tests with a real HAProxy cannot run here; with CI=true they must. */
export const noHaproxy: string | undefined =
  process.env.CI === "true" || spawnSync("haproxy", ["-v"]).status === 0 ? undefined : "no haproxy on PATH"

export interface Haproxy {
  readonly child: ChildProcess
  /** Lines of its log. */
  readonly log: string[]
  /** Asks the master, or a worker (`@!PID …`). */
  ask(command: string): Promise<string>
  /** The ids of its workers, retired ones too. */
  workers(): Promise<string[]>
}

/**
 * Starts HAProxy with the configuration in a folder; it ends with the test.
 * @param configuration written there before
 * @param variables of its environment, in addition
 */
export async function startHaproxy(
  folder: string,
  configuration?: string,
  variables: NodeJS.ProcessEnv = {},
): Promise<Haproxy> {
  if (configuration !== undefined) writeFileSync(join(folder, files.configuration), configuration)
  const map = join(folder, files.gateway)
  if (!existsSync(map)) writeFileSync(map, "", { mode: 0o600 })
  const checked = spawnSync("haproxy", ["-c", "-f", join(folder, files.configuration)], {
    cwd: folder,
    encoding: "utf8",
  })
  if (checked.status !== 0) throw new Error(checked.stderr)
  const words = ["-W", "-f", join(folder, files.configuration), "-S", `unix@${files.master}`]
  const child = spawn("haproxy", words, {
    cwd: folder,
    env: { ...process.env, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  })
  const log: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => log.push(...String(chunk).split("\n").filter(Boolean)))
  whenFinished(() => stopHaproxy({ child }))
  const ask = (command: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(join(folder, files.master), () => socket.end(`${command}\n`))
      let answer = ""
      socket.on("data", (chunk) => {
        answer += chunk
      })
      socket.on("close", () => resolve(answer.trim()))
      socket.on("error", reject)
    })
  const workers = async () => [...(await ask("show proc")).matchAll(/^(\d+)\s+worker/gm)].map(([, pid = ""]) => pid)
  await until(async () => child.exitCode !== null || (await workers().catch(() => [])).length > 0)
  if (child.exitCode !== null) throw new Error(log.join("\n"))
  return { child, log, ask, workers }
}

/** Ends one before its test does. */
export async function stopHaproxy({ child }: Pick<Haproxy, "child">): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill("SIGTERM")
  await once(child, "exit")
}
