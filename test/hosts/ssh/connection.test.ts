import { spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs"
import { dirname } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { findControlFolder, formatControlFolder, formatSocketPath } from "../../../hosts/ssh/control.ts"
import { openSshHost } from "../../../hosts/ssh/ssh.ts"
import { readProcessStart } from "../../../processes/process-start.ts"
import { editor, type Job } from "../../support/cli/editor.ts"
import { nobody } from "../../support/hosts/machine.ts"
import { withFarm } from "../../support/hosts/on-each-host.ts"
import { argumentsOf, endNow, processesWith } from "../../support/hosts/processes.ts"

const host = withFarm(6)
const accepted = (number: number) =>
  host(number)
    .log()
    .split("\n")
    .filter((line) => line.includes("Accepted publickey"))
const write = () => ({ bytes: Buffer.from("new") })

describe("one connection", () => {
  test("is used for all reads, edits and scripts of a run", async () => {
    const there = openSshHost(`ssh://${host(1).name}`)
    const paths = Array.from({ length: 30 }, (_, at) => `~/x${at}`)
    await Promise.all(paths.map((path) => there.readSnapshot(path)))
    await Promise.all([
      ...paths.map((path) => there.edit(path, write)),
      ...paths.map((path) => there.readSnapshot(path)),
    ])
    // More at once than sshd takes on one connection.
    const ran = await Promise.all(Array.from({ length: 25 }, () => there.run("sleep 0.1; echo said")))
    expect(ran.map(({ code, stdout }) => `${code} ${Buffer.from(stdout)}`)).toEqual(ran.map(() => "0 said\n"))
    expect(accepted(1)).toHaveLength(1)
  })

  test("that was lost is opened again", async () => {
    const there = openSshHost(`ssh://${host(2).name}`)
    await there.edit("~/x", write)
    for (const pid of processesWith(
      `ssh: ${formatSocketPath(await findControlFolder(), `ssh://${host(2).name}`)} [mux]`,
    ))
      endNow(pid)
    expect(await there.readSnapshot("~/x")).toMatchObject({ kind: "file" })
    host(2).kill()
    await host(2).start()
    await Promise.all(["~/x", "~/y", "~/z"].map((path) => there.edit(path, write)))
    expect(await there.readSnapshot("~/z")).toMatchObject({ kind: "file" })
    expect(accepted(2).length).toBeLessThanOrEqual(4)
  })

  test("has its socket in a private folder", async () => {
    await openSshHost(`ssh://${host(1).name}`).readSnapshot("~/x")
    const folder = await findControlFolder()
    expect(statSync(folder)).toMatchObject({ uid: process.getuid?.() })
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(formatSocketPath(folder, `ssh://${host(1).name}`)).mode & 0o777).toBe(0o600)
    // A socket's path has to be short on macOS: 104 bytes, with what ssh adds while it makes it.
    expect(formatSocketPath(folder, "x").length + 17).toBeLessThan(104)
  })
})

/**
 * A process whose children are gatekeys, as an engine's are: one for the preview, the others then at once. It begins
 * when it is told to.
 */
function engine(jobs: readonly Job[]) {
  const words = jobs.map((job) => JSON.stringify(job))
  const script =
    'read -r go; "$node" "$editor" "$1"; shift; for job in "$@"; do "$node" "$editor" "$job" & done; wait; echo; read -r end'
  const child = spawn("/bin/sh", ["-c", script, "engine", ...words], {
    env: { ...process.env, node: process.execPath, editor },
    stdio: ["pipe", "pipe", "inherit"],
  })
  onTestFinished(() => void child.kill("SIGKILL"))
  let said = ""
  child.stdout.on("data", (text) => (said += text))
  return {
    pid: child.pid ?? 0,
    async run() {
      child.stdin.write("go\n")
      while (!said.endsWith("\n")) await once(child.stdout, "data")
      return said.trim()
    },
    async end(signal?: NodeJS.Signals) {
      const exit = once(child, "exit")
      if (signal) child.kill(signal)
      else child.stdin.end("end\n")
      await exit
    },
  }
}

/** Finds the folder of a host's connection. */
function controlOf(number: number): string {
  const socket = formatSocketPath("/tmp", `ssh://${host(number).name}`).slice("/tmp".length)
  const [master = 0] = processesWith(`${socket} [mux]`)
  return dirname(argumentsOf(master).split(" ")[1] ?? "")
}

const appending = (number: number, name: string): Job => ({
  do: "append",
  host: `ssh://${host(number).name}`,
  path: "~/x",
  name,
  lines: 2,
})

describe("the processes of one engine", () => {
  test.each([
    ["normally", 3, undefined],
    ["by kill -9", 4, "SIGKILL" as const],
  ])("share the connection, which closes when the engine ends %s", async (_how, number, signal) => {
    const run = engine([appending(number, "a"), appending(number, "b"), appending(number, "c")])
    expect(await run.run()).toBe("donedonedone")
    expect(accepted(number)).toHaveLength(1)
    const folder = controlOf(number)
    expect(folder).toBe(formatControlFolder(run.pid, await readProcessStart(run.pid)))
    await run.end(signal)
    await expect.poll(() => existsSync(folder), { timeout: 8000 }).toBe(false)
    await expect.poll(() => processesWith(`${folder}/`), { timeout: 5000 }).toEqual([])
  })

  test.each([
    ["is another user's", nobody, 0o700],
    ["is open to others", 0, 0o755],
  ])("use no folder that %s", async (_what, owner, mode) => {
    const number = owner === 0 ? 5 : 6
    const run = engine([appending(number, "a")])
    const laid = formatControlFolder(run.pid, await readProcessStart(run.pid))
    mkdirSync(laid)
    onTestFinished(() => rmSync(laid, { recursive: true, force: true }))
    chmodSync(laid, mode)
    chownSync(laid, owner, owner)
    expect(await run.run()).toBe("done")
    const folder = controlOf(number)
    expect(folder).not.toBe(laid)
    expect(readdirSync(laid)).toEqual([])
    await run.end()
    await expect.poll(() => existsSync(folder), { timeout: 8000 }).toBe(false)
  })
})
