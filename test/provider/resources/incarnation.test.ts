import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { bound, type Managed, managed } from "../../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../support/engine/plugin.ts"
import { leaks, type Raw, revealed } from "../../support/engine/wire.ts"
import { type DockerEngine, noDockerEngine, startDockerEngine } from "../../support/hosts/docker-engine.ts"
import { busyboxRoot } from "../../support/hosts/ssh-machine.ts"
import { strong } from "../../support/tokens.ts"

const name = "openclaw-gateway"
const variable = "OPENCLAW_GATEWAY_TOKEN"
const image = "gatekey/busybox:1"

describe.skipIf(noDockerEngine)(`a declared container [${noDockerEngine ?? "a Docker engine of its own"}]`, () => {
  let engine: DockerEngine
  let plugin: Plugin
  let token: Managed
  let value: string
  let names = 0
  beforeAll(async () => {
    engine = await startDockerEngine()
    engine.image(image, busyboxRoot, ["ENV PATH=/bin"])
    plugin = await startPlugin(engine.env)
    token = managed(plugin, "Token", "token")
    await token.up({ rotation: 1 })
    value = revealed(token.state?.outputs.value)
  })
  afterEach(() => engine.clear())
  afterAll(async () => {
    await plugin?.stop()
    await engine?.stop()
  })

  const run = (...options: string[]) =>
    engine.docker("run", "-d", "--stop-timeout=1", "--name", name, ...options, image, "sleep", "1000")
  const wanted = (more: Raw = {}) => ({ name, variable, must: "nothing", ...bound(token), ...more })
  const number = ({ state }: Managed) => state?.outputs.incarnation
  const told = ({ urn }: Managed) => plugin.messages.filter((message) => message.urn === urn).map(({ text }) => text)

  /** Declared, and made by its owner. */
  async function made(inputs: Raw, ...options: string[]): Promise<Managed> {
    const incarnation = managed(plugin, "Incarnation", `container ${++names}`)
    expect(await incarnation.up(inputs)).toBe("create")
    run(...options)
    expect((await incarnation.preview(inputs)).step).toBe("same")
    return incarnation
  }

  test("that is as declared is left alone", async () => {
    const facts = { image, restart: "unless-stopped", ports: ["127.0.0.1:18789->18789"] }
    const options = ["--restart", "unless-stopped", "-p", "127.0.0.1:18789:18789"]
    const incarnation = await made(wanted(facts), ...options)
    expect(await incarnation.up(wanted(facts))).toBe("same")
    expect([number(incarnation), told(incarnation)]).toEqual([1, []])
  })

  test.each<[string, Raw, string[], string[], string]>([
    ["another token", {}, [], ["-e", `${variable}=clawdbot-local-dev`], "holds the public default clawdbot-local-dev"],
    ["another restart policy", { restart: "always" }, ["--restart", "always"], [], "holds nothing, restart no"],
    ["another port", { ports: [] }, [], ["-p", "18789:80"], "publishes 0.0.0.0:18789->80"],
    ["no container", {}, [], ["GONE"], "container openclaw-gateway: absent"],
  ])(
    "re-created by hand with %s: the number is raised once, and its name is free",
    async (_, facts, first, then, words) => {
      const incarnation = await made(wanted(facts), ...first)
      engine.docker("rm", "-f", name)
      if (!then.includes("GONE")) run(...then)
      const { step, outputs } = await incarnation.preview(wanted(facts))
      expect([step, outputs.incarnation]).toEqual(["update", 2])
      expect(told(incarnation)).toEqual([expect.stringContaining(words)])
      expect(told(incarnation)[0]).toMatch(/`pulumi up` recreates it once$/)
      expect(await incarnation.up(wanted(facts))).toBe("update")
      expect([number(incarnation), engine.docker("ps", "-aq", "--filter", `name=${name}`)]).toEqual([2, ""])
      run(...first)
      expect((await incarnation.preview(wanted(facts))).step).toBe("same")
    },
  )

  test("a token in its environment is known by its generation, and never told", async () => {
    const must = { must: "token" }
    const incarnation = await made(wanted(must), "-e", `${variable}=${value}`)
    expect(incarnation.state?.outputs.is).toMatch(/^holds generation 1 \(fp:[0-9a-f]{8}\)$/)
    const foreign = strong()
    engine.docker("rm", "-f", name)
    run("-e", `${variable}=${foreign}`)
    await incarnation.preview(wanted(must))
    expect(told(incarnation)).toEqual([
      expect.stringMatching(/holds another token \(fp:[0-9a-f]{8}\); expected holds generation 1/),
    ])
    expect(leaks([plugin.messages, incarnation.state, plugin.inputs], [value, foreign])).toEqual([])
  })

  test("a rotation is no drift: the container's own environment makes it anew, not its number", async () => {
    const must = { must: "token" }
    const incarnation = await made(wanted(must), "-e", `${variable}=${value}`)
    const { outputs } = await token.preview({ rotation: 2 })
    const coming = { ...wanted(must), ...bound(token, outputs) }
    const planned = await incarnation.preview(coming)
    expect([planned.step, planned.outputs.incarnation]).toEqual(["update", 1])
    expect(told(incarnation)).toEqual([
      expect.stringMatching(/^holds generation 1 .* => holds generation 2 .*\. `pulumi up` recreates it once$/),
    ])
  })

  test("one that gatekey did not make is refused before anything is changed, unless it may be replaced", async () => {
    const incarnation = managed(plugin, "Incarnation", `container ${++names}`)
    run()
    await expect(incarnation.preview(wanted())).rejects.toThrow(
      `local|container ${name} exists already (image ${image}), and was not made by gatekey. Remove it: docker rm -f ${name}; or set overwrite: true`,
    )
    await incarnation.preview(wanted({ overwrite: true }))
    expect(engine.docker("ps", "-q", "--filter", `name=${name}`)).not.toBe("")
    await incarnation.up(wanted({ overwrite: true }))
    expect(engine.docker("ps", "-aq", "--filter", `name=${name}`)).toBe("")
  })

  test("what has its port is stopped before it is made, where it is named, and stays", async () => {
    const other = ["-d", "--stop-timeout=1", "--restart=always", "-p", "127.0.0.1:18789:80"]
    engine.docker("run", "--name", "forgotten", ...other, image, "sleep", "1000")
    const state = () =>
      engine.docker("inspect", "-f", "{{.State.Status}} {{.HostConfig.RestartPolicy.Name}}", "forgotten")
    const ports = ["127.0.0.1:18789->18789"]
    await managed(plugin, "Incarnation", `container ${++names}`).up(wanted({ ports }))
    expect(state()).toBe("running always")
    const incarnation = managed(plugin, "Incarnation", `container ${++names}`)
    await incarnation.preview(wanted({ ports, evict: ["docker:forgotten"] }))
    expect(state()).toBe("running always")
    await incarnation.up(wanted({ ports, evict: ["docker:forgotten"] }))
    expect(state()).toBe("exited no")
  })

  test("on an engine that does not answer is told, and nothing is made anew for it", async () => {
    const incarnation = await made(wanted())
    const deaf = await startPlugin({ DOCKER_HOST: "unix:///nowhere/docker.sock" })
    try {
      const same = managed(deaf, "Incarnation", "same")
      same.state = incarnation.state
      expect((await same.preview(wanted())).step).toBe("same")
      expect(deaf.messages.map(({ text }) => text)).toEqual([
        expect.stringMatching(/docker does not answer: Cannot connect/),
      ])
    } finally {
      await deaf.stop()
    }
  })

  test.each([
    [{ name: "a b" }, "name: is not a valid container name"],
    [{ variable: "A-B" }, "variable: is not a valid variable name"],
    [{ must: "reference" }, "must: must be one of token, nothing"],
    [{ host: "ssh://" }, "host: "],
  ])("%j is refused", async (more, problem) => {
    await expect(managed(plugin, "Incarnation", "x").checked(wanted(more))).rejects.toThrow(problem)
  })
})
