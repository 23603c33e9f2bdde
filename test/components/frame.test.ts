import { describe, expect, test } from "vitest"
import { Fleet, type FleetArgs } from "../../components/index.ts"
import { isPlace, named, record } from "./record.ts"

const declare = (args: Partial<FleetArgs>) => new Fleet("fleet", { token: { rotation: 1 }, gateways: {}, ...args })
const recorded = (args: Partial<FleetArgs>) => record(() => declare(args))
const here = { host: "local", manager: "process", predecessor: false } as const
const tw = { ...here, host: "ssh://me@tw.local" } as const
const box = { ...here, host: "ssh://box" } as const
const made = {
  host: "ssh://nas",
  name: "oc",
  role: "node",
  command: ["x"],
  image: "openclaw:1",
  data: "/srv/oc",
} as const
const compose = { file: "~/compose.yml", service: "gateway" }
const marker = ".local/state/gatekey/gatekey.test.json"

describe("the Preflight", () => {
  test("the Preflight is created before the Token, even if everything is on this machine", async () => {
    const all = await recorded({ gateways: { studio: here } })
    expect(named(all, "token").after).toEqual(["preflight"])
    expect(all.map(({ name }) => name)).not.toContain("every host")
  })

  test("the Preflight lists the gateways that must accept a known token", async () => {
    const gateways = {
      studio: { ...here, port: 18811 },
      attic: { ...here, product: "clawdbot", home: "/home/x" },
    } as const
    const oc = { ...made, role: "gateway", bind: "10.0.0.2", port: 18812 } as const
    const all = await recorded({ gateways, containers: { oc } })
    expect(named(all, "preflight").inputs.gateways).toMatchObject([
      { host: "local", port: 18811, product: "openclaw", name: "studio", config: "~/.openclaw/openclaw.json" },
      { host: "local", port: 18789, product: "clawdbot", name: "attic", config: "/home/x/.clawdbot/clawdbot.json" },
      { host: "ssh://nas", port: 18812, product: "openclaw", published: true, address: "10.0.0.2" },
    ])
  })

  test("the Preflight lists the places of the gateways' tokens, flags first, without references", async () => {
    const script = { name: "script", path: "~/start.sh", locator: "--token", must: "nothing" } as const
    const all = await recorded({ gateways: { studio: { ...here, places: [script], overwrite: true } } })
    const [{ places, overwrite }] = named(all, "preflight").inputs.gateways as [
      { places: { path: string; locator: string }[]; overwrite: boolean },
    ]
    const locators = places.map(({ locator }) => locator)
    expect(locators.filter((locator) => locator.startsWith("--")).length).toBeGreaterThan(0)
    expect(locators.findLastIndex((locator) => locator.startsWith("--"))).toBeLessThan(locators.indexOf("*"))
    expect(places).toContainEqual({ path: "~/start.sh", locator: "--token" })
    expect(locators.filter((locator) => locator.startsWith("secrets."))).toEqual([])
    expect(overwrite).toBe(true)
  })

  test("the Preflight lists every remote file, and the local ones with contents", async () => {
    const { hosts } = named(await recorded({ gateways: { studio: here }, nodes: { tw } }), "preflight").inputs
    expect(hosts).toEqual({
      "ssh://me@tw.local": ["~/.openclaw/gatekey/gateway-token", "~/.openclaw/openclaw.json", "~/.openclaw/.env"],
      local: ["~/.openclaw/gatekey/gateway-token", "~/.openclaw/openclaw.json"],
    })
  })

  test("the Preflight lists the members that get the token", async () => {
    const containers = {
      old: { host: "local", name: "old", compose, must: "nothing" },
      web: { host: "local", name: "web", compose, home: "/srv" },
      nas: made,
    } as const
    const nodes = { tw, paired: { ...box, credential: "device" }, beside: here } as const
    const { members } = named(await recorded({ gateways: { studio: here }, nodes, containers }), "preflight").inputs
    expect(members).toEqual({
      studio: "gateway on local",
      tw: "node on ssh://me@tw.local",
      web: "container on local",
      nas: "container on ssh://nas",
    })
  })

  test("the Preflight receives the generation that may be overridden", async () => {
    const { inputs } = named(await recorded({ rotation: { supersede: 4 } }), "preflight")
    expect(inputs).toMatchObject({ rotation: 1, supersede: 4, mayLag: [] })
  })
})

describe("markers", () => {
  const homes: [string, Partial<FleetArgs>, object][] = [
    [
      "lie in every home of the fleet, once",
      {
        gateways: { studio: here },
        nodes: {
          beside: here,
          tw,
          same: { ...tw, host: "ssh://me@TW.local:22", home: "~", sharesConfig: true, stray: false },
          sandbox: { ...here, home: "/sandbox/x/" },
        },
      },
      { local: [`~/${marker}`, `/sandbox/x/${marker}`], "ssh://me@tw.local": [`~/${marker}`] },
    ],
    [
      "do not lie in a home that a sandbox has not got",
      { gateways: { studio: { ...here, home: "/sandbox" } }, containers: { web: { ...made, host: "local" } } },
      { local: [`/sandbox/${marker}`] },
    ],
    [
      "lie in the user's home where there are only containers that gatekey makes",
      { containers: { nas: made } },
      { "ssh://nas": [`~/${marker}`] },
    ],
    [
      "are not made for a retired container",
      { containers: { old: { host: "ssh://nas", name: "old", compose, must: "nothing" } } },
      {},
    ],
  ]
  test.each(homes)("%s", async (_, args, expected) => {
    const all = await recorded(args)
    expect(named(all, "preflight").inputs.markers).toEqual(expected)
    expect(named(all, "receipt").inputs.markers).toEqual(expected)
  })
})

describe("the Receipt", () => {
  test("the Receipt counts the places, names those with the token, and has no input that differs between two previews", async () => {
    const all = await recorded({ gateways: { studio: here } })
    const places = all.filter(isPlace).length
    const { markers: _, ...inputs } = named(all, "receipt").inputs
    const holders = { local: ["studio secret file"] }
    expect(inputs).toEqual({
      stack: "gatekey/test",
      places,
      holders,
      verdicts: expect.anything(),
      refusals: expect.anything(),
    })
  })

  test("the Receipt is created after all other resources", async () => {
    const all = await recorded({ gateways: { studio: here }, nodes: { tw }, containers: { nas: made } })
    const own = ["Placement", "Flip", "Service", "Listener", "Handshake", "Containers", "Incarnation", "Reach"]
    const others = all.filter(({ type }) => own.some((one) => type.endsWith(`:${one}`)) || type.startsWith("docker:"))
    const { after } = named(all, "receipt")
    const names = others.map(({ name }) => name).filter((name) => !name.startsWith("docker on "))
    expect(names).toContain("nas container")
    expect(names.filter((name) => !after.includes(name))).toEqual([])
  })
})

describe("a host that does not answer", () => {
  const fleet = {
    gateways: { studio: { ...here, host: "ssh://mini" as const } },
    nodes: { tw, box, beside: { ...here, host: "ssh://mini" as const } },
  }
  const mayLag = async (args: Partial<FleetArgs>) => {
    const all = await recorded({ ...fleet, ...args })
    expect(named(all, "every host").inputs.mayLag).toEqual(named(all, "preflight").inputs.mayLag)
    return named(all, "preflight").inputs.mayLag
  }

  test("an unreachable host blocks a rotation by default", async () => {
    expect(await mayLag({})).toEqual([])
    expect(await mayLag({ rotation: { unreachable: "refuse" } })).toEqual([])
  })

  test("a host may be skipped if it has only nodes, but not a gateway", async () => {
    expect(await mayLag({ rotation: { unreachable: "continue" } })).toEqual(["ssh://me@tw.local", "ssh://box"])
    const containers = { nas: made, nd: { ...made, host: "ssh://box" as const, name: "nd" } }
    expect(await mayLag({ rotation: { unreachable: "continue" }, containers })).toEqual(["ssh://me@tw.local"])
  })

  test("a listed host may be skipped, in any spelling", async () => {
    expect(await mayLag({ rotation: { unreachable: ["ssh://BOX:22"] } })).toEqual(["ssh://BOX:22"])
  })

  test.each([
    [
      "ssh://mini",
      "ssh://mini has a gateway or a container that gatekey makes, and cannot be behind; expected ssh://me@tw.local, ssh://box",
    ],
    ["ssh://tw.local", "no node is on ssh://tw.local; expected ssh://me@tw.local, ssh://box"],
  ])("rejects a host in rotation.unreachable before any resource is created: %s", async (host, problem) => {
    const made = await record(() => {
      expect(() => declare({ ...fleet, rotation: { unreachable: [host as `ssh://${string}`] } })).toThrow(
        `rotation.unreachable: ${problem}`,
      )
    })
    expect(made).toEqual([])
  })
})
