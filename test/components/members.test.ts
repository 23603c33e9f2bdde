import { expect, test } from "vitest"
import { Gateway, type GatewayArgs, Node, type NodeArgs, Token } from "../../components/index.ts"
import { named, placements, record } from "./record.ts"

type Args<A> = Omit<A, "token" | "host">

async function gateway(args: Args<GatewayArgs>) {
  return record(() => new Gateway("studio", { token: new Token("token", { rotation: 1 }), host: "local", ...args }))
}

async function node(args: Args<NodeArgs>) {
  const host = "ssh://me@tw.local"
  return record(() => new Node("tw", { token: new Token("token", { rotation: 1 }), host, ...args }))
}

const alone = { predecessor: false } as const

const openclawGateway = [
  "studio secret file: ~/.openclaw/gatekey/gateway-token * token",
  "studio config secret provider: ~/.openclaw/openclaw.json secrets.providers.gatekey reference",
  "studio config: ~/.openclaw/openclaw.json gateway.auth.token reference",
  "studio config remote token: ~/.openclaw/openclaw.json gateway.remote.token nothing",
  "studio config environment: ~/.openclaw/openclaw.json env.vars.OPENCLAW_GATEWAY_TOKEN nothing",
  "studio dotenv: ~/.openclaw/.env OPENCLAW_GATEWAY_TOKEN nothing",
]
const openclawNode = [
  "tw secret file: ~/.openclaw/gatekey/gateway-token * token",
  "tw config secret provider: ~/.openclaw/openclaw.json secrets.providers.gatekey reference",
  "tw config: ~/.openclaw/openclaw.json gateway.remote.token reference",
  "tw config auth token: ~/.openclaw/openclaw.json gateway.auth.token nothing",
  "tw config environment: ~/.openclaw/openclaw.json env.vars.OPENCLAW_GATEWAY_TOKEN nothing",
  "tw dotenv: ~/.openclaw/.env OPENCLAW_GATEWAY_TOKEN nothing",
]
const clawdbotGateway = [
  "studio clawdbot config: ~/.clawdbot/clawdbot.json gateway.auth.token token",
  "studio clawdbot config remote token: ~/.clawdbot/clawdbot.json gateway.remote.token nothing",
  "studio clawdbot config environment: ~/.clawdbot/clawdbot.json env.vars.CLAWDBOT_GATEWAY_TOKEN nothing",
  "studio clawdbot dotenv: ~/.clawdbot/.env CLAWDBOT_GATEWAY_TOKEN nothing",
]
const clawdbotNode = [
  "tw clawdbot config: ~/.clawdbot/clawdbot.json gateway.remote.token token",
  "tw clawdbot config auth token: ~/.clawdbot/clawdbot.json gateway.auth.token nothing",
  "tw clawdbot config environment: ~/.clawdbot/clawdbot.json env.vars.CLAWDBOT_GATEWAY_TOKEN nothing",
  "tw clawdbot dotenv: ~/.clawdbot/.env CLAWDBOT_GATEWAY_TOKEN nothing",
]
const agents = "~/Library/LaunchAgents"
const units = "~/.config/systemd/user"

const gateways: [string, Args<GatewayArgs>, string[]][] = [
  ["openclaw, process", { manager: "process", ...alone }, openclawGateway],
  [
    "openclaw, launchd",
    { manager: "launchd", ...alone },
    [
      ...openclawGateway,
      `studio launch agent environment: ${agents}/ai.openclaw.gateway.plist OPENCLAW_GATEWAY_TOKEN nothing`,
      `studio launch agent arguments: ${agents}/ai.openclaw.gateway.plist --token nothing`,
      "studio launch agent env file: ~/.openclaw/service-env/ai.openclaw.gateway.env OPENCLAW_GATEWAY_TOKEN nothing",
    ],
  ],
  [
    "openclaw, systemd with a drop-in",
    { manager: "systemd", dropIns: ["10-token.conf"], ...alone },
    [
      ...openclawGateway,
      `studio unit environment: ${units}/openclaw-gateway.service OPENCLAW_GATEWAY_TOKEN nothing`,
      `studio unit arguments: ${units}/openclaw-gateway.service --token nothing`,
      `studio unit drop-in 10-token.conf: ${units}/openclaw-gateway.service.d/10-token.conf OPENCLAW_GATEWAY_TOKEN nothing`,
      "studio unit env file: ~/.openclaw/gateway.systemd.env OPENCLAW_GATEWAY_TOKEN nothing",
    ],
  ],
  [
    "openclaw, a copy in the config",
    { manager: "process", delivery: "copy", ...alone },
    ["studio config: ~/.openclaw/openclaw.json gateway.auth.token token", ...openclawGateway.slice(3)],
  ],
  [
    "openclaw, a profile and two places of its own",
    {
      manager: "process",
      profiles: ["~/.zshrc"],
      places: [
        { name: "backup", path: "~/backup.env", locator: "TOKEN" },
        { name: "start script", path: "~/start.sh", locator: "TOKEN", must: "nothing" },
      ],
      ...alone,
    },
    [
      ...openclawGateway.slice(0, 3),
      "studio backup: ~/backup.env TOKEN token",
      ...openclawGateway.slice(3),
      "studio profile .zshrc: ~/.zshrc OPENCLAW_GATEWAY_TOKEN nothing",
      "studio start script: ~/start.sh TOKEN nothing",
    ],
  ],
  [
    "openclaw after clawdbot, launchd",
    { manager: "launchd", profiles: ["~/.zshrc"] },
    [
      ...openclawGateway,
      "studio profile .zshrc: ~/.zshrc OPENCLAW_GATEWAY_TOKEN nothing",
      "studio clawdbot config: ~/.clawdbot/clawdbot.json gateway.auth.token nothing",
      ...clawdbotGateway.slice(1),
      "studio clawdbot profile .zshrc: ~/.zshrc CLAWDBOT_GATEWAY_TOKEN nothing",
      `studio launch agent environment: ${agents}/ai.openclaw.gateway.plist OPENCLAW_GATEWAY_TOKEN nothing`,
      `studio launch agent arguments: ${agents}/ai.openclaw.gateway.plist --token nothing`,
      "studio launch agent env file: ~/.openclaw/service-env/ai.openclaw.gateway.env OPENCLAW_GATEWAY_TOKEN nothing",
      `studio clawdbot launch agent environment: ${agents}/com.clawdbot.gateway.plist CLAWDBOT_GATEWAY_TOKEN nothing`,
      `studio clawdbot launch agent arguments: ${agents}/com.clawdbot.gateway.plist --token nothing`,
    ],
  ],
  ["clawdbot, process", { manager: "process", product: "clawdbot" }, clawdbotGateway],
  [
    "clawdbot, systemd",
    { manager: "systemd", product: "clawdbot" },
    [
      ...clawdbotGateway,
      `studio clawdbot unit environment: ${units}/clawdbot-gateway.service CLAWDBOT_GATEWAY_TOKEN nothing`,
      `studio clawdbot unit arguments: ${units}/clawdbot-gateway.service --token nothing`,
    ],
  ],
]

test.each(gateways)("a gateway of %s expands to exactly its places", async (_, args, expected) => {
  expect(placements(await gateway(args))).toEqual([...expected].sort())
})

const nodes: [string, Args<NodeArgs>, string[]][] = [
  ["openclaw, process", { manager: "process", ...alone }, openclawNode],
  [
    "openclaw, launchd",
    { manager: "launchd", ...alone },
    [
      ...openclawNode,
      `tw launch agent environment: ${agents}/ai.openclaw.node.plist OPENCLAW_GATEWAY_TOKEN nothing`,
      `tw launch agent arguments: ${agents}/ai.openclaw.node.plist --token nothing`,
      "tw launch agent env file: ~/.openclaw/service-env/ai.openclaw.node.env OPENCLAW_GATEWAY_TOKEN nothing",
    ],
  ],
  [
    "openclaw, systemd",
    { manager: "systemd", ...alone },
    [
      ...openclawNode,
      `tw unit environment: ${units}/openclaw-node.service OPENCLAW_GATEWAY_TOKEN nothing`,
      `tw unit arguments: ${units}/openclaw-node.service --token nothing`,
      "tw unit env file: ~/.openclaw/node.systemd.env OPENCLAW_GATEWAY_TOKEN nothing",
    ],
  ],
  [
    "openclaw that lives by its device token",
    { manager: "process", credential: "device", ...alone },
    ["tw config: ~/.openclaw/openclaw.json gateway.remote.token nothing", ...openclawNode.slice(3)],
  ],
  [
    "openclaw beside its gateway",
    { manager: "launchd", sharesConfig: true, ...alone },
    [
      `tw launch agent environment: ${agents}/ai.openclaw.node.plist OPENCLAW_GATEWAY_TOKEN nothing`,
      `tw launch agent arguments: ${agents}/ai.openclaw.node.plist --token nothing`,
      "tw launch agent env file: ~/.openclaw/service-env/ai.openclaw.node.env OPENCLAW_GATEWAY_TOKEN nothing",
    ],
  ],
  [
    "openclaw after clawdbot",
    { manager: "process" },
    [
      ...openclawNode,
      "tw clawdbot config: ~/.clawdbot/clawdbot.json gateway.remote.token nothing",
      ...clawdbotNode.slice(1),
    ],
  ],
  [
    "clawdbot, launchd",
    { manager: "launchd", product: "clawdbot" },
    [
      ...clawdbotNode,
      `tw clawdbot launch agent environment: ${agents}/com.clawdbot.node.plist CLAWDBOT_GATEWAY_TOKEN nothing`,
      `tw clawdbot launch agent arguments: ${agents}/com.clawdbot.node.plist --token nothing`,
    ],
  ],
]

test.each(nodes)("a node of %s expands to exactly its places", async (_, args, expected) => {
  expect(placements(await node(args))).toEqual([...expected].sort())
})

test("the config names the secret file, with and without a declared home", async () => {
  const provider = "studio config secret provider"
  const reference = (path: string) => ({ source: "file", mode: "singleValue", path })
  const sandbox = named(await gateway({ manager: "process", home: "/sandbox/studio/" }), provider).inputs
  expect(sandbox.path).toBe("/sandbox/studio/.openclaw/openclaw.json")
  expect(sandbox.reference).toEqual(reference("/sandbox/studio/.openclaw/gatekey/gateway-token"))
  const own = named(await gateway({ manager: "process" }), provider).inputs
  expect(own.reference).toEqual(reference("~/.openclaw/gatekey/gateway-token"))
})

test("a place contains the reason for its requirement, and what needs it", async () => {
  const recorded = await node({ manager: "launchd" })
  const why = (name: string) => [named(recorded, name).inputs.why, named(recorded, name).inputs.serves]
  expect(why("tw config")).toEqual([
    "what the node presents at its first pairing and for a recovery",
    "tw cannot reach the gateway without it",
  ])
  expect(why("tw launch agent environment")).toEqual(["the environment wins over the config on a node", undefined])
  expect(why("tw clawdbot config")).toEqual(["left over from clawdbot, which openclaw replaces", undefined])
  const device = await node({ manager: "process", credential: "device" })
  expect(named(device, "tw config").inputs.why).toBe("tw lives by its device token")
})

test("overwrite applies to every place, and a further place may override it", async () => {
  const places = [{ name: "script", path: "~/start.sh", locator: "TOKEN", overwrite: false }]
  const recorded = await gateway({ manager: "launchd", overwrite: true, places })
  const kept = recorded.filter(({ type, inputs }) => /:(Placement|Flip)$/.test(type) && inputs.overwrite !== true)
  expect(kept.map((one) => one.name)).toEqual(["studio script"])
})

test("a gateway outputs its port", async () => {
  const ports: number[] = []
  await record(() => {
    const common = { token: new Token("token", { rotation: 1 }), host: "local", manager: "process" } as const
    ports.push(new Gateway("one", common).port, new Gateway("two", { ...common, port: 18811 }).port)
  })
  expect(ports).toEqual([18789, 18811])
})

test("a gateway with mode: password has its secret under the password's key, and keeps the places of a token empty", async () => {
  const made = placements(await gateway({ manager: "systemd", mode: "password", ...alone }))
  const unit = `${units}/openclaw-gateway.service`
  for (const place of [
    "studio secret file: ~/.openclaw/gatekey/gateway-token * token",
    "studio config password: ~/.openclaw/openclaw.json gateway.auth.password reference",
    "studio config: ~/.openclaw/openclaw.json gateway.auth.token nothing",
    "studio config remote password: ~/.openclaw/openclaw.json gateway.remote.password nothing",
    "studio config environment password: ~/.openclaw/openclaw.json env.vars.OPENCLAW_GATEWAY_PASSWORD nothing",
    "studio dotenv password: ~/.openclaw/.env OPENCLAW_GATEWAY_PASSWORD nothing",
    `studio unit environment password: ${unit} OPENCLAW_GATEWAY_PASSWORD nothing`,
    `studio unit arguments password: ${unit} --password nothing`,
  ])
    expect(made).toContain(place)
  const byToken = placements(await gateway({ manager: "systemd", ...alone }))
  const key = /^studio config: /
  for (const place of byToken.filter((each) => !key.test(each))) expect(made).toContain(place)
})

test("a node of a gateway with a password sends it by its own key", async () => {
  const made = placements(await node({ manager: "process", mode: "password", ...alone }))
  expect(made).toContain("tw config password: ~/.openclaw/openclaw.json gateway.remote.password reference")
  expect(made).toContain("tw config: ~/.openclaw/openclaw.json gateway.remote.token nothing")
})
