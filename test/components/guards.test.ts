import { describe, expect, test } from "vitest"
import type { FleetArgs } from "../../components/fleet-args.ts"
import { fleetKeyProblems } from "../../components/fleet-keys.ts"
import { planFleet } from "../../components/fleet-plan.ts"

const studio = { host: "local", manager: "systemd" } as const
const guard = { listen: "0.0.0.0:18443", names: ["studio.local"] }
const node = { host: "ssh://me@tw.local", manager: "systemd", credential: "device" } as const
const trusting = { ...studio, mode: "trusted-proxy" } as const

type Declared = Pick<FleetArgs, "gateways" | "nodes" | "guard" | "clients">

/** A fleet with a guard, and what differs in it. */
const fleet = (more: Partial<Declared>): Declared => ({
  gateways: { studio: trusting },
  nodes: { tw: { ...node, sidecar: 18801 } },
  guard: { studio: guard },
  ...more,
})

test("plans who gets in by a guard, and by what", () => {
  const { guards } = planFleet(
    fleet({
      nodes: { tw: { ...node, sidecar: 18801, generation: 2 }, n2: { ...node, host: "ssh://me@n2.local" } },
      clients: { laptop: { host: "local", auth: "jwt", scopes: ["operator.read"] } },
    }),
  )
  expect(guards).toHaveLength(1)
  expect(guards[0]).toMatchObject({
    listen: { address: "0.0.0.0", port: 18443 },
    gateway: { name: "studio" },
    clients: [
      { name: "tw", role: "node", generation: 2, auth: "mtls", scopes: [], sidecar: 18801 },
      { name: "laptop", role: "client", generation: 1, auth: "jwt", scopes: ["operator.read"] },
    ],
  })
  const devices = { listen: "[::]:18444" }
  expect(planFleet(fleet({ guard: { studio: { ...guard, devices } } })).guards[0]).toMatchObject({
    devices: { address: "::", port: 18444 },
  })
  expect(guards[0]?.nodes.map(({ name }) => name)).toEqual(["tw", "n2"])
})

test("reports an unknown key of a guard's devices", () => {
  const devices = { listen: "0.0.0.0:18444", port: 1 }
  const problems = fleetKeyProblems({ token: {}, ...fleet({ guard: { studio: { ...guard, devices } } }) })
  expect(problems.join("\n")).toMatch(/guard\.studio\.devices.*port/)
})

test("no place of a gateway that trusts its guard has a token, and its config is not among them", () => {
  const { places, members } = planFleet(fleet({}))
  expect(places.filter(({ must }) => must !== "nothing")).toEqual([])
  const own = places.filter(({ host, path }) => host === "local" && path.endsWith("openclaw.json"))
  expect(own.filter(({ locator }) => locator.startsWith("gateway.auth."))).toEqual([])
  expect(members).toEqual({})
})

test("a proxy of the user's own is planned as a guard, with who gets in by it", () => {
  const brought = { ...guard, bring: "nginx", identityHeader: "x-gk-0123456789abcdef" } as const
  const { guards } = planFleet(fleet({ guard: { studio: brought } }))
  expect(guards[0]).toMatchObject({ args: { bring: "nginx" }, clients: [{ name: "tw", auth: "mtls" }] })
  const users = [{ identity: "me@example.com", scopes: ["operator.read"] }]
  const elsewhere = { ...guard, bring: "cloudflare", identities: users } as const
  const closed = { studio: { ...trusting, bind: "loopback" } } as const
  expect(planFleet(fleet({ gateways: closed, nodes: { tw: node }, guard: { studio: elsewhere } })).guards).toHaveLength(
    1,
  )
})

describe("a fleet is refused", () => {
  test.each<[string, Partial<Declared>, RegExp]>([
    ["without a guard for a gateway that trusts one", { guard: {}, nodes: {} }, /mode: trusted-proxy and no guard/],
    ["with a guard of no gateway", { guard: { other: { ...guard, gateway: "x" } } }, /guard other needs the gateway x/],
    [
      "with devices at the guard's own port",
      { guard: { studio: { ...guard, devices: { listen: "127.0.0.1:18443" } } } },
      /guard studio listens on 18443 twice; devices needs a port of its own/,
    ],
    [
      "with a guard of one of two gateways",
      { gateways: { studio: trusting, second: { ...studio, home: "/srv/b" } } },
      /guard studio must say which gateway it is in front of/,
    ],
    ["with two guards of one gateway", { guard: { studio: guard, other: guard } }, /has two guards; remove other/],
    [
      "with a node that goes on sending a token",
      { nodes: { tw: { ...node, credential: "token", sidecar: 18801 } } },
      /node tw sends a token.*set credential: device/,
    ],
    [
      "with a node that nothing leads to the gateway",
      { gateways: { studio: { ...trusting, bind: "loopback" } }, nodes: { tw: node } },
      /node tw has no sidecar, and gateway studio listens on its loopback only/,
    ],
    [
      "with a sidecar to no guard",
      { guard: {}, gateways: { studio } },
      /node tw has a sidecar, but its gateway has no guard/,
    ],
    [
      "with a name that no certificate can have",
      { nodes: { "My Mac": { ...node, sidecar: 18801 } } },
      /node My Mac cannot have a certificate: its name must be 1 to 32 lower-case letters/,
    ],
    [
      "with a client of one of two guards",
      {
        gateways: { studio: trusting, second: { ...trusting, home: "/srv/b", port: 18790 } },
        nodes: {},
        guard: { studio: { ...guard, gateway: "studio" }, second: { ...guard, gateway: "second" } },
        clients: { laptop: { host: "local" } },
      },
      /client laptop must say which guard lets it in/,
    ],
    [
      "with a client whose sidecar nothing keeps running",
      { clients: { laptop: { host: "local", sidecar: 18802 } } },
      /client laptop has a sidecar and no manager/,
    ],
    [
      "with a gateway that speaks TLS",
      { gateways: { studio: { ...trusting, tlsFingerprint: "ab".repeat(32) } } },
      /gateway studio speaks TLS, and a guard speaks none to it/,
    ],
    [
      "with a proxy of the user's own that says nowhere who is there",
      { guard: { studio: { ...guard, bring: "caddy" } } },
      /guard studio brings caddy and has no identityHeader/,
    ],
    [
      "with a bearer for a proxy of the user's own",
      {
        guard: { studio: { ...guard, bring: "nginx", identityHeader: "x-gk-0123456789abcdef" } },
        clients: { laptop: { host: "local", auth: "jwt" } },
      },
      /client laptop has auth jwt; a proxy of your own lets in by certificate/,
    ],
    [
      "with a sidecar to a proxy that asks for no certificate",
      { guard: { studio: { ...guard, bring: "tailscale" } } },
      /node tw has a certificate, and tailscale asks for none; remove its sidecar/,
    ],
    [
      "with what is of HAProxy and a proxy of the user's own",
      { guard: { studio: { ...guard, bring: "nginx", identityHeader: "x-gk-0123456789abcdef", haproxy: "/x" } } },
      /guard studio brings nginx, so haproxy has no meaning/,
    ],
    [
      "with a header of a proxy of the user's own and no such proxy",
      { guard: { studio: { ...guard, identityHeader: "x-gk-0123456789abcdef" } } },
      /guard studio has identityHeader, which only a proxy of your own has/,
    ],
    [
      "with a clawdbot behind it",
      { gateways: { studio: { ...studio, product: "clawdbot" } }, nodes: {} },
      /clawdbot trusts no proxy/,
    ],
  ])("%s", (_, more, words) => {
    expect(() => planFleet(fleet(more))).toThrow(words)
  })
})
