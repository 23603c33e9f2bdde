import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { bound, type Managed, managed } from "../../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../support/engine/plugin.ts"
import { leaks, revealed, unknown } from "../../support/engine/wire.ts"
import { type DockerEngine, noDockerEngine, startDockerEngine } from "../../support/hosts/docker-engine.ts"
import { busyboxRoot } from "../../support/hosts/ssh-machine.ts"
import { strong } from "../../support/tokens.ts"

const name = "clawdbot-gateway-secure"
const image = "gatekey/busybox:1"
const idle = [image, "sleep", "1000"]
const none = "none besides the declared"

describe.skipIf(noDockerEngine)(`a host's containers [${noDockerEngine ?? "a Docker engine of its own"}]`, () => {
  let engine: DockerEngine
  let plugin: Plugin
  let names = 0
  beforeAll(async () => {
    engine = await startDockerEngine()
    engine.image(image, busyboxRoot, ["ENV PATH=/bin"])
    plugin = await startPlugin(engine.env)
  })
  afterEach(() => engine.clear())
  afterAll(async () => {
    await plugin?.stop()
    await engine?.stop()
  })

  const fresh = () => managed(plugin, "Containers", `containers ${++names}`)
  const told = ({ urn }: Managed) =>
    plugin.messages.filter((message) => message.urn === urn).map(({ severity, text }) => `${severity}: ${text}`)
  const state = (of: string) =>
    engine.docker("inspect", "-f", "{{.State.Status}} {{.HostConfig.RestartPolicy.Name}}", of)
  const ports = [18789]

  test("that hold no token and no port of a gateway are nobody's business", async () => {
    engine.docker(
      "run",
      "-d",
      "--stop-timeout=1",
      "--name",
      "web",
      "-p",
      "127.0.0.1:8080:80",
      "-e",
      `API_KEY=${strong()}`,
      ...idle,
    )
    const containers = fresh()
    expect(await containers.up({ ports })).toBe("create")
    expect([containers.state?.outputs.found, told(containers)]).toEqual([none, []])
    expect((await containers.preview({ ports })).step).toBe("same")
  })

  test("a forgotten one is named with its token, its port, and what removes it; the `up` that said so is content", async () => {
    const containers = fresh()
    await containers.up({ ports })
    const publishes = ["-p", "127.0.0.1:18789:80", "-e", "CLAWDBOT_GATEWAY_TOKEN=clawdbot-local-dev"]
    engine.docker("run", "-d", "--stop-timeout=1", "--name", name, "--restart", "always", ...publishes, ...idle)
    const found = `docker container ${name} (running) publishes port 18789 and holds the public default clawdbot-local-dev (CLAWDBOT_GATEWAY_TOKEN in its environment)`
    const warning = `warning: ${found}, and is not declared. Remove it: docker rm -f ${name}`
    expect((await containers.preview({ ports })).step).toBe("update")
    expect(told(containers)).toEqual([warning])
    expect(await containers.up({ ports })).toBe("update")
    expect((await containers.preview({ ports })).step).toBe("same")
    engine.docker("stop", "-t", "0", name)
    expect((await containers.preview({ ports })).step).toBe("update")
    expect(told(containers).at(-1)).toContain(`${name} (exited, but starts again by itself)`)
    engine.docker("rm", name)
    expect((await containers.preview({ ports })).step).toBe("same")
    expect(containers.state?.outputs.found).toBe(none)
  })

  test("a stopped one that would come back is kept from it where `evict` names it, and stays", async () => {
    const containers = fresh()
    const token = strong()
    engine.docker(
      "run",
      "-d",
      "--stop-timeout=1",
      "--name",
      name,
      "--restart",
      "always",
      "-e",
      `OPENCLAW_GATEWAY_TOKEN=${token}`,
      ...idle,
    )
    engine.docker("stop", "-t", "0", name)
    const inputs = { ports, evict: [`docker:${name}`, "process:node"] }
    await containers.preview(inputs)
    expect(told(containers)).toEqual([expect.stringMatching(/holds another token .*`pulumi up` stops it$/)])
    expect(await containers.up(inputs)).toBe("create")
    expect(state(name)).toBe("exited no")
    expect((await containers.preview(inputs)).step).toBe("same")
    expect(leaks([plugin.messages, plugin.answers], [token])).toEqual([])
  })

  test("one that runs on the port is left to the port's Listener, also where `evict` names it", async () => {
    const containers = fresh()
    engine.docker("run", "-d", "--stop-timeout=1", "--name", name, "-p", "127.0.0.1:18789:80", ...idle)
    await containers.up({ ports, evict: [`docker:${name}`] })
    expect(state(name)).toBe("running no")
    expect(containers.state?.outputs.found).toBe(none)
  })

  test("one that runs on a port without a Listener is stopped where `evict` names it", async () => {
    const containers = fresh()
    engine.docker("run", "-d", "--stop-timeout=1", "--name", name, "-p", "127.0.0.1:18789:80", ...idle)
    const inputs = { ports, listened: [], evict: [`docker:${name}`] }
    await containers.up(inputs)
    expect(state(name)).toBe("exited no")
    expect((await containers.preview(inputs)).step).toBe("same")
  })

  test("the stack's own token is known by value, whatever carries it", async () => {
    const token = managed(plugin, "Token", `token ${names}`)
    await token.up({ rotation: 1 })
    const value = revealed(token.state?.outputs.value)
    const containers = fresh()
    engine.docker("run", "-d", "--stop-timeout=1", "--name", "report", "-e", `REPORT_KEY=${value}`, ...idle)
    await containers.up({ ports, token: bound(token).token })
    expect(told(containers)).toEqual([
      expect.stringMatching(/holds generation 1 \(fp:[0-9a-f]{8}\) \(REPORT_KEY in its environment\)/),
    ])
    expect(leaks([plugin.messages, containers.state], [value])).toEqual([])
  })

  test("a token to adopt that only the `up` will know makes no token of every variable", async () => {
    const first = await startPlugin(engine.env)
    try {
      await managed(first, "Token", "token").preview({ rotation: 1, adopt: { value: unknown } })
      engine.docker("run", "-d", "--stop-timeout=1", "--name", "web", "-e", `API_KEY=${strong()}`, ...idle)
      const containers = managed(first, "Containers", "containers")
      await containers.preview({ ports, token: unknown })
      expect(first.messages).toEqual([])
    } finally {
      await first.stop()
    }
  })

  test("declared ones and those of `owners` are none", async () => {
    engine.docker("run", "-d", "--stop-timeout=1", "--name", "one", "-e", "OPENCLAW_GATEWAY_TOKEN=changeme", ...idle)
    engine.docker("run", "-d", "--stop-timeout=1", "--name", "two", "-e", "OPENCLAW_GATEWAY_TOKEN=changeme", ...idle)
    const containers = fresh()
    await containers.up({ ports, declared: ["one"], owners: ["docker:two"] })
    expect(containers.state?.outputs.found).toBe(none)
  })
})

test("a host without docker has no containers, and that is an error only where one is declared", async () => {
  const bare = await startPlugin({ DOCKER_HOST: "unix:///nowhere/docker.sock" })
  try {
    const quiet = managed(bare, "Containers", "quiet")
    await quiet.up({ ports: [18789] })
    expect(quiet.state?.outputs.found).toBe(none)
    const needed = managed(bare, "Containers", "needed")
    await needed.up({ ports: [18789], declared: ["one"] })
    expect((await needed.preview({ ports: [18789], declared: ["one"] })).step).toBe("same")
    expect(bare.messages.map(({ text }) => text)).toEqual([
      expect.stringContaining("cannot check the containers of local"),
    ])
  } finally {
    await bare.stop()
  }
})
