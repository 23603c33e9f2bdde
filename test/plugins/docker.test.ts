import messages from "@pulumi/pulumi/proto/provider_pb.js"
import structs from "google-protobuf/google/protobuf/struct_pb.js"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { ask, type Plugin, startPlugin } from "../support/engine/plugin.ts"
import { root } from "../support/engine/program.ts"
import type { Raw } from "../support/engine/wire.ts"
import { type DockerEngine, noDockerEngine, startDockerEngine } from "../support/hosts/docker-engine.ts"
import { busyboxRoot } from "../support/hosts/ssh-machine.ts"
import { strong } from "../support/tokens.ts"

const image = "gatekey/busybox:1"
const suite = noDockerEngine ? describe.skip : describe
const urn = (type: string) => `urn:pulumi:dev::engine::docker:index/${type}::one`
const container = urn("container:Container")
const start = () => startPlugin({}, [`${root}/test/plugins/docker/pulumi-resource-docker`])

function configure({ client }: Plugin, host: string): Promise<unknown> {
  const request = new messages.ConfigureRequest().setArgs(structs.Struct.fromJavaScript({ host }))
  return ask((done) => client.configure(request, done))
}

suite(`the stand-in for @pulumi/docker's plugin${noDockerEngine ? ` (${noDockerEngine})` : ""}`, () => {
  let engine: DockerEngine
  let plugin: Plugin

  beforeAll(async () => {
    engine = await startDockerEngine()
    engine.image(image, busyboxRoot, ["ENV PATH=/bin"])
    plugin = await start()
    await configure(plugin, engine.env.DOCKER_HOST)
  })
  afterAll(async () => {
    await plugin?.stop()
    await engine?.stop()
  })
  afterEach(() => {
    const ids = engine.docker("ps", "--all", "--quiet").split("\n").filter(Boolean)
    if (ids.length > 0) engine.docker("rm", "--force", ...ids)
  })

  const sleeping = { name: "one", image, command: ["sleep", "1000"], init: true, destroyGraceSeconds: 5 }
  async function made(more: object = {}): Promise<{ id: string; inputs: Raw; state: Raw }> {
    const { inputs } = await plugin.check(container, { ...sleeping, ...more })
    const { id, outputs } = await plugin.create(container, inputs)
    return { id, inputs, state: outputs }
  }
  /** What would change, and whether that makes it anew. */
  async function differences(state: Raw, more: object): Promise<string[]> {
    const { inputs } = await plugin.check(container, { ...sleeping, ...more })
    const { changes, replaces } = await plugin.diff(container, "", state, inputs)
    return changes.map((name) => (replaces.includes(name) ? `${name}, anew` : name))
  }

  const ports = [{ internal: 80, external: 18790, ip: "127.0.0.1" }]
  const rows: [object, string[]][] = [
    [{}, []],
    [{ envs: ["B=2", "A=1"] }, []],
    [{ envs: ["A=1", "B=3"] }, ["envs, anew"]],
    [{ labels: [{ label: "x", value: "2" }] }, ["labels, anew"]],
    [{ ports: [{ ...ports[0], ip: "0.0.0.0" }] }, ["ports, anew"]],
    [{ command: ["sleep", "1"] }, ["command, anew"]],
    [{ image: "other:1" }, ["image, anew"]],
    [{ name: "two" }, ["name, anew"]],
    [{ user: "1:1" }, ["user, anew"]],
    [{ mounts: [{ type: "volume", source: "v", target: "/v" }] }, ["mounts, anew"]],
    [{ networksAdvanced: [{ name: "n" }] }, ["networksAdvanced, anew"]],
    [{ restart: "always" }, ["restart"]],
    [{ mustRun: false }, ["mustRun"]],
    [{ memory: 64 }, ["memory"]],
    [{ removeVolumes: false }, ["removeVolumes"]],
  ]
  test("plans what the real one plans", async () => {
    const declared = { envs: ["A=1", "B=2"], labels: [{ label: "x", value: "1" }], ports }
    const { id, inputs, state } = await made(declared)
    const seen = await plugin.read(container, id, inputs, state)
    for (const [more, expected] of rows) {
      expect([more, await differences(state, { ...declared, ...more })]).toEqual([more, expected])
      expect([more, await differences(seen.outputs, { ...declared, ...more })]).toEqual([more, expected])
    }
  })

  test("does not read the environment and the labels, but the restart policy", async () => {
    const known = { envs: ["A=1"], labels: [{ label: "x", value: "1" }] }
    const { inputs, state } = await made(known)
    engine.docker("rm", "--force", "one")
    const flags = ["--env=A=2", "--label=x=2", "--restart=always", "--init", "--network=bridge"]
    const id = engine.docker("run", "--detach", "--name=one", ...flags, image, "sleep", "1000")
    const { outputs } = await plugin.read(container, id, inputs, state)
    expect(outputs).toMatchObject({ ...known, restart: "always" })
    expect(await differences(outputs, known)).toEqual(["restart"])
  })

  test("says of a stopped one that it need not run and publishes nothing; an update starts the same one", async () => {
    const plain = await made()
    engine.docker("kill", "one")
    const seen = await plugin.read(container, plain.id, plain.inputs, plain.state)
    expect(seen.outputs).toMatchObject({ mustRun: false, exitCode: 137 })
    expect(await differences(seen.outputs, {})).toEqual(["mustRun"])
    await plugin.update(container, plain.id, { olds: seen.outputs, oldInputs: seen.inputs, news: plain.inputs })
    expect(engine.docker("ps", "--quiet", "--no-trunc")).toBe(plain.id)
    await plugin.delete(container, plain.id, plain.state, plain.inputs)

    const published = await made({ ports })
    engine.docker("kill", "one")
    const { outputs } = await plugin.read(container, published.id, published.inputs, published.state)
    expect(await differences(outputs, { ports })).toEqual(["ports, anew", "mustRun"])
  })

  test("finds one by its id alone: another of its name is not it, is not deleted, and is in the way", async () => {
    const { id, inputs, state } = await made()
    engine.docker("rm", "--force", "one")
    const other = engine.docker("run", "--detach", "--name=one", image, "sleep", "1000")
    expect((await plugin.read(container, id, inputs, state)).id).toBe("")
    await plugin.delete(container, id, state, inputs)
    expect(engine.docker("ps", "--quiet", "--no-trunc")).toBe(other)
    await expect(plugin.create(container, inputs)).rejects.toThrow(
      `Unable to create container: Error response from daemon: Conflict. The container name "/one" is already in use by container "${other}"`,
    )
    expect(engine.docker("ps", "--all", "--quiet", "--no-trunc")).toBe(other)
  })

  test("leaves one behind that was made and did not start", async () => {
    await expect(made({ command: ["no-such-program"], init: false })).rejects.toThrow("Unable to start container")
    expect(engine.docker("ps", "--all", "--format", "{{.Names}}")).toBe("one")
  })

  test("hands an environment over on standard input", async () => {
    const value = strong()
    const { state } = await made({ envs: [`T=${value}`] })
    const held = JSON.parse(engine.docker("inspect", "--format={{json .Config.Env}}", "one")) as string[]
    expect(held.includes(`T=${value}`)).toBe(true)
    expect(state.envs).toEqual([`T=${value}`])
  })

  test("pulls an image that is not there, and no other", async () => {
    const remote = urn("remoteImage:RemoteImage")
    const { outputs } = await plugin.create(remote, { name: image, keepLocally: true })
    expect(outputs.imageId).toBe(engine.docker("image", "inspect", "--format={{.Id}}", image))
    const absent = "127.0.0.1:1/absent:1"
    await expect(plugin.create(remote, { name: absent })).rejects.toThrow(`unable to pull image ${absent}`)
    await expect(made({ image: absent })).rejects.toThrow(`Unable to create container with image ${absent}`)
  })

  test("makes networks and volumes, and deletes them", async () => {
    for (const [type, name] of [
      ["network:Network", "lan"],
      ["volume:Volume", "store"],
    ] as const) {
      const { inputs } = await plugin.check(urn(type), { name, labels: [{ label: "x", value: "1" }] })
      const { id, outputs } = await plugin.create(urn(type), inputs)
      const seen = await plugin.read(urn(type), id, inputs, outputs)
      expect((await plugin.diff(urn(type), id, seen.outputs, inputs)).changes).toEqual([])
      if (name === "lan") await made({ networksAdvanced: [{ name }] })
      if (name === "lan") engine.docker("rm", "--force", "one")
      await plugin.delete(urn(type), id, outputs, inputs)
      expect((await plugin.read(urn(type), id, inputs, outputs)).id).toBe("")
    }
  })

  test("refuses what it does not know", async () => {
    await expect(plugin.check(container, { ...sleeping, gpus: "all" })).rejects.toThrow("does not know gpus")
    await expect(plugin.check(urn("service:Service"), {})).rejects.toThrow("has no type docker:index/service:Service")
  })

  test("is not configured for an engine that does not answer, but for one over ssh", async () => {
    const other = await start()
    try {
      await expect(configure(other, "unix:///nonexistent")).rejects.toThrow("failed to connect to any docker daemon")
      await configure(other, "ssh://127.0.0.1:1")
      await expect(other.read(container, "x")).rejects.toThrow("Error pinging Docker server")
    } finally {
      await other.stop()
    }
  })
})
