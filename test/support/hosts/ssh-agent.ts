import { execFileSync, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"

/** An agent of its own that holds one key; it ends with this process. */
export interface SshAgent {
  /** For SSH_AUTH_SOCK. */
  readonly socket: string
  stop(): void
}

/** @param folder where its socket is to be */
export async function startSshAgent(folder: string, key: string): Promise<SshAgent> {
  const socket = join(folder, "agent")
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "ssh-agent", "-D", "-a", socket], { stdio: "ignore" })
  for (let tries = 0; tries < 200 && !existsSync(socket); tries++) await sleep(25)
  execFileSync("ssh-add", ["-q", key], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: "ignore" })
  return { socket, stop: () => void child.kill() }
}
