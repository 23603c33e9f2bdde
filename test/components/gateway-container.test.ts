import { execFileSync } from "node:child_process"
import { join } from "node:path"
import type * as docker from "@pulumi/docker"
import * as pulumi from "@pulumi/pulumi"
import { expect, onTestFinished, test, vi } from "vitest"
import { containerArgs, dataFolder } from "../../components/container-args.ts"
import { GatewayContainer, type GatewayContainerArgs, Token } from "../../components/index.ts"
import { root } from "../support/engine/program.ts"
import { strong } from "../support/tokens.ts"
import { named, type Recorded, record } from "./record.ts"

type Args = Omit<GatewayContainerArgs, "token">

const image = "ghcr.io/openclaw/openclaw:2026.9.1"
const gateway = { host: "local", name: "oc", role: "gateway", image, data: "/srv/openclaw" } as const
const node = { ...gateway, role: "node", command: ["node", "dist/index.js", "node", "run"] } as const
const command = ["node", "dist/index.js", "gateway", "--bind", "lan", "--port", "18789"]

function declared(...all: Args[]): Promise<Recorded[]> {
  return record(() => {
    const token = new Token("token", { rotation: 1 })
    for (const [at, args] of all.entries())
      new GatewayContainer(at === 0 ? "studio" : `studio${at}`, { token, ...args })
  })
}

/** What @pulumi/docker is told, with its own types. */
async function told(args: Args): Promise<docker.ContainerArgs> {
  return named(await declared(args), "studio container").inputs as unknown as docker.ContainerArgs
}

test("an openclaw gateway uses the official image without a token in it, and publishes its port on its host only", async () => {
  expect(await told(gateway)).toEqual({
    name: "oc",
    image,
    envs: ["HOME=/home/node"],
    mounts: [{ type: "bind", source: "/srv/openclaw", target: "/home/node/.openclaw" }],
    ports: [{ internal: 18789, external: 18789, ip: "127.0.0.1", protocol: "tcp" }],
    command,
    restart: "unless-stopped",
    init: true,
    destroyGraceSeconds: 30,
    removeVolumes: false,
    labels: [{ label: "gatekey.incarnation", value: "1" }],
  })
})

const all = (recorded: readonly Recorded[], type: string) => recorded.filter((each) => each.type.endsWith(`:${type}`))

test("openclaw has its token only in a file of the folder, and the Incarnation checks the container", async () => {
  const recorded = await declared({ ...gateway, port: 8443, data: "/srv/openclaw/", evict: ["docker:old"] })
  const file = "/srv/openclaw/gatekey-token"
  const places = all(recorded, "Placement").map(({ inputs }) => [
    inputs.path,
    inputs.locator,
    inputs.must,
    inputs.reference,
  ])
  const reference = { source: "file", mode: "singleValue", path: "/home/node/.openclaw/gatekey-token" }
  expect(places).toEqual([
    [file, "*", "token", undefined],
    ["/srv/openclaw/openclaw.json", "secrets.providers.gatekey", "reference", reference],
    [
      "/srv/openclaw/openclaw.json",
      "gateway.auth.token",
      "reference",
      { source: "file", provider: "gatekey", id: "value" },
    ],
    ["/srv/openclaw/openclaw.json", "gateway.remote.token", "nothing", undefined],
    ["/srv/openclaw/openclaw.json", "env.vars.OPENCLAW_GATEWAY_TOKEN", "nothing", undefined],
    ["/srv/openclaw/.env", "OPENCLAW_GATEWAY_TOKEN", "nothing", undefined],
  ])
  const ports = ["127.0.0.1:8443->18789"]
  expect(named(recorded, "studio incarnation").inputs).toMatchObject({
    must: "nothing",
    image,
    restart: "unless-stopped",
    ports,
  })
  expect(named(recorded, "studio container").after).toContain("studio incarnation")
  expect(named(recorded, "studio service").inputs).toMatchObject({ manager: "container", name: "oc", reads: file })
  expect(named(recorded, "studio port 8443").inputs).toMatchObject({ owners: ["docker:oc"], evict: ["docker:old"] })
})

test("clawdbot's folder contains no token, and a node has no Listener", async () => {
  const recorded = await declared({ ...node, product: "clawdbot" })
  expect(all(recorded, "Placement").map(({ inputs }) => inputs.must)).toEqual([
    "nothing",
    "nothing",
    "nothing",
    "nothing",
  ])
  expect(named(recorded, "studio incarnation").inputs).toMatchObject({ must: "token", ports: [] })
  expect(named(recorded, "studio service").inputs).toMatchObject({ must: "token" })
  expect(all(recorded, "Listener")).toEqual([])
})

test.each<[string, Partial<Args>, boolean]>([
  ["another address", { bind: "0.0.0.0" }, true],
  ["one of the network", { bind: "192.168.1.10" }, true],
  ["an address that is guarded", { bind: "0.0.0.0", guarded: true }, false],
  ["the loopback of IPv6", { bind: "::1" }, false],
  ["no address", {}, false],
])("%s: a preview warns if the declaration opens the port to other hosts", async (_, more, warned) => {
  const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue()
  onTestFinished(() => warn.mockRestore())
  const recorded = await declared({ ...gateway, ...more })
  const words = warn.mock.calls.map(([message]) => message)
  expect(words).toEqual(warned ? [expect.stringContaining(`bind: ${more.bind} opens the gateway to other hosts`)] : [])
  expect(named(recorded, "studio port 18789").inputs.guarded).toBe(true)
})

const rows: [string, Args, Partial<docker.ContainerArgs>][] = [
  [
    "another port",
    { ...gateway, port: 8443 },
    { ports: [{ internal: 18789, external: 8443, ip: "127.0.0.1", protocol: "tcp" }] },
  ],
  [
    "another address",
    { ...gateway, bind: "0.0.0.0" },
    { ports: [{ internal: 18789, external: 18789, ip: "0.0.0.0", protocol: "tcp" }] },
  ],
  ["variables", { ...gateway, environment: { TZ: "UTC", HOME: "/data" } }, { envs: ["HOME=/data", "TZ=UTC"] }],
  [
    "networks",
    { ...gateway, networks: ["lan", pulumi.output("back")] },
    { networksAdvanced: [{ name: "lan" }, { name: "back" }] },
  ],
  ["a user", { ...gateway, user: "1000:1000" }, { user: "1000:1000" }],
  ["a restart policy", { ...gateway, restart: "no" }, { restart: "no" }],
  [
    "volumes",
    {
      ...gateway,
      volumes: [
        { source: "/srv/w", target: "/w", readOnly: true },
        { source: "cache", target: "/c" },
      ],
    },
    {
      mounts: [
        { type: "bind", source: "/srv/openclaw", target: "/home/node/.openclaw" },
        { type: "bind", source: "/srv/w", target: "/w", readOnly: true },
        { type: "volume", source: "cache", target: "/c" },
      ],
    },
  ],
]
test.each(rows)("%s", async (_what, args, expected) => {
  expect(await told(args)).toMatchObject(expected)
})

test("a node has its own command and publishes no port", async () => {
  const inputs = await told(node)
  expect(inputs).toMatchObject({ command: node.command })
  expect(inputs).not.toHaveProperty("ports")
})

test("clawdbot has the token in its environment, as a secret", async () => {
  const value = strong()
  await record(async () => {})
  const args = { ...gateway, product: "clawdbot", token: { value: pulumi.secret(value) } as Token } as const
  const { envs, mounts } = containerArgs(args, image, 1)
  const secret = envs as pulumi.Output<string[]>
  expect(await pulumi.isSecret(secret)).toBe(true)
  const given = await new Promise<string[]>((done) => secret.apply(done))
  expect(given.map((entry) => entry.replace(value, "the token"))).toEqual([
    "HOME=/home/node",
    "CLAWDBOT_GATEWAY_TOKEN=the token",
  ])
  expect(mounts).toMatchObject([{ target: "/home/node/.clawdbot" }])
  expect(dataFolder(args)).toBe("/home/node/.clawdbot")
})

test("the image is pulled before the container is changed, and stays on the host", async () => {
  const recorded = await declared(gateway)
  expect(named(recorded, "studio image").inputs).toEqual({ name: image, keepLocally: true })
  expect(named(recorded, "studio container").after).toContain("studio image")
  expect((await declared({ ...gateway, pull: false })).map(({ name }) => name)).not.toContain("studio image")
})

test("containers of one host share one provider", async () => {
  const there = { ...gateway, host: "ssh://me@studio" } as const
  const recorded = await declared(gateway, gateway, there, { ...there, host: "ssh://me@Studio:22" })
  const providers = recorded.filter(({ type }) => type === "pulumi:providers:docker")
  expect(providers.map(({ name, inputs: { host } }) => [name, host])).toEqual([
    ["docker on local", process.env.DOCKER_HOST],
    ["docker on me@studio:22", "ssh://me@studio"],
  ])
})

test("a program without a container does not load @pulumi/docker", () => {
  const index = JSON.stringify(join(root, "components/index.ts"))
  const loaded = `import { createRequire } from "node:module"
    await import(${index})
    console.log(Object.keys(createRequire(${index}).cache).filter((path) => path.includes("@pulumi/")).join("\\n"))`
  const paths = execFileSync("node", ["--input-type=module", "--eval", loaded], { encoding: "utf8", cwd: root })
  expect(paths).toContain("@pulumi/pulumi/")
  expect(paths).not.toContain("@pulumi/docker/")
})

test.each<[string, Args, string]>([
  [
    "a host",
    { ...gateway, host: "studio" as "local" },
    "studio: a text of 6 characters is not a host: allowed is local, or ssh://[user@]name[:port]",
  ],
  ["a name", { ...gateway, name: "-x" }, "studio: name: a text of 2 characters is not a valid container name"],
  ["a folder", { ...gateway, data: "~/x" }, "studio: data: a text of 3 characters is not an absolute folder"],
  ["a step up", { ...gateway, data: "/srv/../etc" }, "is not an absolute folder"],
  [
    "an address",
    { ...gateway, bind: "lan" },
    "studio: bind: a text of 3 characters is not an IP address such as 127.0.0.1",
  ],
  ["a port", { ...gateway, port: 70_000 }, "studio: port: a number is not an integer from 1 to 65535"],
  ["a node without a command", { ...gateway, role: "node" }, "studio: a node needs its command"],
  ["a node with a port", { ...node, port: 1 }, "studio: a node publishes no port: remove port and bind"],
  [
    "a token by hand",
    { ...gateway, environment: { OPENCLAW_GATEWAY_TOKEN: "x" } },
    "OPENCLAW_GATEWAY_TOKEN contains the token",
  ],
  [
    "a password by hand",
    { ...gateway, environment: { OPENCLAW_GATEWAY_PASSWORD: "x" } },
    "OPENCLAW_GATEWAY_PASSWORD contains a password",
  ],
  [
    "a secret argument",
    { ...gateway, command: ["openclaw", "--password", "x"] },
    "studio: command: contains --password",
  ],
  [
    "a variable",
    { ...gateway, environment: { "A B": "x" } },
    "environment: a text of 3 characters is not a valid variable name",
  ],
])("rejects before any resource is created: %s", async (_what, args, message) => {
  const recorded = await record(() => {
    const token = new Token("token", { rotation: 1 })
    expect(() => new GatewayContainer("studio", { token, ...args })).toThrow(message)
  })
  expect(recorded.map(({ name }) => name)).toEqual(["token"])
})
