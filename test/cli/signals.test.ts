import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { type AddressInfo, createServer } from "node:net"
import { dirname, join, resolve } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { answers, pathWithSsh } from "../support/hosts/hostile-ssh.ts"
import { folder } from "../support/hosts/machine.ts"
import { argumentsOf } from "../support/hosts/processes.ts"
import { until } from "../support/until.ts"

const program = resolve(import.meta.dirname, "../../cli/gatekey")

interface Hanging {
  /** Its folder has the files that the command needs. */
  readonly words: (top: string) => readonly string[] | Promise<readonly string[]>
  /** Programs on its PATH, as scripts. `$HUNG` is the file in which they say who hangs. */
  readonly programs?: Readonly<Record<string, string>>
  /** Whether it hangs by now. Default: a program has said so. */
  readonly hangs?: (top: string, child: ChildProcess) => boolean
}

/** Hangs, and has started another that hangs. */
const hung = "sleep 3600 &\necho $$ $! >>$HUNG.new; mv $HUNG.new $HUNG; wait"
const stubborn = `trap '' TERM INT HUP\n${hung}`
/** Ends when it is asked to, and leaves one behind that does not. */
const leaving =
  "sh -c \"trap '' TERM INT HUP; while :; do sleep 1; done\" &\ntrap 'exit 1' TERM INT\necho $$ $! >>$HUNG.new; mv $HUNG.new $HUNG; wait"
const begun = answers["nothing, once it has begun"].replace("exec sleep 3600", hung)
const ssh = ["scan", "--host", "ssh://hostile.example"]

/** A gateway that takes a connection, and says nothing. */
async function silentGateway(top: string): Promise<readonly string[]> {
  const server = createServer(() => writeFileSync(join(top, "hung"), "")).listen(0, "127.0.0.1")
  onTestFinished(() => void server.close())
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  mkdirSync(join(top, ".openclaw"))
  const gateway = { mode: "local", port, auth: { token: "a".repeat(10) } }
  writeFileSync(join(top, ".openclaw/openclaw.json"), JSON.stringify({ gateway }))
  return ["doctor"]
}

function stack(top: string, words: readonly string[]): readonly string[] {
  writeFileSync(join(top, "Pulumi.yaml"), "name: home\nruntime: yaml\n")
  writeFileSync(join(top, "Pulumi.home.yaml"), "config:\n  gatekey:token: {rotation: 1}\n")
  return words
}

/** Of a stack whose vault is 1Password, as `op` has it. */
const state = JSON.stringify({
  deployment: { resources: [{ type: "x", outputs: { host: "op://Home/gateway", path: "/token" } }] },
})
const pulumi = `case "$*" in *history*) echo '[]' ;; *) echo '${state}' ;; esac`

const rows: Readonly<Record<string, Hanging>> = {
  "an ssh that does not come through": { words: () => ssh, programs: { ssh: hung } },
  "a host that has begun": { words: () => ssh, programs: { ssh: begun } },
  "a program that a look asks": { words: () => ["scan"], programs: { uname: stubborn } },
  "a docker that does not answer": { words: () => ["scan"], programs: { docker: stubborn } },
  "a silent gateway": { words: silentGateway, hangs: (top) => existsSync(join(top, "hung")) },
  "a pulumi that does not end when it is asked to": {
    words: (top) => stack(top, ["history"]),
    programs: { pulumi: stubborn },
  },
  "a pulumi that leaves a program behind": { words: (top) => stack(top, ["history"]), programs: { pulumi: leaving } },
  "a git that does not end when it is asked to": {
    words: (top) => stack(top, ["rotate", "--commit"]),
    programs: { pulumi, git: stubborn },
  },
  "a vault's program": {
    words: (top) => stack(top, ["history", "--vault"]),
    programs: { pulumi, op: stubborn },
  },
  "a file that is a pipe without a writer": {
    words(top) {
      execFileSync("/usr/bin/mkfifo", [join(top, "pipe")])
      return ["check", join(top, "pipe")]
    },
    hangs: (_, { pid }) => isWaiting(pid ?? 0),
  },
  "a standard input that nobody ends": { words: () => ["report"], hangs: (_, { pid }) => isWaiting(pid ?? 0) },
}

/** Whether Node has come to rest: it was loaded, and its main thread waits for events. */
function isWaiting(pid: number): boolean {
  if (!argumentsOf(pid).includes("main.ts")) return false
  const [, , , , , , , , , , , , , user = "0"] = readFileSync(`/proc/${pid}/stat`, "latin1").split(" ")
  const wait = readFileSync(`/proc/${pid}/wchan`, "latin1")
  return Number(user) > 5 && /epoll/.test(wait)
}

describe.each(Object.keys(rows))("in the middle of %s", (what) => {
  test.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)("%s ends it, and all that it started", async (signal, code) => {
    const row = rows[what] as Hanging
    const top = folder()
    const file = join(top, "hung")
    const { ssh: _ssh = "exit 1", ...programs } = row.programs ?? {}
    const path = `${dirname(process.execPath)}:/usr/bin:/bin`
    const PATH = `${pathWithSsh(_ssh, programs).split(":")[0]}:${path}`
    const words = await row.words(top)
    const child = spawn(program, [...words], {
      cwd: top,
      env: { HOME: top, PATH, HUNG: file, OP_SERVICE_ACCOUNT_TOKEN: "x" },
      stdio: ["pipe", "pipe", "pipe"],
    })
    onTestFinished(() => void child.kill("SIGKILL"))
    let said = ""
    for (const pipe of [child.stdout, child.stderr]) pipe.on("data", (text) => (said += text))
    const exit = once(child, "exit")
    await until(() => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said}`)
      return row.hangs?.(top, child) ?? existsSync(file)
    })
    child.kill(signal)
    const [status, by] = await exit
    // What the system keeps waiting is ended by the signal itself: to a shell that is the same.
    expect(status ?? by).toBe(status === null ? signal : code)
    expect(said).toBe(`gatekey: ended by ${signal}\n`)
    const pids = existsSync(file) ? readFileSync(file, "utf8").split(/\s+/).filter(Boolean).map(Number) : []
    await until(() => pids.every((pid) => argumentsOf(pid) === ""))
  })
})

describe.each(["--commit", "--pull-request"])("in the middle of a commit of rotate %s", (how) => {
  test.each(["SIGTERM", "SIGINT"] as const)("%s takes the change back, and leaves nothing behind", async (signal) => {
    const pulumi = "exit 1"
    const gh = `case "$*" in *"pr list"*) echo "[]" ;; esac`
    const top = folder()
    const [project, home, hung] = [join(top, "project"), join(top, "home"), join(top, "hung")]
    for (const each of [project, home]) mkdirSync(each)
    const bin = pathWithSsh("exit 1", { pulumi, gh }).split(":")[0]
    const env = {
      ...{
        HOME: home,
        TMPDIR: home,
        PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`,
        GIT_CONFIG_NOSYSTEM: "1",
      },
      ...{ GIT_AUTHOR_NAME: "me", GIT_AUTHOR_EMAIL: "me@example.org" },
      ...{ GIT_COMMITTER_NAME: "me", GIT_COMMITTER_EMAIL: "me@example.org" },
    }
    const git = (...words: string[]) => execFileSync("git", words, { cwd: project, env, encoding: "utf8" })
    git("init", "--quiet", "--initial-branch=main")
    stack(project, [])
    git("add", ".")
    git("commit", "--quiet", "--message", "the fleet")
    git("init", "--quiet", "--bare", join(top, "origin.git"))
    git("remote", "add", "origin", join(top, "origin.git"))
    writeFileSync(join(project, ".git/hooks/pre-commit"), `#!/bin/sh\nHUNG=${hung}\n${stubborn}\n`, { mode: 0o755 })

    const child = spawn(program, ["rotate", how], { cwd: project, env, stdio: ["ignore", "ignore", "ignore"] })
    onTestFinished(() => void child.kill("SIGKILL"))
    const exit = once(child, "exit")
    await Promise.race([until(() => existsSync(hung)), exit.then(() => Promise.reject(new Error("it did not hang")))])
    child.kill(signal)
    await exit
    expect(readFileSync(join(project, "Pulumi.home.yaml"), "utf8")).toContain("rotation: 1")
    expect(git("status", "--porcelain")).toBe("")
    expect(git("worktree", "list", "--porcelain").match(/^worktree /gm)).toHaveLength(1)
    expect(git("log", "--all", "--format=%s")).toBe("the fleet\n")
    const pids = readFileSync(hung, "utf8").split(/\s+/).filter(Boolean).map(Number)
    await until(() => pids.every((pid) => argumentsOf(pid) === ""))
  })
})

test("a signal to npx, which passes it to the shell between alone, ends the command as well", async () => {
  const top = folder()
  const file = join(top, "hung")
  const PATH = `${pathWithSsh(hung).split(":")[0]}:${dirname(process.execPath)}:/usr/bin:/bin`
  const between = spawn("/bin/sh", ["-c", `"${program}" ${ssh.join(" ")}; :`], {
    cwd: top,
    env: { HOME: top, PATH, HUNG: file, npm_command: "exec" },
    stdio: ["ignore", "pipe", "pipe"],
  })
  onTestFinished(() => void between.kill("SIGKILL"))
  let said = ""
  between.stderr.on("data", (text) => (said += text))
  await until(() => existsSync(file))
  between.kill("SIGTERM")
  const pids = readFileSync(file, "utf8").split(/\s+/).filter(Boolean).map(Number)
  await until(() => pids.every((pid) => argumentsOf(pid) === ""))
  await until(() => said === "gatekey: ended by SIGTERM\n")
})
