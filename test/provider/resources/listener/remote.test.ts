import { spawn } from "node:child_process"
import { once } from "node:events"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { type Managed, managed } from "../../../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../../support/engine/plugin.ts"
import { type Farm, noSshHosts, startFarm } from "../../../support/hosts/ssh-farm.ts"
import { listenerScript } from "../../../support/products/listener.ts"

const port = 18789

describe.skipIf(noSshHosts)(`the gateway's port on another host [${noSshHosts ?? "real sshd"}]`, () => {
  let farm: Farm
  let plugin: Plugin
  let names = 0
  beforeAll(async () => {
    farm = await startFarm(1)
    plugin = await startPlugin({ GATEKEY_SSH_CONFIG: farm.config })
  })
  afterAll(async () => {
    await plugin?.stop()
    await farm?.stop()
  })

  const fresh = () => managed(plugin, "Listener", `port ${++names}`)
  const told = ({ urn }: Managed) => plugin.messages.filter((message) => message.urn === urn).map(({ text }) => text)
  const inputs = (more = {}) => ({
    host: `ssh://${farm.host(1).name}`,
    port,
    manager: "process",
    name: "gateway",
    ...more,
  })

  /** A listener in the host's own network. */
  async function listens(script: string, ...args: string[]): Promise<{ pid: number; ended: Promise<unknown> }> {
    const words = [`--net=/run/netns/${farm.host(1).namespace}`, process.execPath, listenerScript(script), ...args]
    const child = spawn("nsenter", words, {
      env: { ...process.env, LISTEN: `127.0.0.1 ${port}` },
      stdio: ["ignore", "pipe", "inherit"],
    })
    const ended = once(child, "exit")
    onTestFinished(async () => {
      child.kill("SIGKILL")
      await ended
    })
    await once(child.stdout, "data")
    return { pid: child.pid ?? 0, ended }
  }

  test("nobody, and then the gateway", async () => {
    const listener = fresh()
    await listener.up(inputs())
    expect(told(listener)).toEqual([`nothing listens on port ${port}`])
    await listens("openclaw/openclaw.mjs", "gateway", "run")
    expect((await listener.preview(inputs())).step).toBe("same")
    expect(listener.state?.outputs.owner).toBe("the gateway")
  })

  test("a foreign process is named with the command that stops it there, and stopped where `evict` names it", async () => {
    const listener = fresh()
    const { pid, ended } = await listens("other-server.cjs")
    const name = farm.host(1).name
    await listener.preview(inputs())
    expect(told(listener)).toEqual([
      `port ${port} is used by pid ${pid} node other-server.cjs instead of the gateway. Stop it: ssh ${name} 'kill ${pid}'`,
    ])
    await expect(listener.up(inputs())).rejects.toThrow(`ssh ${name} 'kill ${pid}'`)
    expect(await listener.up(inputs({ evict: ["process:other-server.cjs"] }))).toBe("create")
    await ended
    expect(listener.state?.outputs.owner).toBe("nobody")
  })
})
