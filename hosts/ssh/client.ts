import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process"
import { registerWork } from "../../core/ending.ts"
import { ByteCollector } from "../../core/gathered.ts"
import { maxErrorBytes } from "../file.ts"

/**
 * Starts the user's ssh without a terminal, so that a jump, which does not get the BatchMode, cannot prompt during a run, and
 * Ctrl-C ends gatekey, not a write.
 */
export function startSsh(args: readonly string[], stdio: SpawnOptions["stdio"]): ChildProcess {
  const env = { ...process.env, SSH_ASKPASS_REQUIRE: "never" }
  return spawn("ssh", [...args], { stdio, env, detached: true })
}

/** Ends an ssh and its child processes. */
export function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, "SIGKILL")
  } catch {
    // It has exited.
  }
}

/** Runs ssh, and returns its stderr at its end or the timeout. */
export function readSshErrors(args: readonly string[], milliseconds: number): Promise<string> {
  return new Promise((resolve) => {
    const child = startSsh(args, ["ignore", "ignore", "pipe"])
    const errors = new ByteCollector(maxErrorBytes)
    child.stderr?.on("data", (chunk) => errors.add(chunk))
    const timer = setTimeout(() => endGroup(child), milliseconds)
    const unregister = registerWork(() => endGroup(child))
    const end = () => {
      clearTimeout(timer)
      unregister()
      child.stderr?.destroy()
      resolve(errors.text)
    }
    child.on("error", end)
    child.on("close", end)
    // A child of ssh may keep its stderr open.
    child.on("exit", () => setTimeout(end, 100))
  })
}
