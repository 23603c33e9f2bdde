import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import type { Managed } from "../../../support/engine/managed.ts"
import { startPlugin } from "../../../support/engine/plugin.ts"
import { type Raw, unknown } from "../../../support/engine/wire.ts"
import { type SystemdSite, type SystemdSites, systemdSites } from "../../../support/hosts/systemd-site.ts"
import { freePort } from "../../../support/products/listener.ts"
import { strong } from "../../../support/tokens.ts"
import { until } from "../../../support/until.ts"
import { serviceBench, variable } from "./services.ts"

for (const site of systemdSites) {
  const suite = site.missing ? describe.skip : describe
  suite(`on ${site.name}${site.missing ? ` (${site.missing})` : ""}`, () => rows(site))
}

function rows({ start, whole }: SystemdSites): void {
  let systemd: SystemdSite
  beforeAll(async () => {
    systemd = await start()
  })
  afterAll(() => systemd?.stop())
  const on = serviceBench(() => systemd.env)
  let units = 0

  /** A unit of its own that runs; `lines` of [Service] before or instead of what is usual. */
  function unit(lines: readonly string[] = []): { name: string; write(lines?: readonly string[]): void; at: string } {
    const name = `gatekey-${++units}.service`
    const at = unitPath(name)
    const write = (more: readonly string[] = lines) => {
      const exec = more.some((line) => line.startsWith("ExecStart=")) ? [] : ["ExecStart=/bin/sleep 1000"]
      const text = ["[Service]", ...exec, ...more, "[Install]", "WantedBy=default.target"].join("\n")
      systemd.write(at, `${text}\n`)
    }
    write()
    systemd.systemctl("daemon-reload")
    systemd.systemctl("enable", "--now", "-q", name)
    return { name, write, at }
  }
  const pid = (name: string) => systemd.systemctl("show", "-p", "MainPID", "--value", name).trim()
  const environFile = () => `env-${units + 1}`
  const inputs = (name: string, more: Raw = {}) =>
    on.with({ host: systemd.host, manager: "systemd", name, variable, ...more })
  const right = { definition: "loaded", process: "running", runsWith: "no token (device pairing)" }

  async function settled(one: Managed, news: Raw): Promise<void> {
    on.told(one)
    const { step } = await one.preview(news)
    expect([step, on.shown(one), on.told(one)]).toEqual(["same", on.shown(one), []])
    expect(await one.up(news)).toBe("same")
    expect(on.told(one)).toEqual([])
  }

  test("a unit that is right stays untouched", async () => {
    const { name } = unit()
    const one = on.service()
    const before = pid(name)
    expect(await one.up(inputs(name))).toBe("create")
    expect(on.shown(one)).toEqual(right)
    expect(one.state?.outputs.process).toMatch(/^running since \d{4}-\d\d-\d\d \d\d:\d\d UTC$/)
    await settled(one, inputs(name))
    expect(pid(name)).toBe(before)
  })

  test("edited on disk but not reloaded: reloaded, not restarted", async () => {
    const { name, write } = unit()
    const one = on.service()
    await one.up(inputs(name))
    const before = pid(name)
    write(["Environment=OTHER=1"])
    expect((await one.preview(inputs(name))).step).toBe("update")
    expect(on.shown(one)).toEqual({ ...right, definition: "edited on disk but not reloaded" })
    expect(on.told(one).at(-1)).toBe("definition: edited on disk but not reloaded. `pulumi up` reloads the definition")
    await one.up(inputs(name))
    await settled(one, inputs(name))
    expect(pid(name)).toBe(before)
    expect(systemd.systemctl("show", "-p", "NeedDaemonReload", "--value", name).trim()).toBe("no")
  })

  test("that must be kept alive, and is not: said, and nothing is done", async () => {
    const keepAlive = "it ends with exit 0 when its gateway restarts"
    const { name, write } = unit(["Restart=on-failure"])
    const one = on.service()
    await one.up(inputs(name, { keepAlive }))
    on.told(one)
    expect((await one.preview(inputs(name, { keepAlive }))).step).toBe("same")
    expect(on.told(one)).toEqual([
      `is not started again when it ends without an error: ${keepAlive}; set Restart=always in its unit`,
    ])
    expect(one.state?.outputs.keepsAlive).toBe(false)
    write(["Restart=always"])
    systemd.systemctl("daemon-reload")
    await settled(one, inputs(name, { keepAlive }))
    expect(one.state?.outputs.keepsAlive).toBe(true)
  })

  test("an environment file that is newer than the process concerns nobody; restarted with it, it is one restart", async () => {
    const file = environFile()
    systemd.write(file, `${variable}=${on.value()}\n`)
    const { name } = unit([`EnvironmentFile=%h/${file}`])
    const one = on.service()
    const news = inputs(name, { must: "token" })
    await one.up(news)
    expect(on.shown(one)).toEqual({ ...right, runsWith: on.words() })
    const first = pid(name)
    systemd.write(file, `${variable}=clawdbot-local-dev\n`)
    await settled(one, news)
    expect(pid(name)).toBe(first)
    systemd.systemctl("restart", name)
    const second = pid(name)
    expect((await one.preview(news)).step).toBe("update")
    expect(on.told(one).at(-1)).toBe(
      `runs with the public default clawdbot-local-dev; expected ${on.words()}. \`pulumi up\` restarts it once`,
    )
    systemd.write(file, `${variable}=${on.value()}\n`)
    await one.up(news)
    expect(on.told(one)).toEqual([
      `restarted once: ran with the public default clawdbot-local-dev; runs with ${on.words()} now`,
    ])
    expect([first, second]).not.toContain(pid(name))
    await settled(one, news)
  })

  const values: Readonly<Record<string, [value: () => string, words: RegExp]>> = {
    "the previous token": [on.previous, /^generation 1, the previous token \(fp:\w{8}\)$/],
    "another token": [strong, /^another token \(fp:\w{8}\)$/],
    "the current one": [on.value, /^generation 2 \(fp:\w{8}\)$/],
  }
  test.each(Object.keys(values))("%s in the unit, where nothing must be: one restart once it is gone", async (what) => {
    const [value, words] = values[what] ?? []
    const { name, write } = unit([`Environment=${variable}=${value?.()}`])
    const one = on.service()
    await one.up(inputs(name, { act: "watch" }))
    expect(on.shown(one).runsWith).toMatch(words ?? /^$/)
    const before = pid(name)
    write([])
    await one.refresh()
    expect(on.shown(one).definition).toBe("edited on disk but not reloaded")
    const other = on.service()
    await expect(other.up(inputs(name))).rejects.toThrow("is declared twice")
    await one.up({ ...inputs(name), why: "the environment wins" })
    expect(on.shown(one)).toEqual(right)
    expect(pid(name)).not.toBe(before)
    await settled(one, inputs(name))
  })

  test("a token in ExecStart is the one that counts, and goes with one restart", async () => {
    const { name, write } = unit([`ExecStart=/bin/sh -c "exec sleep 1000" sh --token clawdbot-local-dev`])
    write([])
    const one = on.service()
    expect((await one.preview(inputs(name))).step).toBe("create")
    const before = pid(name)
    await one.up(inputs(name))
    expect(pid(name)).not.toBe(before)
    expect(on.shown(one)).toEqual(right)
    await settled(one, inputs(name))
  })

  describe("of a gateway whose environment has a token that its config overrides", () => {
    const config = { otherwise: "its config" }
    const asked = { ...right, runsWith: "no token (its config)" }

    test.each([
      ["the one in force", () => on.value()],
      ["the previous one", () => on.previous()],
    ])("%s: once the unit lacks it, it is reloaded and not restarted", async (_, value) => {
      const { name, write } = unit([`Environment=${variable}=${value()}`])
      const news = inputs(name, { ...config, gateway: { port: await freePort(), product: "openclaw" } })
      const one = on.service()
      const before = pid(name)
      write([])
      await one.up(news)
      expect(on.shown(one)).toEqual(asked)
      expect(pid(name)).toBe(before)
      expect(systemd.systemctl("show", "-p", "Environment", "--value", name).trim()).toBe("")
      await settled(one, news)
    })

    test.each([
      ["a public default", (): string[] => [`Environment=${variable}=clawdbot-local-dev`]],
      ["after --token", () => [`ExecStart=/bin/sh -c "exec sleep 1000" sh --token ${on.value()}`]],
    ])("%s: restarted once", async (_, lines) => {
      const { name, write } = unit(lines())
      const news = inputs(name, { ...config, gateway: { port: await freePort(), product: "openclaw" } })
      const before = pid(name)
      write([])
      const one = on.service()
      await one.up(news)
      expect(pid(name)).not.toBe(before)
      expect(on.shown(one)).toEqual(asked)
    })
  })

  // The port is on this machine, and the other site is a machine of its own.
  if (!whole)
    test("a gateway that cannot be asked as it is busy: what it runs with is unknown, and it is left", async () => {
      const busy = createServer((_, response) => response.writeHead(503).end())
      await once(busy.listen(0, "127.0.0.1"), "listening")
      onTestFinished(() => void busy.close())
      const { port } = busy.address() as AddressInfo
      const { name } = unit()
      const before = pid(name)
      await pause(2000)
      const reads = `${systemd.home}/gateway-token`
      systemd.write("gateway-token", on.value())
      const news = inputs(name, { reads, gateway: { port, product: "openclaw" } })
      const one = on.service()
      expect(await one.up(news)).toBe("create")
      expect(on.shown(one)).toEqual({ ...right, runsWith: "unknown: the gateway could not be asked: starting" })
      await settled(one, news)
      expect(pid(name)).toBe(before)
    })

  test("the preview of a first up announces a restart of what runs, and nothing else", async () => {
    const noToken = { token: unknown, generation: unknown, fingerprint: unknown }
    const gateway = { port: await freePort(), product: "openclaw" }
    const announced = async (lines: readonly string[], more: Raw = {}) => {
      const one = on.service()
      const { step } = await one.preview(inputs(unit(lines).name, { ...noToken, ...more }))
      expect(step).toBe("create")
      return on.told(one).join("\n")
    }
    const lines = [`Environment=${variable}=${strong()}`]
    expect(await announced([])).toBe("")
    expect(await announced(lines)).toMatch(/`pulumi up` reloads the definition and restarts it once$/)
    expect(await announced(lines, { gateway })).toMatch(
      / restarts it once: about 15 s without an answer, longer on a busy machine; it waits until the gateway is back$/,
    )
  })

  test("start limit hit: named, cleared, started", async () => {
    const flag = "may-run"
    systemd.write(flag, "")
    const { name } = unit([
      // A machine that is busy starts slowly, and would never reach the limit of 10 s.
      "[Unit]",
      "StartLimitIntervalSec=1h",
      "[Service]",
      `ExecStart=/bin/sh -c "[ -e %h/${flag} ] || exit 7; exec sleep 1000"`,
      "Restart=always",
      "RestartSec=50ms",
    ])
    const one = on.service()
    await one.up(inputs(name))
    systemd.remove(flag)
    systemd.systemctl("kill", name)
    await until(() => systemd.systemctl("show", "-p", "ActiveState", "--value", name).trim() === "failed")
    expect((await one.preview(inputs(name))).step).toBe("update")
    expect(on.shown(one).process).toBe("failed: start limit hit (exit 7, 5 restarts)")
    expect(on.told(one).at(-1)).toContain("`pulumi up` clears the count of failed starts and starts it")
    await expect(one.up(inputs(name))).rejects.toThrow(/after it was started; see: journalctl --user/)
    systemd.write(flag, "")
    await until(() => systemd.systemctl("show", "-p", "ActiveState", "--value", name).trim() === "failed")
    await one.up(inputs(name))
    expect(on.shown(one)).toEqual(right)
    await settled(one, inputs(name))
  })

  test("a masked unit is left to its user, and the way out is said", async () => {
    const { name, at } = unit()
    const one = on.service()
    await one.up(inputs(name))
    systemd.systemctl("stop", name)
    systemd.systemctl("disable", "-q", name)
    systemd.remove(at)
    systemd.systemctl("mask", "-q", name)
    expect((await one.preview(inputs(name))).step).toBe("update")
    expect(on.shown(one)).toMatchObject({ definition: "masked", process: "not running" })
    expect(on.told(one).at(-1)).toContain(`systemctl --user unmask ${name}`)
    await expect(one.up(inputs(name))).rejects.toThrow(`systemctl --user unmask ${name}`)
    const optional = inputs(name, { optional: true })
    await one.up(optional)
    await settled(one, optional)
  })

  test.each([
    ["killed", (name: string) => void systemd.run(`kill -9 ${pid(name)}`), "not running (signal 9)"],
    ["stopped", (name: string) => void systemd.systemctl("stop", name), /^not running/],
  ])("%s: started again", async (_, spoil, words) => {
    const { name } = unit()
    const one = on.service()
    await one.up(inputs(name))
    spoil(name)
    await until(() => pid(name) === "0")
    expect((await one.preview(inputs(name))).step).toBe("update")
    expect(on.shown(one).process).toMatch(words)
    expect(on.told(one).at(-1)).toContain("`pulumi up` starts it")
    await one.up(inputs(name))
    expect(on.shown(one)).toEqual(right)
    await settled(one, inputs(name))
  })

  test("not enabled: enabled, not restarted", async () => {
    const { name } = unit()
    const one = on.service()
    await one.up(inputs(name))
    const before = pid(name)
    systemd.systemctl("disable", "-q", name)
    expect((await one.preview(inputs(name))).step).toBe("update")
    expect(on.shown(one).definition).toBe("loaded, but not enabled")
    await one.up(inputs(name))
    await settled(one, inputs(name))
    expect(pid(name)).toBe(before)
  })

  test("switched off by its user: started only where that is not allowed", async () => {
    const { name } = unit()
    systemd.systemctl("disable", "--now", "-q", name)
    const one = on.service()
    const optional = inputs(name, { optional: true })
    await one.up(optional)
    expect(on.shown(one).definition).toBe("switched off (not enabled, not running)")
    await settled(one, optional)
    expect(pid(name)).toBe("0")
    await one.up(inputs(name))
    expect(on.shown(one)).toEqual(right)
  })

  test("absent: refused in the preview with what to do; right where it is optional", async () => {
    const one = on.service()
    const news = inputs("gatekey-absent.service")
    await expect(one.preview(news)).rejects.toThrow(/not installed: install it with the product's own command/)
    const optional = inputs("gatekey-absent.service", { optional: true })
    await one.up(optional)
    expect(on.shown(one).definition).toBe("not installed")
    await settled(one, optional)
  })

  test("watched only: what differs is said, and nothing is done", async () => {
    const { name } = unit([`Environment=${variable}=clawdbot-local-dev`])
    const one = on.service()
    const watched = inputs(name, { act: "watch" })
    const before = pid(name)
    await one.up(watched)
    expect((await one.preview(watched)).step).toBe("same")
    expect(await one.up(watched)).toBe("same")
    expect(on.told(one)).toEqual([
      `definition: loaded, with the public default clawdbot-local-dev in it; runs with the public default clawdbot-local-dev; expected no token (device pairing). It is only watched: \`pulumi up\` changes nothing`,
    ])
    expect(pid(name)).toBe(before)
  })

  test("what else sets the variable is named after one restart, and restarted no more", async () => {
    systemd.systemctl("set-environment", `${variable}=clawdbot-local-dev`)
    onTestFinished(() => void systemd.systemctl("unset-environment", variable))
    const { name } = unit()
    const one = on.service()
    await one.up(inputs(name))
    const before = pid(name)
    expect(on.told(one).at(-1)).toContain(`systemctl --user unset-environment ${variable}`)
    expect((await one.preview(inputs(name))).step).toBe("update")
    await expect(one.up(inputs(name))).rejects.toThrow("it is not restarted again")
    expect(pid(name)).toBe(before)
    systemd.systemctl("unset-environment", variable)
    systemd.systemctl("restart", name)
    await settled(one, inputs(name))
  })

  test("a process that ends its work first holds up nobody, and is not told twice", async () => {
    const work = "while [ ! -e %h/done ]; do sleep 0.1; done"
    const script = `trap '${work}; exit 0' TERM; touch %h/ready; while :; do sleep 0.1; done`
    const { name, write } = unit([`ExecStart=/bin/sh -c "${script}"`, `Environment=${variable}=clawdbot-local-dev`])
    write([`ExecStart=/bin/sh -c "${script}"`])
    await until(() => systemd.run("ls ~").includes("ready"))
    const one = on.service()
    const before = pid(name)
    await one.up(inputs(name))
    expect(on.told(one)[0]).toContain("restart requested: it ends its work first")
    expect(on.shown(one).process).toBe("ending its work before it starts anew")
    await settled(one, inputs(name))
    systemd.write("done", "")
    await until(() => !["0", before].includes(pid(name)))
    await pause(300)
    await settled(one, inputs(name))
    expect(on.shown(one)).toEqual(right)
  })

  if (whole) {
    test("lingering off: said with its remedy, and nothing is done", async () => {
      const { name } = unit()
      const one = on.service()
      await one.up(inputs(name))
      const before = pid(name)
      systemd.asRoot("loginctl disable-linger oc")
      onTestFinished(() => void systemd.asRoot("loginctl enable-linger oc"))
      expect((await one.preview(inputs(name))).step).toBe("same")
      expect(on.told(one)).toEqual([
        `lingering is off: ${name} ends when oc logs out, and does not start at boot. Run: loginctl enable-linger oc`,
      ])
      systemd.run("loginctl enable-linger oc")
      await settled(one, inputs(name))
      expect(pid(name)).toBe(before)
    })
  }

  describe("a unit that is owned whole", () => {
    const program = (more: Raw = {}) => ({ command: ["/bin/sleep", "1000"], ...more })

    test("is installed, enabled, started; left alone; changed with one restart; put back without; removed", async () => {
      const name = `gatekey-${++units}.service`
      const at = unitPath(name)
      const file = environFile()
      systemd.write(file, `${variable}=${on.value()}\n`)
      const environment = { GREETING: `it's "50%" of $HOME \\ all` }
      const news = inputs(name, { must: "token", program: program({ environmentFile: `~/${file}`, environment }) })
      const one = on.service()
      expect((await one.preview(news)).step).toBe("create")
      expect(on.told(one)).toEqual([
        "definition: not installed; not running. `pulumi up` writes the definition, reloads the definition, enables it and starts it",
      ])
      await one.up(news)
      expect(on.shown(one)).toEqual({ ...right, runsWith: on.words() })
      expect(systemd.run(`cat /proc/${pid(name)}/environ`).split("\0")).toContain(`GREETING=${environment.GREETING}`)
      await settled(one, news)
      const first = pid(name)

      systemd.write(at, `${systemd.read(at)}\n# by hand\n`)
      expect((await one.preview(news)).step).toBe("update")
      await one.up(news)
      await settled(one, news)
      expect(systemd.read(at)).not.toContain("by hand")
      expect(pid(name)).toBe(first)

      const longer = inputs(name, {
        must: "token",
        program: program({ environmentFile: `~/${file}`, command: ["/bin/sleep", "2000"] }),
      })
      await one.up(longer)
      expect(pid(name)).not.toBe(first)
      expect(systemd.run(`cat /proc/${pid(name)}/cmdline`)).toBe("/bin/sleep\x002000\0")
      await settled(one, longer)

      // What is declared in a run is not deleted in it: another run destroys.
      const later = await startPlugin(systemd.env)
      onTestFinished(() => later.stop())
      const { id, outputs, inputs: last } = one.state ?? { id: "", outputs: {}, inputs: {} }
      await later.delete(one.urn, id, outputs, last)
      await until(() => systemd.systemctl("show", "-p", "LoadState", "--value", name).trim() === "not-found")
      expect(() => systemd.read(at)).toThrow("ENOENT")
    })

    test("is not written over one that somebody else wrote", async () => {
      const { name, at } = unit()
      const before = systemd.read(at)
      const one = on.service()
      await expect(one.preview(inputs(name, { program: program() }))).rejects.toThrow("set overwrite: true")
      await expect(one.up(inputs(name, { program: program() }))).rejects.toThrow("was not written by gatekey")
      expect(systemd.read(at)).toBe(before)
      await one.up(inputs(name, { program: program(), overwrite: true }))
      expect(on.shown(one)).toEqual(right)
    })
  })
}

function unitPath(name: string): string {
  return `.config/systemd/user/${name}`
}
