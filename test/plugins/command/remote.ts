import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { type Connection, type Ended, failure, type Inputs, type Log, type Printed, run } from "./run.ts"

/**
 * remote/commandOutputs.go, run: one connection a run. The real one speaks SSH itself (golang.org/x/crypto/ssh); here the
 * machine's ssh does, without any config. Neither a password, a proxy, nor an environment is stood in for.
 */
export async function runRemote(command: string, inputs: Inputs, _before: Printed, log: Log): Promise<Printed> {
  const { connection, environment } = inputs
  if (!connection) throw new Error("Missing required property 'connection'")
  if ("password" in connection || "proxy" in connection || environment)
    throw new Error("the stand-in for the plugin command knows no password, proxy or environment of a remote command")
  const ended = await dial(connection, (words) => run([...words, command], inputs, log), log)
  if (ended.code !== 0) throw failure(`Process exited with status ${ended.code}`, command, ended)
  return { stdout: ended.stdout, stderr: ended.stderr }
}

/** remote/connection.go, dialWithRetry: any failure is tried again, a wrong host key as well. */
async function dial(to: Connection, work: (words: readonly string[]) => Promise<Ended>, log: Log): Promise<Ended> {
  for (let failed = 0; ; failed++) {
    const { ended, problem } = await once(to, work)
    if (problem === undefined) return ended
    if (to.dialErrorLimit > -1 && failed + 1 > to.dialErrorLimit)
      throw new Error(`after ${failed} failed attempts: ${problem}`)
    await log(`Dial ${failed + 1}/${to.dialErrorLimit} failed: retrying`)
    // pulumi/sdk/go/common/util/retry: the defaults.
    await sleep(Math.min(100 * 1.5 ** failed, 5000))
  }
}

async function once(to: Connection, work: (words: readonly string[]) => Promise<Ended>) {
  const folder = mkdtempSync(join(tmpdir(), "stand-in-command-"))
  try {
    const log = join(folder, "log")
    const ended = await work(["ssh", "-T", "-E", log, ...options(to, folder), "--", to.host])
    const said = ended.code === 255 ? readFileSync(log, "utf8") : ""
    return { ended, problem: said === "" ? undefined : problem(said, to) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * remote/connection.go, SSHConfig: the host's key must be the one given, of its type; without one any is taken. A private
 * key, then the agent at `agentSocketPath`, else at SSH_AUTH_SOCK.
 */
function options(to: Connection, folder: string): string[] {
  const { hostKey, privateKey, agentSocketPath = process.env.SSH_AUTH_SOCK } = to
  const [identity, known] = [join(folder, "identity"), join(folder, "known")]
  if (privateKey !== undefined) writeFileSync(identity, privateKey, { mode: 0o600 })
  if (hostKey !== undefined) writeFileSync(known, `* ${hostKey}\n`)
  const set = {
    BatchMode: "yes",
    LogLevel: "ERROR",
    ConnectTimeout: String(to.perDialTimeout),
    GlobalKnownHostsFile: "/dev/null",
    UserKnownHostsFile: hostKey === undefined ? "/dev/null" : known,
    StrictHostKeyChecking: hostKey === undefined ? "no" : "yes",
    ...(hostKey === undefined ? {} : { HostKeyAlgorithms: hostKey.split(" ")[0] }),
    IdentityAgent: agentSocketPath || "none",
    IdentityFile: privateKey === undefined ? "none" : identity,
    User: to.user,
    Port: String(to.port),
  }
  return ["-F", "/dev/null", ...Object.entries(set).flatMap(([name, value]) => ["-o", `${name}=${value}`])]
}

/** In the words of golang.org/x/crypto/ssh. */
function problem(said: string, { host, port }: Connection): string {
  if (/Host key verification failed/.test(said)) return "ssh: handshake failed: ssh: host key mismatch"
  if (/no matching host key type/.test(said)) return "ssh: handshake failed: ssh: no common algorithm for host key"
  if (/Permission denied/.test(said))
    return "ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain"
  return `dial tcp ${host}:${port}: ${said.trim().split("\n").at(-1)}`
}
