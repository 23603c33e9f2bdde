import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process"

/**
 * Starts the user's ssh. It has no terminal, so that nothing on the way, such as a jump, which knows nothing of our
 * BatchMode, can ask a question in the middle of a run; and Ctrl-C ends us, not what is being written.
 */
export function startSsh(args: readonly string[], stdio: SpawnOptions["stdio"]): ChildProcess {
  const env = { ...process.env, SSH_ASKPASS_REQUIRE: "never" }
  return spawn("ssh", [...args], { stdio, env, detached: true })
}

/** What ssh says on stderr until it ends, or its time is over. */
export function sshSays(args: readonly string[], milliseconds: number): Promise<string> {
  return new Promise((resolve) => {
    const child = startSsh(args, ["ignore", "ignore", "pipe"])
    let said = ""
    child.stderr?.on("data", (text) => (said += text))
    const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds)
    const end = () => {
      clearTimeout(timer)
      child.stderr?.destroy()
      resolve(said)
    }
    child.on("error", end)
    child.on("close", end)
    // What ssh started may hold its stderr open.
    child.on("exit", () => setTimeout(end, 100))
  })
}
