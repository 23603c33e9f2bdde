import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, onTestFinished, test } from "vitest"
import { bound, managed } from "../support/engine/managed.ts"
import { environment, launcher, type Plugin, startPlugin } from "../support/engine/plugin.ts"
import { type Raw, revealed } from "../support/engine/wire.ts"
import { folder } from "../support/hosts/machine.ts"

/** A shell that stands where the engine does; its children live on when it is killed. */
const shell = ["/bin/sh", "-c", '"$@" & echo $! >&2; wait', "sh", launcher] as const

async function started(command?: readonly string[]): Promise<Plugin> {
  const plugin = await startPlugin({}, command)
  onTestFinished(() => plugin.stop())
  return plugin
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(status(pid))
const status = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8")
  } catch {
    return ""
  }
}

/** It takes a second; a busy machine takes its time: milliseconds. */
const patience = 60_000

async function goneWithin(milliseconds: number, pid: number): Promise<boolean> {
  for (const deadline = Date.now() + milliseconds; Date.now() < deadline; await sleep(20)) {
    if (!isAlive(pid)) return true
  }
  return !isAlive(pid)
}

describe("the end of the run", () => {
  test.each(["SIGTERM", "SIGINT"] as const)("comes with %s, without an error", async (signal) => {
    const { process: child, stderr } = await started()
    child.kill(signal)
    expect(await once(child, "exit")).toEqual([0, null])
    expect(stderr).toEqual([])
  })

  test("comes with the parent's, however that ended", async ({ skip }) => {
    skip(process.platform !== "linux", "needs /proc")
    const plugin = await started(shell)
    const pid = Number(plugin.stderr[0])
    expect(isAlive(pid)).toBe(true)
    plugin.process.kill("SIGKILL")
    expect(await goneWithin(patience, pid)).toBe(true)
  })

  test("is noticed also when the parent ended before the provider was up", async ({ skip }) => {
    skip(process.platform !== "linux", "needs /proc")
    // As with an engine that is killed, nobody reads the port.
    const script = '{ "$0" & echo $! >&2; } | true'
    const parent = spawn("/bin/sh", ["-c", script, launcher], {
      stdio: ["ignore", "ignore", "pipe"],
      env: environment(),
    })
    const pid = Number.parseInt(String((await once(parent.stderr, "data"))[0]), 10)
    onTestFinished(() => {
      if (isAlive(pid)) process.kill(pid, "SIGKILL")
    })
    expect(await goneWithin(patience, pid)).toBe(true)
  })
})

describe("an orphan", () => {
  test("begins no write after its parent is gone, whoever asks: every file is whole", async ({ skip }) => {
    skip(process.platform !== "linux", "needs /proc")
    const plugin = await started(shell)
    const pid = Number(plugin.stderr[0])
    const { value, bound } = await made(plugin)
    const top = folder()
    const write = (at: number) =>
      plugin.create(`urn:pulumi:t::t::gatekey:index:Placement::${at}`, place(join(top, `${at}.json`), "a", bound))
    await write(0)
    plugin.process.kill("SIGKILL")
    let asked = 1
    while (
      await write(asked).then(
        () => true,
        () => false,
      )
    ) {
      asked++
    }
    expect(await goneWithin(patience, pid)).toBe(true)
    const files = readdirSync(top).filter((name) => name.endsWith(".json"))
    for (const name of files) expect(readFileSync(join(top, name), "utf8")).toContain(value)
    expect([asked, asked + 1]).toContain(files.length)
  })
})

/** A new Token's value, and what binds a placement to it. */
async function made(plugin: Plugin): Promise<{ value: string; bound: Raw }> {
  const { id, outputs } = await plugin.create("urn:pulumi:t::t::gatekey:index:Token::token", { rotation: 1, keep: 3 })
  const { generation, fingerprint, value } = outputs
  return { value: revealed(value), bound: { token: id, generation, fingerprint } }
}

/** Checked inputs of a place that must hold a token. */
function place(path: string, locator: string, bound: Raw): Raw {
  return { host: "local", must: "token", format: "json5", path, locator, ...bound, holds: "x" }
}

describe("for `pulumi destroy`", () => {
  const serves = "the gateway's clients cannot connect"

  async function warnings(plugin: Plugin): Promise<string[]> {
    const token = managed(plugin, "Token", "token")
    await token.up({ rotation: 1 })
    const place = managed(plugin, "Placement", "place")
    const path = join(folder(), "x.json")
    const news: Raw = { path, locator: "a", serves, ...bound(token) }
    await place.up(news)
    await place.refresh()
    return plugin.messages.map(({ text }) => text)
  }

  test("the preview says what will stop working", async ({ skip }) => {
    skip(process.platform !== "linux", "the stand-in for the engine needs its own command line")
    const directory = folder()
    writeFileSync(join(directory, "destroy"), `'${launcher}' "$1" &\nwait\n`)
    const plugin = await started(["/usr/bin/env", "-C", directory, "/bin/sh", "destroy"])
    expect(await warnings(plugin)).toEqual([`destroy removes the token here: ${serves}`])
  })

  test("any other run does not", async () => {
    expect(await warnings(await started())).toEqual([])
  })
})

test("two runs at once lose no edit of one file", async () => {
  const path = join(folder(), "x.json")
  writeFileSync(path, "{}\n")
  const runs = await Promise.all([started(), started()])
  const values = await Promise.all(
    runs.flatMap((run, half) =>
      Array.from({ length: 20 }, async (_, at) => {
        const { value, bound } = await made(run)
        const news = place(path, `run${half}.key${at}`, bound)
        await run.create(`urn:pulumi:t::t::gatekey:index:Placement::${half}.${at}`, news)
        return value
      }),
    ),
  )
  const text = readFileSync(path, "utf8")
  expect(new Set(values).size).toBe(40)
  for (const value of values) expect(text).toContain(value)
  expect(readdirSync(dirname(path))).toEqual(["x.json"])
})
