import { once } from "node:events"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { type Managed, managed } from "../../../support/engine/managed.ts"
import { launcher, type Plugin, startPlugin } from "../../../support/engine/plugin.ts"
import { noRoot } from "../../../support/hosts/machine.ts"
import { freePort, listenerScript, listens } from "../../../support/products/listener.ts"
import { strong } from "../../../support/tokens.ts"

let plugin: Plugin
let names = 0
beforeAll(async () => {
  plugin = await startPlugin()
})
afterAll(() => plugin?.stop())

const fresh = (on = plugin) => managed(on, "Listener", `port ${++names}`)
const told = ({ urn }: Managed, on = plugin) =>
  on.messages.filter((message) => message.urn === urn).map(({ severity, text }) => `${severity}: ${text}`)
const gateway = { script: "openclaw/openclaw.mjs", args: ["gateway", "run"] }
/** Declared as a plain process, whose name no other test's process has. */
const own = (port: number, more = {}) => ({ port, manager: "process", name: `gateway-${process.pid}-${port}`, ...more })

describe("the gateway's port", () => {
  test("nobody listens yet: told, and no error; the next preview is silent", async () => {
    const listener = fresh()
    const inputs = own(await freePort())
    expect((await listener.preview(inputs)).step).toBe("create")
    expect(told(listener)).toEqual([`info: nothing listens on port ${inputs.port}`])
    expect(await listener.up(inputs)).toBe("create")
    expect((await listener.preview(inputs)).step).toBe("same")
    expect(told(listener)).toHaveLength(2)
  })

  test("the gateway has it: nothing is said, not when it was restarted either", async () => {
    const listener = fresh()
    const inputs = own(await freePort())
    const first = await listens(inputs.port, gateway)
    await listener.up(inputs)
    expect(listener.state?.outputs).toMatchObject({ owner: "the gateway", addresses: ["127.0.0.1"] })
    first.child.kill("SIGKILL")
    await first.ended()
    await listens(inputs.port, gateway)
    expect((await listener.preview(inputs)).step).toBe("same")
    expect(told(listener)).toEqual([])
  })

  test("the gateway listens beyond its host: warned of in each preview, until it is said to be guarded", async () => {
    const inputs = own(await freePort())
    await listens(inputs.port, { ...gateway, address: "0.0.0.0" })
    const listener = fresh()
    const warning = expect.stringMatching(
      /^warning: the gateway listens on 0\.0\.0\.0, port \d+, and no TLS is declared/,
    )
    expect((await listener.preview(inputs)).outputs.addresses).toEqual(["0.0.0.0"])
    expect(told(listener)).toEqual([warning])
    await listener.up(inputs)
    const next = await startPlugin()
    const later = managed(next, "Listener", "the same")
    later.state = listener.state
    expect((await later.preview(inputs)).step).toBe("same")
    expect(told(later, next)).toEqual([warning])
    await next.stop()
    const other = fresh()
    await other.up({ ...inputs, guarded: true })
    expect((await other.preview({ ...inputs, guarded: true })).step).toBe("same")
    expect(told(other)).toEqual([])
  })

  test("the gateway had it and is gone: drift, which an `up` has told once it is done", async () => {
    const listener = fresh()
    const inputs = own(await freePort())
    const running = await listens(inputs.port, gateway)
    await listener.up(inputs)
    running.child.kill("SIGKILL")
    await running.ended()
    expect((await listener.preview(inputs)).step).toBe("update")
    expect(told(listener)).toEqual([`warning: nothing listens on port ${inputs.port}`])
    expect(await listener.up(inputs)).toBe("update")
    expect((await listener.preview(inputs)).step).toBe("same")
    await listens(inputs.port, gateway)
    expect((await listener.preview(inputs)).step).toBe("same")
    expect(listener.state?.outputs).toMatchObject({ owner: "the gateway" })
  })

  test("a foreign process: named in the preview, and `up` fails with the command", async () => {
    const listener = fresh()
    const inputs = own(await freePort())
    const token = strong()
    const { pid, child } = await listens(inputs.port, { args: ["--token", token] })
    const words = `port ${inputs.port} is used by pid ${pid} node other-server.cjs instead of the gateway. Stop it: kill ${pid}`
    await listener.preview(inputs)
    expect(told(listener)).toEqual([`warning: ${words}`])
    await expect(listener.up(inputs)).rejects.toThrow(`port ${inputs.port} is used by pid ${pid} node other-server.cjs`)
    expect([child.exitCode, child.signalCode]).toEqual([null, null])
    expect(JSON.stringify([plugin.messages, plugin.answers])).not.toContain(token)
  })

  test("one that came later is drift; `evict` stops it", async () => {
    const listener = fresh()
    const inputs = own(await freePort())
    await listener.up(inputs)
    const { pid, ended } = await listens(inputs.port)
    expect((await listener.preview(inputs)).step).toBe("update")
    expect(listener.state?.outputs.owner).toBe(`pid ${pid} node other-server.cjs`)
    await expect(listener.up(inputs)).rejects.toThrow(`kill ${pid}`)
    const evicting = { ...inputs, evict: ["process:other-server.cjs"] }
    expect((await listener.preview(evicting)).step).toBe("update")
    expect(told(listener).at(-1)).toContain("`pulumi up` stops it")
    expect(await listener.up(evicting)).toBe("update")
    await ended()
    expect(told(listener).at(-1)).toContain("nothing listens")
    expect((await listener.preview(evicting)).step).toBe("same")
  })

  test("`evict` of another one stops nobody", async () => {
    const inputs = own(await freePort(), { evict: ["process:server.cjs", "docker:other-server.cjs"] })
    const { pid, child } = await listens(inputs.port)
    await expect(fresh().up(inputs)).rejects.toThrow(`kill ${pid}`)
    expect([child.exitCode, child.signalCode]).toEqual([null, null])
  })

  test("another product's gateway is a second gateway", async () => {
    const inputs = own(await freePort())
    const { pid } = await listens(inputs.port, { script: "clawdbot/dist/entry.cjs", args: ["gateway"] })
    await expect(fresh().up(inputs)).rejects.toThrow(`is used by pid ${pid} clawdbot gateway (a second gateway)`)
  })

  test("a foreign one beside the gateway, on another address", async () => {
    const inputs = own(await freePort())
    await listens(inputs.port, gateway)
    const { pid } = await listens(inputs.port, { address: "127.0.0.2" })
    await expect(fresh().up(inputs)).rejects.toThrow(`pid ${pid} node other-server.cjs, beside the gateway`)
  })

  test("what stands before it may have its port where that is declared", async () => {
    const listener = fresh()
    const inputs = own(await freePort(), { owners: ["process:other-server.cjs"] })
    await listens(inputs.port)
    await listener.up(inputs)
    expect(listener.state?.outputs.owner).toBe("the gateway")
  })

  test("a gateway that somebody started by hand where a unit is declared: told once, no error", async () => {
    const listener = fresh()
    const inputs = { port: await freePort(), manager: "systemd", name: "openclaw-gateway.service" }
    await listens(inputs.port, gateway)
    await listener.up(inputs)
    expect(told(listener)).toEqual([
      expect.stringContaining("started by hand and not by systemd openclaw-gateway.service"),
    ])
    expect((await listener.preview(inputs)).step).toBe("same")
    // Once it is declared as it is, all is well.
    expect(await listener.up({ ...inputs, manager: "process", name: `by-hand-${inputs.port}` })).toBe("update")
    expect(listener.state?.outputs.owner).toBe("the gateway")
  })
})

test.each([
  [{}, "port: is missing"],
  [{ port: 0 }, "port: must be an integer from 1 to 65535"],
  [{ port: 1, evict: ["old"] }, "evict: contains a text of 3 characters; expected docker:NAME"],
  [{ port: 1, manager: "systemd" }, "name: and manager are given together"],
  [{ port: 1, manager: "cron", name: "x" }, "manager: must be one of launchd, systemd, process"],
  [{ port: 1, role: "proxy" }, "role: must be one of gateway, node"],
])("%j is refused", async (inputs, problem) => {
  await expect(fresh().checked(inputs)).rejects.toThrow(problem)
})

// Among this machine's own processes only: other tests run gateways as well.
describe.skipIf(noRoot || process.platform !== "linux")(`a machine with a node alone [${noRoot ?? "Linux"}]`, () => {
  const apart = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]

  /** A provider that sees no other processes than its own and those of `command`. */
  async function alone(command: string): Promise<Plugin> {
    const script = `${command}\nexec "$@"`
    const started = await startPlugin({}, [...apart, "sh", "-c", script, "sh", launcher])
    onTestFinished(async () => {
      const ended = once(started.process, "exit")
      started.process.kill("SIGKILL")
      await ended
      await started.stop()
    })
    return started
  }

  const inputs = async () => ({ port: await freePort(), role: "node" })

  test("no gateway: nothing is said", async () => {
    const on = await alone("")
    const listener = fresh(on)
    expect(await listener.up(await inputs())).toBe("create")
    expect([listener.state?.outputs.owner, told(listener, on)]).toEqual(["no gateway", []])
  })

  test("a stray gateway, whatever its port is", async () => {
    const script = listenerScript("openclaw/openclaw.mjs")
    const on = await alone(`LISTEN='127.0.0.1 0' ${process.execPath} ${script} gateway run >/dev/null & sleep 1`)
    const listener = fresh(on)
    const wanted = await inputs()
    await listener.preview(wanted)
    const warning =
      /^warning: pid \d+ openclaw gateway \(a stray gateway\) runs here, but only a node is declared\. Stop it: kill \d+$/
    expect(told(listener, on)).toEqual([expect.stringMatching(warning)])
    await expect(listener.up(wanted)).rejects.toThrow("a stray gateway")
    expect(await listener.up({ ...wanted, evict: ["process:openclaw"] })).toBe("create")
    expect(listener.state?.outputs.owner).toBe("no gateway")
  })
})

test("a host that cannot be asked is a finding", async () => {
  const broken = await startPlugin({}, [
    "env",
    "PATH=/nowhere",
    process.execPath,
    launcher.replace(/[^/]*$/, "main.ts"),
  ])
  onTestFinished(() => broken.stop())
  const listener = fresh(broken)
  await expect(listener.up({ port: await freePort() })).rejects.toThrow(
    /the owner of port \d+ is unknown: the look was cut off \(awk is missing there\)/,
  )
})
