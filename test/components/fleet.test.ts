import { describe, expect, test } from "vitest"
import { Fleet, type FleetArgs } from "../../components/index.ts"
import { UserError } from "../../core/errors.ts"
import { named, placements, record, tree } from "./record.ts"

const declare = (args: Partial<FleetArgs>) => new Fleet("fleet", { token: { rotation: 1 }, gateways: {}, ...args })

const mac = { host: "local", manager: "process", predecessor: false } as const
const far = { host: "ssh://me@tw.local", manager: "process", predecessor: false } as const

test("a fleet is a tree of resources", async () => {
  const recorded = await record(() => {
    const gateways = { studio: { ...mac, manager: "launchd" } } as const
    const nodes = { tw: { ...far, manager: "systemd", credential: "device" } } as const
    const compose = { file: "~/gateway/docker-compose.yml", service: "gateway" }
    const old = {
      host: far.host,
      name: "clawdbot-gateway-secure",
      product: "clawdbot",
      compose,
      must: "nothing",
    } as const
    declare({ gateways, nodes, containers: { old } })
  })
  expect(
    tree(recorded)
      .map((line) => line.trimStart())
      .sort(),
  ).toEqual([...new Set(tree(recorded).map((line) => line.trimStart()))].sort())
  expect(
    tree(recorded)
      .filter((line) => !/Placement|Flip/.test(line))
      .sort(),
  ).toEqual([
    "      Service studio launch agent service",
    "      Service tw unit service",
    "    Handshake studio handshake",
    "    Handshake tw handshake",
    "    LaunchAgent studio launch agent",
    "    Listener studio port 18789",
    "    Listener tw stray gateway",
    "    SystemdUnit tw unit",
    "  Container old",
    "  Containers local containers",
    "  Containers me@tw.local containers",
    "  Gateway studio",
    "  Node tw",
    "  Preflight preflight",
    "  Reach every host",
    "  Receipt receipt",
    "  Token token",
    "Fleet fleet",
  ])
  expect(recorded.map(({ type }) => type)).toEqual(
    expect.arrayContaining(
      ["Fleet", "Gateway", "Node", "LaunchAgent", "SystemdUnit"].map((one) => `gatekey:index:${one}`),
    ),
  )
})

test("a node with a declared name is checked at its gateway, whose undeclared pairings are reported", async () => {
  const nodes = { tw: { ...far, pairing: { name: "tw.local", approve: true } }, box: { ...far, home: "/home/box" } }
  const recorded = await record(() => declare({ gateways: { studio: { ...mac, port: 18811 } }, nodes }))
  expect(named(recorded, "tw pairing")).toMatchObject({
    parent: "tw",
    inputs: { host: "local", port: 18811, node: "tw.local", approve: true },
  })
  expect(named(recorded, "tw pairing").after).toContain("studio handshake")
  expect(named(recorded, "studio strays").inputs.declared).toEqual(["tw.local"])
  expect(recorded.map(({ name }) => name)).not.toContain("box pairing")
})

test("a node's gateway is the declared one, else the only one of its product", async () => {
  const gateways = { studio: { ...mac, port: 18811 }, attic: { ...mac, home: "/home/attic", port: 18812 } }
  const nodes = { tw: { ...far, gateway: "attic", url: "ws://attic.local:18812" }, box: { ...far, home: "/home/box" } }
  const recorded = await record(() => declare({ gateways, nodes }))
  expect(named(recorded, "tw handshake").inputs).toMatchObject({
    ...{ host: "local", port: 18812, from: far.host, url: "ws://attic.local:18812", shows: "token" },
  })
  expect(recorded.map(({ name }) => name)).not.toContain("box handshake")
  const stranger = await record(() => {
    expect(() => declare({ gateways, nodes: { tw: { ...far, gateway: "cellar" } } })).toThrow(
      "node tw needs the gateway cellar, which is not declared",
    )
  })
  expect(stranger).toEqual([])
})

test("a container that gatekey makes is a member of the fleet", async () => {
  const made = {
    host: "local",
    name: "oc",
    role: "gateway",
    image: "openclaw:1",
    pull: false,
    data: "/srv/oc",
  } as const
  const node = { ...made, name: "nd", role: "node", command: ["node", "x"], data: "/srv/nd" } as const
  const evict = ["docker:old", "process:x"]
  const recorded = await record(() => declare({ nodes: { tw: mac }, containers: { oc: { ...made, evict }, nd: node } }))
  expect(named(recorded, "local containers").inputs).toMatchObject({
    ...{ ports: [18789], listened: [18789], declared: ["nd", "oc"], evict: ["docker:old"], owners: [] },
  })
  // The gateway accepts one token: it is written after all nodes, also those in containers.
  expect(named(recorded, "oc secret file").after).toEqual(expect.arrayContaining(["tw secret file", "nd secret file"]))
  // It is the host's gateway, so nobody looks for a stray one.
  expect(recorded.map(({ name }) => name)).not.toContain("tw stray gateway")
  expect(named(recorded, "oc port 18789").inputs).toMatchObject({ evict, owners: ["docker:oc"] })
})

test("on a host with nodes only, containers in evict are stopped without a gateway's Listener", async () => {
  const evict = ["docker:old"]
  const recorded = await record(() => declare({ nodes: { tw: { ...mac, stray: false, evict } } }))
  expect(named(recorded, "local containers").inputs).toMatchObject({ ports: [18789], listened: [], evict })
})

test("rejects two containers with one folder and an invalid one together, before any resource is created", async () => {
  const made = { host: "local", name: "oc", role: "gateway", image: "openclaw:1", data: "/srv/oc" } as const
  const containers = { one: made, two: { ...made, name: "-x" } }
  const recorded = await record(() => {
    expect(() => declare({ containers })).toThrow(
      /two: name: a text of 2 characters is not a valid container name.*gatekey-token/s,
    )
  })
  expect(recorded).toEqual([])
})

test("the token is protected by default, and receives its own arguments", async () => {
  const token = { rotation: 2, maxAge: "30d" as const, keep: 4, compromised: [1] }
  const protectedOne = named(await record(() => declare({ token })), "token")
  expect(protectedOne.protect).toBe(true)
  expect(protectedOne.inputs).toEqual(token)
  expect(named(await record(() => declare({ token, protect: false })), "token").protect).toBe(false)
})

test("a fleet outputs fingerprint, generation and due", async () => {
  let fleet: Fleet | undefined
  await record(() => {
    fleet = declare({})
  })
  expect(fleet).toMatchObject({ fingerprint: expect.anything(), generation: expect.anything(), due: expect.anything() })
})

describe("a container", () => {
  const compose = { file: "~/gateway/docker-compose.yml", service: "gateway" }
  const old = { host: far.host, name: "clawdbot-gateway-secure", product: "clawdbot", compose } as const

  test.each([
    ["token", "its environment holds the token"],
    ["nothing", "a retired one holds nothing"],
  ] as const)("%s: %s, the .env beside the Compose file nothing", async (must, _) => {
    const recorded = await record(() => declare({ containers: { old: { ...old, must } } }))
    expect(placements(recorded)).toEqual([
      "old compose dotenv: ~/gateway/.env CLAWDBOT_GATEWAY_TOKEN nothing",
      `old compose environment: ~/gateway/docker-compose.yml gateway.CLAWDBOT_GATEWAY_TOKEN ${must}`,
    ])
  })

  test("a container's Compose file may be in a sandbox", async () => {
    const recorded = await record(() => declare({ containers: { old: { ...old, home: "/sandbox/tw" } } }))
    expect(named(recorded, "old compose dotenv").inputs.path).toBe("/sandbox/tw/gateway/.env")
  })
})

describe("the predecessor's places", () => {
  const clawdbotPlaces = async (args: Partial<FleetArgs>) =>
    placements(await record(() => declare(args))).filter((line) => line.startsWith("studio clawdbot config:"))
  const studio = { host: "local", manager: "process" } as const

  test("the places of the predecessor must be empty", async () => {
    expect(await clawdbotPlaces({ gateways: { studio } })).toHaveLength(1)
  })

  test("the places of the predecessor are not declared if a clawdbot member uses the same host and home", async () => {
    const nodes = { old: { ...mac, product: "clawdbot" } } as const
    expect(await clawdbotPlaces({ gateways: { studio }, nodes })).toEqual([])
  })

  test("the places of the predecessor must be empty if the clawdbot member uses another host or home", async () => {
    const nodes = {
      one: { ...far, product: "clawdbot" },
      two: { ...mac, home: "/home/two", product: "clawdbot" },
    } as const
    expect(await clawdbotPlaces({ gateways: { studio }, nodes })).toHaveLength(1)
  })
})

function problems(args: Partial<FleetArgs>): string[] {
  try {
    declare(args)
  } catch (error) {
    expect(error).toBeInstanceOf(UserError)
    expect(error).toMatchObject({ __pulumiRunError: true })
    return (error as Error).message.split("\n")
  }
  throw new Error("was not refused")
}

const place = { name: "script", path: "~/start.sh", locator: "TOKEN" }
const mend = "give one of them another host or home, or remove one"

const refused: [string, Partial<FleetArgs>, string[]][] = [
  [
    "two places that need different contents",
    {
      gateways: {
        studio: {
          ...mac,
          places: [{ ...place, name: "dot", path: "~/.openclaw/.env", locator: "OPENCLAW_GATEWAY_TOKEN" }],
        },
      },
    },
    [
      `"studio dot" (gateway studio) and "studio dotenv" (gateway studio) need different contents in the same place (the token; nothing): OPENCLAW_GATEWAY_TOKEN in ~/.openclaw/.env on local; ${mend}`,
    ],
  ],
  [
    "a place declared twice by two members, in two spellings",
    {
      nodes: {
        one: { ...far, home: "/home/me", credential: "device", places: [place] },
        two: {
          ...far,
          host: "ssh://me@TW.local:22",
          home: "/home/other",
          places: [{ ...place, path: "/home/me//./start.sh" }],
        },
      },
    },
    [
      `"one script" (node one) and "two script" (node two) declare the same place: TOKEN in /home/me/start.sh on ssh://me@tw.local; ${mend}`,
    ],
  ],
  [
    "two members of one name",
    { gateways: { studio: mac }, nodes: { studio: far } },
    ["gateway studio and node studio have the same name; rename one of them"],
  ],
  [
    "two places of one name",
    { gateways: { studio: { ...mac, places: [{ ...place, name: "config" }] } } },
    ['gateway studio and gateway studio both declare a place named "studio config"; rename one'],
  ],
]

test.each(refused)("%s: refused before any resource is made", async (_, args, expected) => {
  const recorded = await record(() => expect(problems(args)).toEqual(expected))
  expect(recorded).toEqual([])
})

test("reports all problems at once", () => {
  const twice = [place, { ...place, name: "other" }]
  const nodes = { one: { ...far, places: twice }, two: { ...mac, places: twice } }
  expect(problems({ nodes })).toHaveLength(2)
})
