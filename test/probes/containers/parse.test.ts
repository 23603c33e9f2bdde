import { describe, expect, test } from "vitest"
import { parseContainers } from "../../../probes/containers/parse.ts"

const whole = {
  Id: "4f".repeat(32),
  Name: "/clawdbot-gateway-secure",
  Config: { Image: "clawdbot:1", Env: ["PATH=/bin", "CLAWDBOT_GATEWAY_TOKEN=clawdbot-local-dev"], Labels: { a: "b" } },
  Path: "node",
  Args: ["entry.js", "gateway"],
  State: { Status: "running", Running: true, Pid: 42, ExitCode: 0, StartedAt: "2026-11-24T10:00:00.5Z" },
  RestartCount: 3,
  HostConfig: {
    NetworkMode: "bridge",
    PortBindings: { "18789/tcp": [{ HostIp: "127.0.0.1", HostPort: "18789" }], "53/udp": [{ HostPort: "53" }] },
    RestartPolicy: { Name: "always", MaximumRetryCount: 0 },
  },
  NetworkSettings: { Ports: { "18789/tcp": [{ HostPort: "18789" }], "9000/tcp": null } },
}
const changed = (change: (inspected: typeof whole) => void) => {
  const copy = structuredClone(whole)
  change(copy)
  return parseContainers(JSON.stringify([copy]))[0]
}

/** Converts foreign strings to their shown form. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value))

test("parses the engine's answer for a container", () => {
  expect(plain(parseContainers(JSON.stringify([whole], null, 2)))).toEqual([
    {
      id: whole.Id,
      name: "clawdbot-gateway-secure",
      image: "clawdbot:1",
      running: true,
      returns: true,
      restart: "always",
      published: ["127.0.0.1:18789->18789", "0.0.0.0:53->53/udp"],
      ports: [18789],
      hostNetwork: false,
      environment: whole.Config.Env,
      words: ["node", "entry.js", "gateway"],
      labels: { a: "b" },
      state: "running",
    },
  ])
})

describe("a restart policy decides whether a container restarts", () => {
  test.each([
    ["always", true, true],
    ["always", false, true],
    ["unless-stopped", true, true],
    ["unless-stopped", false, false],
    ["on-failure", true, true],
    ["on-failure", false, false],
    ["no", true, false],
    ["", false, false],
  ])("restart %s, running %s: %s", (policy, running, returns) => {
    const container = changed(({ HostConfig, State }) => {
      HostConfig.RestartPolicy.Name = policy
      State.Running = running
      State.Status = running ? "running" : "exited"
    })
    expect(container?.returns).toBe(returns)
  })
})

test("a stopped container has the ports that it would publish", () => {
  const container = changed((inspected) => {
    inspected.State.Running = false
    inspected.NetworkSettings = { Ports: {} } as never
  })
  expect(container?.ports).toEqual([18789])
})

test.each([
  [
    "of Podman, without the keys that it lacks",
    (all: typeof whole) => ({ ...all, Name: "x", NetworkSettings: undefined }),
  ],
  ["with null for empty lists", (all: typeof whole) => ({ ...all, Args: null, Config: { Env: null, Labels: null } })],
])("parses an answer %s", (_, change) => {
  expect(parseContainers(JSON.stringify([change(whole)]))).toMatchObject([{ id: whole.Id }])
})

test.each(["", "{}", "no JSON", "[]", "[{}]", '[{"Id":"x; rm -rf /"}]'])("finds no container in %j", (text) => {
  expect(parseContainers(text)).toEqual([])
})
