import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import type { Managed } from "../../../support/engine/managed.ts"
import { startPlugin } from "../../../support/engine/plugin.ts"
import type { Raw } from "../../../support/engine/wire.ts"
import { type Entries, type Launchd, noLaunchd, startLaunchd, whichLaunchd } from "../../../support/hosts/launchd.ts"
import { strong } from "../../../support/tokens.ts"
import { until } from "../../../support/until.ts"
import { serviceBench, variable } from "./services.ts"

const suite = noLaunchd ? describe.skip : describe
// A row waits for what launchd ends, throttles or starts.
const patient = { timeout: 600_000 }

suite(`on ${noLaunchd ?? whichLaunchd}`, patient, () => {
  let launchd: Launchd
  beforeAll(() => {
    launchd = startLaunchd()
  })
  afterAll(() => launchd?.stop())
  const on = serviceBench(() => launchd.env)
  let labels = 0
  const fresh = () => `org.gatekey.test.${process.pid}.${++labels}`
  const sleeps = {
    ProgramArguments: ["/bin/sleep", "1000"],
    KeepAlive: true,
    RunAtLoad: true,
    ThrottleInterval: 1,
  } as const

  /** An agent of its own that is loaded and runs. */
  async function agent(entries: Entries = {}): Promise<{ label: string; path: string; write(more?: Entries): void }> {
    const label = fresh()
    const path = launchd.write(label, { ...sleeps, ...entries })
    launchd.launchctl("bootstrap", launchd.domain, path)
    await until(() => pid(label) !== undefined)
    return { label, path, write: (more = {}) => void launchd.write(label, { ...sleeps, ...more }) }
  }
  const printed = (label: string) => {
    try {
      return launchd.launchctl("print", `${launchd.domain}/${label}`)
    } catch {
      return undefined
    }
  }
  const pid = (label: string) => /^\tpid = (\d+)$/m.exec(printed(label) ?? "")?.[1]
  const inputs = (name: string, more: Raw = {}) => on.with({ manager: "launchd", name, variable, ...more })
  const right = { definition: "loaded", process: "running", runsWith: "no token (device pairing)" }

  async function settled(one: Managed, news: Raw): Promise<void> {
    on.told(one)
    const { step } = await one.preview(news)
    expect([step, on.shown(one), on.told(one)]).toEqual(["same", on.shown(one), []])
    expect(await one.up(news)).toBe("same")
    expect(on.told(one)).toEqual([])
  }

  test("an agent that is right stays untouched", async () => {
    const { label } = await agent({ EnvironmentVariables: { LANG: "C" }, WorkingDirectory: "/tmp" })
    const before = pid(label)
    const one = on.service()
    await one.up(inputs(label))
    expect(on.shown(one)).toEqual(right)
    await settled(one, inputs(label))
    expect(pid(label)).toBe(before)
  })

  test("edited on disk but not reloaded, also after a restart, which does not read it: loaded anew, once", async () => {
    const { label, write } = await agent()
    const one = on.service()
    await one.up(inputs(label))
    write({ EnvironmentVariables: { OTHER: "1" } })
    launchd.launchctl("kickstart", "-k", `${launchd.domain}/${label}`)
    await until(() => pid(label) !== undefined)
    const before = pid(label)
    expect((await one.preview(inputs(label))).step).toBe("update")
    expect(on.shown(one).definition).toBe("edited on disk but not reloaded")
    expect(on.told(one).at(-1)).toContain("`pulumi up` reloads it, which restarts it once")
    await one.up(inputs(label))
    expect(printed(label)).toContain("OTHER => 1")
    expect(pid(label)).not.toBe(before)
    await settled(one, inputs(label))
  })

  test.each([
    ["the public default", () => "clawdbot-local-dev", /^the public default clawdbot-local-dev$/],
    ["the previous token", on.previous, /^generation 1, the previous token \(fp:\w{8}\)$/],
    ["another token", strong, /^another token \(fp:\w{8}\)$/],
  ])("%s in memory, gone from the file: one restart", async (_, value, words) => {
    const { label, write } = await agent({ EnvironmentVariables: { [variable]: value() } })
    const one = on.service()
    await one.up(inputs(label, { act: "watch" }))
    expect(on.shown(one).runsWith).toMatch(words)
    const before = pid(label)
    write()
    await one.up({ ...inputs(label), why: "the environment wins" })
    expect(on.shown(one)).toEqual(right)
    expect(pid(label)).not.toBe(before)
    await settled(one, inputs(label))
  })

  test("a token in its arguments is the one that counts", async () => {
    const words = ["/bin/sh", "-c", "while :; do sleep 1; done", "sh", "--token", "clawdbot-local-dev"]
    const { label, write } = await agent({ ProgramArguments: words })
    write()
    const one = on.service()
    await one.up(inputs(label))
    expect(on.told(one).at(-1)).toContain("restarted once: ran with the public default clawdbot-local-dev")
    await settled(one, inputs(label))
  })

  test("an environment file that a wrapper reads: edited alone it concerns nobody, with a restart it is one more", async () => {
    const file = join(launchd.home, "node.env")
    const hold = (value: string) => writeFileSync(file, `export ${variable}='${value}'\n`, { mode: 0o600 })
    onTestFinished(() => rmSync(file, { force: true }))
    hold(on.value())
    const wrapper = [
      "/bin/sh",
      "-c",
      '. "$1"; shift; exec "$@"',
      "sh",
      file,
      process.execPath,
      "-e",
      "setInterval(() => {}, 1000)",
    ]
    const { label } = await agent({ ProgramArguments: wrapper })
    const one = on.service()
    const news = inputs(label, { must: "token" })
    await one.up(news)
    expect(on.shown(one).runsWith).toBe(on.words())
    const first = pid(label)
    hold("clawdbot-local-dev")
    await settled(one, news)
    expect(pid(label)).toBe(first)
    launchd.launchctl("kickstart", "-k", `${launchd.domain}/${label}`)
    await until(() => pid(label) !== undefined && pid(label) !== first)
    await pause(300)
    const second = pid(label)
    expect((await one.preview(news)).step).toBe("update")
    expect(on.told(one).at(-1)).toContain("runs with the public default clawdbot-local-dev")
    hold(on.value())
    await one.up(news)
    expect([first, second]).not.toContain(pid(label))
    await settled(one, news)
  })

  test("killed, and not kept alive: started again", async () => {
    const { label } = await agent({ KeepAlive: false })
    const one = on.service()
    await one.up(inputs(label))
    process.kill(Number(pid(label)), "SIGKILL")
    await until(() => pid(label) === undefined)
    expect((await one.preview(inputs(label))).step).toBe("update")
    expect(on.shown(one).process).toMatch(/^not running \(signal Killed: 9\)$/)
    await one.up(inputs(label))
    await settled(one, inputs(label))
  })

  test("that must be kept alive, and is not: said, and nothing is done", async () => {
    const keepAlive = "it ends with exit 0 when its gateway restarts"
    const { label } = await agent({ KeepAlive: { SuccessfulExit: false } })
    const one = on.service()
    await one.up(inputs(label, { keepAlive }))
    on.told(one)
    expect((await one.preview(inputs(label, { keepAlive }))).step).toBe("same")
    expect(on.told(one)).toEqual([
      `is not started again when it ends without an error: ${keepAlive}; set KeepAlive true in its property list`,
    ])
    expect(one.state?.outputs.keepsAlive).toBe(false)
    const right = await agent()
    const other = on.service()
    expect((await other.preview(inputs(right.label, { keepAlive }))).outputs.keepsAlive).toBe(true)
    await other.up(inputs(right.label, { keepAlive }))
    expect(other.state?.outputs.keepsAlive).toBe(true)
    await settled(other, inputs(right.label, { keepAlive }))
  })

  test("not loaded: loaded", async () => {
    const { label } = await agent()
    const one = on.service()
    await one.up(inputs(label))
    launchd.launchctl("bootout", `${launchd.domain}/${label}`)
    await until(() => printed(label) === undefined)
    expect((await one.preview(inputs(label))).step).toBe("update")
    expect(on.shown(one)).toMatchObject({ definition: "not loaded", process: "not running" })
    await one.up(inputs(label))
    await settled(one, inputs(label))
  })

  test("disabled, and so not to be loaded (119): enabled first; left off where that is allowed", async () => {
    const { label } = await agent()
    launchd.launchctl("bootout", `${launchd.domain}/${label}`)
    launchd.launchctl("disable", `${launchd.domain}/${label}`)
    await until(() => printed(label) === undefined)
    const one = on.service()
    await one.up(inputs(label, { optional: true }))
    expect(on.shown(one).definition).toBe("switched off (not enabled, not running)")
    await settled(one, inputs(label, { optional: true }))
    expect(printed(label)).toBeUndefined()
    await one.up(inputs(label))
    expect(on.shown(one)).toEqual(right)
    await settled(one, inputs(label))
  })

  test("one that takes its time to end: its label is waited for, which until then cannot be loaded (5)", async () => {
    const slow = ["/bin/sh", "-c", "trap 'sleep 2; exit 0' TERM; while :; do sleep 0.1; done"]
    const { label, write } = await agent({ ProgramArguments: slow })
    write()
    const one = on.service()
    const begun = Date.now()
    await one.up(inputs(label))
    expect(Date.now() - begun).toBeGreaterThan(1_500)
    expect(on.shown(one)).toEqual(right)
  })

  test("a file that others can write (122) costs no running job", async () => {
    const { label, path, write } = await agent()
    const one = on.service()
    await one.up(inputs(label))
    const before = pid(label)
    write({ EnvironmentVariables: { OTHER: "1" } })
    chmodSync(path, 0o666)
    await expect(one.up(inputs(label))).rejects.toThrow(/reload failed: others can write .*chmod go-w ~\/Library/)
    expect(pid(label)).toBe(before)
    chmodSync(path, 0o644)
    await one.up(inputs(label))
    await settled(one, inputs(label))
  })

  test("loaded, though its file is gone: said, and left running", async () => {
    const { label, path } = await agent()
    const one = on.service()
    await one.up(inputs(label))
    const before = pid(label)
    rmSync(path)
    expect((await one.preview(inputs(label))).step).toBe("update")
    expect(on.shown(one).definition).toBe("loaded, but its file is missing")
    await expect(one.up(inputs(label))).rejects.toThrow("loaded, but its file is missing")
    expect(pid(label)).toBe(before)
  })

  test("absent: refused in the preview; right where it is optional", async () => {
    const one = on.service()
    const label = fresh()
    await expect(one.preview(inputs(label))).rejects.toThrow("not installed: install it with the product's own command")
    await one.up(inputs(label, { optional: true }))
    expect(on.shown(one).definition).toBe("not installed")
    await settled(one, inputs(label, { optional: true }))
  })

  test("another agent of the same label, as a sandbox has it, is left alone", async () => {
    const { label } = await agent({ EnvironmentVariables: { [variable]: "clawdbot-local-dev" } })
    const before = pid(label)
    const path = join(launchd.home, "sandbox/Library/LaunchAgents", `${label}.plist`)
    const one = on.service()
    await one.up(inputs(label, { optional: true, path }))
    expect(on.shown(one).definition).toBe("not installed: the label is that of another agent")
    await settled(one, inputs(label, { optional: true, path }))
    expect(pid(label)).toBe(before)
  })

  test("what else sets the variable is named after one restart, and restarted no more", async () => {
    launchd.launchctl("setenv", variable, "clawdbot-local-dev")
    onTestFinished(() => void launchd.launchctl("unsetenv", variable))
    const { label } = await agent()
    const one = on.service()
    await one.up(inputs(label))
    const before = pid(label)
    expect(on.told(one).at(-1)).toContain(`launchctl unsetenv ${variable}`)
    await expect(one.up(inputs(label))).rejects.toThrow("it is not restarted again")
    expect(pid(label)).toBe(before)
  })

  test("nobody at the screen (112, 125): what to do is said, and nothing is lost", async (context) => {
    if (launchd.isReal) context.skip("somebody is logged in at this Mac")
    const label = fresh()
    launchd.write(label, sleeps)
    launchd.session(false)
    onTestFinished(() => launchd.session(true))
    const one = on.service()
    await expect(one.preview(inputs(label))).rejects.toThrow("nobody is logged in at this Mac's screen")
    await one.up(inputs(label, { optional: true }))
    expect((await one.preview(inputs(label, { optional: true }))).step).toBe("same")
    launchd.session(true)
    await one.up(inputs(label))
    expect(on.shown(one)).toEqual(right)
  })

  test("owned whole: installed, left alone, changed and put back with one restart each, removed", async () => {
    const label = fresh()
    const path = join(launchd.home, "Library/LaunchAgents", `${label}.plist`)
    const file = join(launchd.home, "owned.env")
    writeFileSync(file, `${variable}=${on.value()}\n`, { mode: 0o600 })
    onTestFinished(() => {
      for (const each of [file, path]) rmSync(each, { force: true })
    })
    const run = (seconds: string) => [
      process.execPath,
      "-e",
      "setInterval(() => {}, 1000)",
      `it's <${seconds}> & "more"`,
    ]
    const program = (seconds: string) => ({
      command: run(seconds),
      environment: { LANG: "C" },
      environmentFile: file,
      restartDelay: 1,
    })
    const news = (seconds: string) => inputs(label, { must: "token", program: program(seconds) })
    const one = on.service()
    expect((await one.preview(news("1"))).step).toBe("create")
    await one.up(news("1"))
    expect(on.shown(one)).toEqual({ ...right, runsWith: on.words() })
    await settled(one, news("1"))
    const first = pid(label)
    await one.up(news("2"))
    const second = pid(label)
    expect(second).not.toBe(first)
    expect(printed(label)).toContain(`it's <2> & "more"`)
    writeFileSync(path, readFileSync(path, "utf8").replace("<string>C</string>", "<string>de_DE</string>"))
    await one.up(news("2"))
    expect(readFileSync(path, "utf8")).not.toContain("de_DE")
    await settled(one, news("2"))
    const later = await startPlugin(launchd.env)
    onTestFinished(() => later.stop())
    const { id, outputs, inputs: last } = one.state ?? { id: "", outputs: {}, inputs: {} }
    await later.delete(one.urn, id, outputs, last)
    expect(printed(label)).toBeUndefined()
    expect(() => readFileSync(path)).toThrow("ENOENT")
  })
})
