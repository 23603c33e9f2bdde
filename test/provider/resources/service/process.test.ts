import { execFileSync, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, describe, expect, onTestFinished, test } from "vitest"
import { formatSupervisor } from "../../../../probes/services/process/supervisor.ts"
import type { Program } from "../../../../probes/services/program.ts"
import type { Managed } from "../../../support/engine/managed.ts"
import { startPlugin } from "../../../support/engine/plugin.ts"
import type { Raw } from "../../../support/engine/wire.ts"
import { folder } from "../../../support/hosts/machine.ts"
import { until } from "../../../support/until.ts"
import { serviceBench, variable } from "./services.ts"

const passphrase = "correct horse battery staple"
const on = serviceBench(() => ({ ...process.env, PULUMI_CONFIG_PASSPHRASE: passphrase }))
const right = { definition: "loaded", process: "running", runsWith: "no token (device pairing)" }
const idle = ["/bin/sleep", "1000"]

/** A process of its own in a folder that goes, as it does, with the test. */
function kept(program: Partial<Program> = {}, more: Raw = {}) {
  const home = folder()
  const base = join(home, "gatekey-node")
  const path = `${base}.sh`
  const news = (changed: Partial<Program> = {}) =>
    on.with({
      manager: "process",
      name: "gatekey-node",
      path,
      variable,
      program: { command: idle, folder: home, restartDelay: 1, ...program, ...changed },
      ...more,
    })
  const idIn = (file: string) => (existsSync(file) ? readFileSync(file, "utf8").split(" ")[0] : undefined)
  onTestFinished(async () => {
    const supervisor = idIn(`${base}.pid`)
    if (supervisor) spawnSync("kill", ["-TERM", supervisor])
    for (let tries = 0; existsSync(`${base}.pid`) && tries < 100; tries++) await pause(50)
  })
  return { home, base, path, news, child: () => idIn(`${base}.child`), supervisor: () => idIn(`${base}.pid`) }
}

async function settled(one: Managed, news: Raw): Promise<void> {
  on.told(one)
  const { step } = await one.preview(news)
  expect([step, on.shown(one), on.told(one)]).toEqual(["same", on.shown(one), []])
  expect(await one.up(news)).toBe("same")
  expect(on.told(one)).toEqual([])
}

describe("a plain process", () => {
  test("is started, is left alone, and outlives who started it", async () => {
    const { news, child, supervisor, base } = kept({
      command: ["/bin/sh", "-c", 'echo "out $GREETING"; exec sleep 1000'],
      environment: { GREETING: `it's "$HOME"` },
    })
    const one = on.service()
    expect((await one.preview(news())).step).toBe("create")
    expect(child()).toBeUndefined()
    await one.up(news())
    expect(on.shown(one)).toEqual(right)
    const before = child()
    await settled(one, news())
    expect(child()).toBe(before)
    expect(readFileSync(`${base}.log`, "utf8")).toBe(`out it's "$HOME"\n`)
    // Its own session: what ends with the starting shell or terminal does not end it.
    const session = execFileSync("ps", ["-o", "sess=", "-p", String(supervisor())], { encoding: "utf8" }).trim()
    expect(session).toBe(supervisor())
  })

  test("is told nothing that the engine was told for the run", async () => {
    const { news, child } = kept()
    await on.service().up(news())
    const told = readFileSync(`/proc/${child()}/environ`, "utf8")
    expect(told).toContain("PATH=")
    expect(told).not.toMatch(/PULUMI_|NODE_COMPILE_CACHE/)
  })

  test("is one, also where its supervisor's file was lost", async () => {
    const { news, path, base, supervisor } = kept()
    const one = on.service()
    await one.up(news())
    const before = supervisor()
    rmSync(`${base}.pid`)
    await one.up(news())
    await until(() => supervisor() !== undefined && supervisor() !== before)
    const running = () =>
      execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" })
        .split("\n")
        .filter((line) => line.endsWith(`sh ${path}`))
        .map((line) => line.trim().split(" ")[0])
    await until(() => running().join() === supervisor())
    await settled(one, news())
  })

  test("is one, also when many start it at once", async () => {
    const { path, base, home, supervisor } = kept()
    const text = formatSupervisor(path, { command: idle, restartDelay: 1 }, home)
    writeFileSync(path, text, { mode: 0o700 })
    const starts = Array.from({ length: 8 }, () => `setsid sh ${path} </dev/null >/dev/null 2>&1 &`)
    spawnSync("sh", ["-c", starts.join("\n")])
    await until(() => existsSync(`${base}.child`))
    // Those who came late wait for the lock, and end.
    await pause(3_000)
    const all = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n")
    expect(all.filter((line) => line.endsWith(`sh ${path}`)).map((line) => line.trim().split(" ")[0])).toEqual([
      supervisor(),
    ])
  })

  test("killed: kept running by its supervisor; killed with it: started by the next up, over a stale pid file", async () => {
    const { news, child, supervisor } = kept()
    const one = on.service()
    await one.up(news())
    const first = child()
    process.kill(Number(first), "SIGKILL")
    await until(() => child() !== undefined && child() !== first)
    await settled(one, news())
    const [second, keeper] = [child(), supervisor()]
    process.kill(Number(keeper), "SIGKILL")
    process.kill(Number(second), "SIGKILL")
    await until(() => !existsSync(`/proc/${second}/exe`))
    expect((await one.preview(news())).step).toBe("update")
    expect(on.shown(one).process).toMatch(/^not running/)
    await one.up(news())
    expect(on.shown(one)).toEqual(right)
    await settled(one, news())
  })

  test("killed alone, its supervisor is followed by another, which does not run a second program", async () => {
    const { news, child, supervisor } = kept()
    const one = on.service()
    await one.up(news())
    const first = child()
    process.kill(Number(supervisor()), "SIGKILL")
    await until(() => !existsSync(`/proc/${supervisor()}/exe`))
    await one.up(news())
    expect(on.shown(one)).toEqual(right)
    expect(child()).not.toBe(first)
    expect(existsSync(`/proc/${first}/exe`)).toBe(false)
  })

  test("a pid file that names another process by now is stale, and that process is left alone", async () => {
    const { news, base, child } = kept()
    writeFileSync(`${base}.pid`, `${process.pid} 1\n`)
    const one = on.service()
    await one.up(news())
    expect(on.shown(one)).toEqual(right)
    expect(child()).not.toBe(String(process.pid))
  })

  test("an environment file: edited alone it concerns nobody; restarted with it, it is one restart", async () => {
    const home = folder()
    const file = join(home, "node.env")
    const hold = (value: string) => writeFileSync(file, `${variable}=${value}\n`, { mode: 0o600 })
    hold(on.value())
    const { news, child, supervisor } = kept({ environmentFile: file }, { must: "token" })
    const one = on.service()
    await one.up(news())
    expect(on.shown(one).runsWith).toBe(on.words())
    const first = child()
    hold("clawdbot-local-dev")
    await settled(one, news())
    expect(child()).toBe(first)
    process.kill(Number(supervisor()), "SIGHUP")
    await until(() => child() !== undefined && child() !== first)
    const second = child()
    expect((await one.preview(news())).step).toBe("update")
    expect(on.told(one).at(-1)).toBe(
      `runs with the public default clawdbot-local-dev; expected ${on.words()}. \`pulumi up\` restarts it once`,
    )
    hold(on.value())
    await one.up(news())
    expect([first, second]).not.toContain(child())
    await settled(one, news())
  })

  test("another program is one restart; an edited definition is put back without one", async () => {
    const { news, child, path } = kept()
    const one = on.service()
    await one.up(news())
    const first = child()
    await one.up(news({ command: ["/bin/sleep", "2000"] }))
    expect(child()).not.toBe(first)
    await settled(one, news({ command: ["/bin/sleep", "2000"] }))
    writeFileSync(path, "# by hand\n")
    expect((await one.preview(news({ command: ["/bin/sleep", "2000"] }))).step).toBe("update")
    const second = child()
    await one.up(news({ command: ["/bin/sleep", "2000"] }))
    expect(readFileSync(path, "utf8")).not.toContain("by hand")
    await settled(one, news({ command: ["/bin/sleep", "2000"] }))
    expect(child()).toBe(second)
  })

  test("ten failures in a row: given up, named, and started anew by the next up", async () => {
    const home = folder()
    const flag = join(home, "may-run")
    writeFileSync(flag, "")
    const { news, base, child, path } = kept({
      command: ["/bin/sh", "-c", `[ -e ${flag} ] || exit 7; exec sleep 1000`],
    })
    const one = on.service()
    await one.up(news())
    rmSync(flag)
    // The delay between two tries is a second: here is no time for ten.
    writeFileSync(path, readFileSync(path, "utf8").replace("delay=1", "delay=0.05"))
    process.kill(Number(readFileSync(`${base}.pid`, "utf8").split(" ")[0]), "SIGHUP")
    await until(() => existsSync(`${base}.ended`) && readFileSync(`${base}.ended`, "utf8").includes("limit"))
    expect((await one.preview(news())).step).toBe("update")
    expect(on.shown(one).process).toBe("failed: start limit hit (exit 7, 10 restarts)")
    writeFileSync(flag, "")
    await one.up(news())
    expect(on.shown(one)).toEqual(right)
    expect(child()).toBeDefined()
    await settled(one, news())
  })

  test("ending without an error is no failure: it is started again for as long as it takes", async () => {
    const runs = join(folder(), "runs")
    const { news, base, path } = kept({ command: ["/bin/sh", "-c", `echo run >>${runs}; exec sleep 1000`] })
    const one = on.service()
    await one.up(news())
    writeFileSync(path, readFileSync(path, "utf8").replace("delay=1", "delay=0").replace("exec sleep 1000", "exit 0"))
    process.kill(Number(readFileSync(`${base}.pid`, "utf8").split(" ")[0]), "SIGHUP")
    await until(() => readFileSync(runs, "utf8").split("\n").length > 15)
    expect(readFileSync(`${base}.ended`, "utf8")).not.toContain("limit")
    await one.up(news())
    await settled(one, news())
  })

  test("one that ends its work first holds up nobody, and is not told twice", async () => {
    const done = join(folder(), "done")
    const work = `while [ ! -e ${done} ]; do sleep 0.1; done`
    const slow = ["/bin/sh", "-c", `trap '${work}; exit 0' TERM; while :; do sleep 0.1; done`]
    const { news, child } = kept({ command: slow })
    const one = on.service()
    await one.up(news())
    const first = child()
    await one.up(news({ environment: { OTHER: "1" } }))
    expect(on.told(one).at(-1)).toContain("ends its work first")
    await settled(one, news({ environment: { OTHER: "1" } }))
    expect(child()).toBe(first)
    writeFileSync(done, "")
    await until(() => child() !== undefined && child() !== first)
    await settled(one, news({ environment: { OTHER: "1" } }))
  })

  test("its removal ends it, and takes its definition away", async () => {
    const { news, base, path, child } = kept()
    const one = on.service()
    await one.up(news())
    const before = child()
    const later = await startPlugin()
    onTestFinished(() => later.stop())
    const { id, outputs, inputs } = one.state ?? { id: "", outputs: {}, inputs: {} }
    await later.delete(one.urn, id, outputs, inputs)
    expect([existsSync(path), existsSync(`${base}.pid`), existsSync(`/proc/${before}/exe`)]).toEqual([
      false,
      false,
      false,
    ])
  })
})

describe("a program is refused", () => {
  const shells: Readonly<Record<string, [program: Raw, problem: RegExp]>> = {
    "that is relative": [{ command: ["sleep"] }, /program.command: the program must be absolute, or start with ~\//],
    "without words": [{ command: [] }, /program.command: must be a list of strings/],
    "with a token flag": [
      { command: ["/bin/x", "--token", "y"] },
      /program.command: contains --token, which the process list shows/,
    ],
    "with the token's variable": [
      { command: idle, environment: { [variable]: "x" } },
      /carries the token; it belongs in environmentFile/,
    ],
    "with a line break": [{ command: ["/bin/x", "a\nb"] }, /without line breaks/],
    "with no delay": [{ command: idle, restartDelay: 0 }, /program.restartDelay: must be an integer, 1 or more/],
  }
  test.each(Object.keys(shells))("%s", async (what) => {
    const [program, problem] = shells[what] ?? [{}, /^$/]
    const news = on.with({ manager: "process", name: "x", path: "/nowhere/x.sh", variable, program })
    await expect(on.service().up(news)).rejects.toThrow(problem)
  })

  test("that is missing", async () => {
    await expect(on.service().up(on.with({ manager: "process", name: "x", variable }))).rejects.toThrow(
      "program: is missing",
    )
  })
})

const shells = ["dash", "bash", "busybox"].filter(
  (shell) => spawnSync("sh", ["-c", `command -v ${shell}`]).status === 0,
)
test.each(shells)("the supervisor is for any POSIX shell: %s", async (shell) => {
  const home = folder()
  const path = join(home, "any.sh")
  writeFileSync(
    path,
    formatSupervisor(path, { command: ["/bin/sh", "-c", "sleep 0.2; exit 3"], restartDelay: 1 }, home),
  )
  const words = shell === "busybox" ? ["busybox", "sh"] : [shell]
  const [program = "sh", ...args] = words
  const run = spawn(program, [...args, path], { stdio: ["ignore", "ignore", "pipe"] })
  let said = ""
  run.stderr.on("data", (text) => (said += text))
  const closed = once(run, "close")
  // Between two tries.
  await until(() => existsSync(join(home, "any.ended")))
  run.kill("SIGTERM")
  await closed
  expect(said).toMatch(/^(Terminated\n)?$/)
  expect(readFileSync(join(home, "any.ended"), "utf8")).toMatch(/^3 [12]\n$/)
  expect(existsSync(join(home, "any.pid"))).toBe(false)
})

test("a supervisor that waits for its turn ends when its folder is gone", () => {
  const home = folder()
  const path = join(home, "gone", "any.sh")
  const run = spawnSync("timeout", ["3", "sh", "-c", formatSupervisor(path, { command: idle }, home)])
  expect(run.status).toBe(1)
})

afterAll(() => expect(on.plugin.stderr).toEqual([]))
