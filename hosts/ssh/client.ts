import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process"
import { endsWithRun } from "../../core/ending.ts"
import { Gathered } from "../../core/gathered.ts"
import { maxErrorBytes } from "../file.ts"

/**
 * Starts the user's ssh. It has no terminal, so that nothing on the way, such as a jump, which knows nothing of our
 * BatchMode, can ask a question in the middle of a run; and Ctrl-C ends us, not what is being written.
 */
export function startSsh(args: readonly string[], stdio: SpawnOptions["stdio"]): ChildProcess {
  const env = { ...process.env, SSH_ASKPASS_REQUIRE: "never" }
  return spawn("ssh", [...args], { stdio, env, detached: true })
}

/** Ends an ssh, and what it started on the way to a host. */
export function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, "SIGKILL")
  } catch {
    // It has ended by itself.
  }
}

/** What ssh says on stderr until it ends, or its time is over. */
export function sshSays(args: readonly string[], milliseconds: number): Promise<string> {
  return new Promise((resolve) => {
    const child = startSsh(args, ["ignore", "ignore", "pipe"])
    const said = new Gathered(maxErrorBytes)
    child.stderr?.on("data", (chunk) => said.add(chunk))
    const timer = setTimeout(() => endGroup(child), milliseconds)
    const forget = endsWithRun(() => endGroup(child))
    const end = () => {
      clearTimeout(timer)
      forget()
      child.stderr?.destroy()
      resolve(said.text)
    }
    child.on("error", end)
    child.on("close", end)
    // What ssh started may hold its stderr open.
    child.on("exit", () => setTimeout(end, 100))
  })
}
