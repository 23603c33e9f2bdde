import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { runScriptLocally } from "../../../hosts/run.ts"
import { describeEvictionFailure, evictionScript } from "../../../probes/listeners/evict.ts"
import { listOwners, type Owner } from "../../../probes/listeners/owner.ts"
import { parsePortSnapshot } from "../../../probes/listeners/parse.ts"
import { portScript } from "../../../probes/listeners/script.ts"
import { parseTaggedAnswer } from "../../../probes/services/script.ts"
import { type Launchd, noLaunchd, startLaunchd } from "../../support/hosts/launchd.ts"
import { noUserManager, startUserManager, type UserManager } from "../../support/hosts/systemd-user.ts"
import { freePort, listenerScript, listens } from "../../support/products/listener.ts"
import { until } from "../../support/until.ts"

type Variables = Readonly<Record<string, string | undefined>>

async function owners(port: number, env: Variables = {}): Promise<Owner[]> {
  const { script, args } = portScript(port, undefined)
  const ran = await runScriptLocally(withEnv(script, env), { args })
  const answer = parseTaggedAnswer(ran.stdout)
  if (!answer) throw new Error(`no answer: ${ran.stderr}`)
  return listOwners(parsePortSnapshot(answer, port, undefined))
}

async function evict(owner: Owner | undefined, env: Variables = {}): Promise<string | undefined> {
  const action = owner && evictionScript(owner)
  if (!action) return "is not stopped by gatekey"
  const { code, stderr } = await runScriptLocally(withEnv(action.script, env), { args: action.args })
  return describeEvictionFailure(code, stderr)
}

/** Creates the host of a test, with a manager of its own. */
function withEnv(script: string, env: Variables): string {
  return (
    Object.entries(env)
      .map(([name, value]) => `export ${name}='${value}'\n`)
      .join("") + script
  )
}

async function free(port: number, env: Variables = {}): Promise<void> {
  for (let tries = 0; (await owners(port, env)).length > 0; tries++) {
    if (tries > 100) throw new Error("somebody still listens")
    await pause(100)
  }
}

describe("a plain process", () => {
  test("is ended", async () => {
    const port = await freePort()
    const { ended } = await listens(port)
    expect(await evict((await owners(port))[0])).toBeUndefined()
    await ended()
  })

  test("is skipped if its process id has been reused", async () => {
    const port = await freePort()
    const { child } = await listens(port)
    const [owner] = await owners(port)
    if (owner?.kind !== "process") throw new Error("no process")
    const earlier = { ...owner, process: { ...owner.process, start: "1" } }
    expect(await evict(earlier)).toContain("another process has taken its place")
    expect([child.exitCode, child.signalCode]).toEqual([null, null])
  })
})

describe.skipIf(noUserManager)(
  `a user unit [${noUserManager ?? "a user manager of its own"}]`,
  { timeout: 600_000 },
  () => {
    let manager: UserManager
    beforeAll(async () => {
      manager = await startUserManager()
    })
    afterAll(() => manager?.stop())

    test("is stopped, does not restart, and is not removed", async () => {
      const port = await freePort()
      const script = listenerScript("clawdbot/dist/entry.cjs")
      manager.unit(
        "clawdbot-gateway.service",
        `[Service]\nEnvironment="LISTEN=127.0.0.1 ${port}"\nExecStart=${process.execPath} ${script} gateway\nRestart=always\nRestartSec=0\n[Install]\nWantedBy=default.target\n`,
      )
      manager.systemctl("daemon-reload")
      manager.systemctl("enable", "--now", "clawdbot-gateway.service")
      await until(async () => (await owners(port, manager.env)).length > 0)
      const [owner] = await owners(port, manager.env)
      expect(owner).toMatchObject({
        process: {
          service: { manager: "systemd", name: "clawdbot-gateway.service", system: false },
          gateway: "clawdbot",
        },
      })
      expect(await evict(owner, manager.env)).toBeUndefined()
      await free(port, manager.env)
      await pause(500)
      expect(await owners(port, manager.env)).toEqual([])
      const show = manager.systemctl("show", "-p", "UnitFileState,LoadState", "clawdbot-gateway.service")
      expect(show).toContain("UnitFileState=disabled")
      expect(show).toContain("LoadState=loaded")
      expect(await evict(owner, manager.env)).toContain("another process has taken its place")
    })
  },
)

describe.skipIf(noLaunchd)(`a launch agent [${noLaunchd ?? "the double of launchctl"}]`, { timeout: 600_000 }, () => {
  test("is disabled and booted out, and its property list stays", async () => {
    const launchd: Launchd = startLaunchd()
    onTestFinished(() => launchd.stop())
    const env = { PATH: launchd.env.PATH, LAUNCHD_DOUBLE: launchd.env.LAUNCHD_DOUBLE, HOME: launchd.home }
    const port = await freePort()
    const script = listenerScript("clawdbot/dist/entry.cjs")
    const label = "com.clawdbot.gateway"
    const path = launchd.write(label, {
      ProgramArguments: [process.execPath, script, "gateway"],
      EnvironmentVariables: { LISTEN: `127.0.0.1 ${port}` },
      KeepAlive: true,
      RunAtLoad: true,
    })
    launchd.launchctl("bootstrap", launchd.domain, path)
    await until(async () => (await owners(port, env)).length > 0)
    const [owner] = await owners(port, env)
    expect(owner).toMatchObject({ process: { service: { manager: "launchd", name: label }, gateway: "clawdbot" } })
    expect(await evict(owner, env)).toBeUndefined()
    await free(port, env)
    expect(launchd.launchctl("print-disabled", launchd.domain)).toMatch(/"com.clawdbot.gateway" => (disabled|true)/)
  })
})
