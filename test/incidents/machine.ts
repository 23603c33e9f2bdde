import { execFileSync, spawn } from "node:child_process"
import { existsSync, realpathSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { root } from "../support/engine/program.ts"
import type { Farm, SshHost } from "../support/hosts/ssh-farm.ts"
import { inside } from "../support/hosts/systemd-node.ts"
import { type SystemdSite, siteOn } from "../support/hosts/systemd-site.ts"

/** A host of the farm in the hands of an incident. */
export interface Machine extends SystemdSite {
  readonly name: string
  readonly address: string
  /** Its home, as seen from here. */
  readonly seen: string
  readonly namespace: string
  /** Runs a program where its network is, as root of this machine. */
  network(program: string, ...args: readonly string[]): string
  /** Runs a script there to its end. */
  ask(script: string, patience?: number): Promise<Said>
}

export interface Said {
  readonly code: number | null
  /** Standard output and error, as they came. */
  readonly output: string
  readonly seconds: number
}

/** What is not of the system there: this checkout, its Node and the products, wherever they are. */
export function foldersSeen(): string[] {
  const wanted = [
    root,
    ...["node_modules", ".tools/products", ".tools/node"]
      .map((name) => resolve(root, name))
      .filter(existsSync)
      .map((path) => realpathSync(path)),
    dirname(dirname(realpathSync(process.execPath))),
  ].filter((path) => !path.startsWith("/usr"))
  const within = (path: string, other: string) => path !== other && path.startsWith(`${other}/`)
  return [...new Set(wanted)].filter((path) => !wanted.some((other) => within(path, other)))
}

export function machineOn(farm: Farm, host: SshHost): Machine {
  return {
    ...siteOn(farm, host),
    name: host.name,
    address: host.address,
    seen: host.home,
    namespace: host.namespace,
    network: (program, ...args) =>
      execFileSync("ip", ["netns", "exec", host.namespace, program, ...args], { encoding: "utf8", stdio: "pipe" }),
    ask(script, patience) {
      const { words, env } = inside(host, script)
      return say("nsenter", words, { env, ...(patience ? { patience } : {}) })
    },
  }
}

/** Runs a program to its end; after its patience, in milliseconds, it is ended with all that it started. */
export function say(
  program: string,
  words: readonly string[],
  { env, cwd, patience = 120_000 }: { env: NodeJS.ProcessEnv; cwd?: string; patience?: number },
): Promise<Said> {
  const began = performance.now()
  return new Promise((done, failed) => {
    const stdio = ["ignore", "pipe", "pipe"] as const
    const child = spawn(program, words, { env, ...(cwd ? { cwd } : {}), stdio: [...stdio], detached: true })
    const timer = setTimeout(() => child.pid && process.kill(-child.pid, "SIGKILL"), patience)
    let output = ""
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text))
    child.on("error", failed)
    child.on("close", (code) => {
      clearTimeout(timer)
      done({ code, output, seconds: (performance.now() - began) / 1000 })
    })
  })
}

/** Waits until it holds. @throws Error with what there is to say about it */
export async function until(
  holds: () => boolean | Promise<boolean>,
  otherwise: () => string,
  patience = 600_000,
): Promise<void> {
  const deadline = Date.now() + patience
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(otherwise())
    await pause(200)
  }
}
