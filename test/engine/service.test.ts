import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { describeEngine, openStack, type Stack } from "../support/engine/engine.ts"
import { homeIn } from "../support/engine/home.ts"
import { ownerOf } from "../support/engine/machine.ts"
import type { Fleet } from "../support/engine/program.ts"
import { noUserManager, startUserManager, type UserManager } from "../support/hosts/systemd-user.ts"

const name = "openclaw-node.service"
const variable = "OPENCLAW_GATEWAY_TOKEN"
const publicDefault = "clawdbot-local-dev"

/** A node as its installer left it: a unit that runs, and reads its environment from a file. */
describeEngine("a service on a real user manager", () => {
  describe.skipIf(noUserManager !== undefined)(noUserManager ?? "systemd", () => {
    let systemd: UserManager
    let dev: Stack
    let starts: string
    const unit = { unit: name, variable, envFile: "~/node.env", must: "token", tokenIn: "env file" } as const
    const fleet = (rotation: number, more: Partial<Fleet["units"] & object> = {}): Fleet => ({
      token: { rotation },
      places: {},
      units: { "box unit": { ...unit, ...more["box unit"] } },
    })
    const pid = () => systemd.systemctl("show", "-p", "MainPID", "--value", name).trim()
    const started = () => readFileSync(starts, "utf8").length
    const held = () => {
      const environ = readFileSync(`/proc/${pid()}/environ`, "utf8").split("\0")
      return environ.find((entry) => entry.startsWith(`${variable}=`))?.slice(variable.length + 1)
    }
    const restart = async () => {
      systemd.systemctl("restart", name)
      await pause(200)
    }

    beforeAll(async () => {
      systemd = await startUserManager()
      starts = join(systemd.home, "starts")
      const exec = `/bin/sh -c "printf x >>${starts}; exec sleep 1000"`
      const service = `[Service]\nExecStart=${exec}\nEnvironmentFile=-${join(systemd.home, "node.env")}`
      systemd.unit(name, `${service}\n[Install]\nWantedBy=default.target\n`)
      writeFileSync(join(systemd.home, "node.env"), `${variable}=${publicDefault}\nOTHER=1\n`, { mode: 0o600 })
      systemd.systemctl("daemon-reload")
      systemd.systemctl("enable", "--now", "-q", name)
      const home = homeIn(systemd.home, ownerOf(false))
      dev = await openStack(fleet(1), { home, env: systemd.env })
    })
    afterAll(async () => {
      await dev?.dispose()
      await systemd?.stop()
    })

    test("a service is restarted once by the first up, as its preview says, and by no other", async () => {
      expect(started()).toBe(1)
      const { preview } = await dev.deploy()
      expect(preview.output).not.toContain(await dev.token())
      expect(held()).toBe(await dev.token())
      expect(started()).toBe(2)
      const before = pid()
      const again = await dev.up()
      expect(again.steps).toEqual([])
      expect([pid(), started()]).toEqual([before, 2])
    })

    test("an edited environment file is reported alone, and the process keeps running", async () => {
      const before = pid()
      dev.write("node.env", `${variable}=${publicDefault}\nOTHER=1\n`)
      const { preview } = await dev.deploy()
      expect(preview.steps).toEqual(["update box unit env file"])
      expect(pid()).toBe(before)
      expect(dev.read("node.env")).toContain(await dev.token())
    })

    test("an edited environment file and a restart are both reported, and one restart repairs them", async () => {
      dev.write("node.env", `${variable}=${publicDefault}\nOTHER=1\n`)
      await restart()
      const [before, count] = [pid(), started()]
      const { preview, up } = await dev.deploy()
      expect(preview.steps).toEqual(["update box unit env file", "update box unit service"])
      const said = preview.diagnostics.filter((one) => one.name === "box unit service")
      expect(said.map(({ message }) => message)).toEqual([
        expect.stringMatching(
          /^runs with the public default clawdbot-local-dev; expected generation 1 \(fp:\w{8}\)\. `pulumi up` restarts it once$/,
        ),
      ])
      expect(up.diagnostics.filter((one) => one.name === "box unit service").map(({ message }) => message)).toEqual([
        expect.stringMatching(
          /^restarted once: ran with the public default clawdbot-local-dev; runs with generation 1/,
        ),
      ])
      expect(pid()).not.toBe(before)
      expect([held(), started()]).toEqual([await dev.token(), count + 1])
    })

    test("a rotation: one up, one restart", async () => {
      const count = started()
      dev.declare(fleet(2))
      const { preview } = await dev.deploy()
      expect(preview.steps).toEqual(["update box unit env file", "update box unit service", "update token"])
      expect(preview.diagnostics.find((one) => one.name === "box unit service")).toMatchObject({
        severity: "info",
        message: expect.stringMatching(/^generation 1 \(.*\) => generation 2 \(.*\)\. `pulumi up` restarts it once$/),
      })
      expect([held(), started()]).toEqual([await dev.token(), count + 1])
    })

    test("another place of the token plans the reload by its revision, and needs one up", async () => {
      const count = started()
      dev.declare(fleet(2, { "box unit": { ...unit, tokenIn: "unit" } }))
      const { preview } = await dev.deploy()
      expect(preview.steps).toEqual([
        "update box unit env file",
        "update box unit environment",
        "update box unit service",
      ])
      expect(systemd.systemctl("show", "-p", "NeedDaemonReload", "--value", name).trim()).toBe("no")
      // What it runs with is right already: the definition is reloaded, and the process stays.
      expect([held(), started()]).toEqual([await dev.token(), count])
      await restart()
      expect(held()).toBe(await dev.token())
      await dev.settled()
      dev.declare(fleet(2))
      await dev.deploy()
      expect(started()).toBe(count + 1)
    })

    test("an edited unit that is not reloaded is reported with its place and definition; the process keeps running", async () => {
      const before = pid()
      const at = `.config/systemd/user/${name}`
      dev.write(at, dev.read(at).replace("[Service]\n", `[Service]\nEnvironment=${variable}=${publicDefault}\n`))
      const { preview } = await dev.deploy()
      expect(preview.steps).toEqual(["update box unit environment", "update box unit service"])
      expect(preview.output).toMatch(/\[diff: ~definition\]/)
      expect(pid()).toBe(before)
    })

    test("a service that cannot start fails last: all other drift is repaired, and the next up finishes", async () => {
      const script = { path: "~/z-script.sh", locator: variable }
      const both = { ...fleet(2), places: { "z script": script } }
      dev.declare(both)
      await dev.deploy()
      const at = `.config/systemd/user/${name}`
      const before = dev.read(at)
      dev.write(at, before.replace(/ExecStart=.*/, "ExecStart=/bin/false"))
      systemd.systemctl("daemon-reload")
      systemd.systemctl("stop", name)
      dev.write("z-script.sh", `export ${variable}=${publicDefault}\n`)
      const up = await dev.pulumi("up", "--yes", "--skip-preview")
      expect(up.code).not.toBe(0)
      expect(up.output).toMatch(
        /local\|systemd\|openclaw-node\.service: not running.* after it was started; see: journalctl/,
      )
      expect(dev.read("z-script.sh")).toContain(await dev.token())
      dev.write(at, before)
      systemd.systemctl("daemon-reload")
      await dev.deploy()
      dev.declare(fleet(2))
      await dev.deploy()
    })

    test("a service disabled by its user stays disabled; enabled again, it is managed as before", async () => {
      systemd.systemctl("stop", name)
      systemd.systemctl("disable", "-q", name)
      await dev.settled()
      systemd.systemctl("enable", "--now", "-q", name)
      await dev.settled()
    })
  })
})
