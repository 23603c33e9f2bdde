import { describe, expect, it } from "vitest"
import { trustSettings } from "../../../products/trusted-proxy.ts"
import { withSettings } from "../../../provider/resources/trusted-proxy/edit.ts"
import { guardConfiguration } from "../../../proxies/guard.ts"
import { parseConfiguration } from "../../../proxies/parse.ts"
import { causesOf } from "../../../survey/causes/index.ts"
import type { Proxies } from "../../../survey/collect/proxies.ts"
import { gatewayOf, groundOf, processOf, surveyOf } from "../../support/survey/papers.ts"

const secret = "x-gk-9f1c0e7ab24d5836c7d1e9f00a4b6d82"
const config = "~/.openclaw/openclaw.json"
const ours = trustSettings({
  mode: "trusted-proxy",
  header: secret,
  identities: [{ identity: "node:tw", scopes: [] }],
  isClosed: true,
  isForwarded: true,
})
const settings = { address: "0.0.0.0", port: 18443, gateway: 18789, digest: "0", header: secret }
const facts = parseConfiguration(
  guardConfiguration({ ...settings, clients: [{ name: "tw", generation: 1, role: "node" }] }),
)
const guard: Proxies = {
  own: [
    {
      ...{ folder: "/home/tw/.local/state/gatekey/studio-guard", mode: 0o600 },
      ...(facts ? { facts, process: { process: "running", stamp: facts.stamp } } : { process: { process: "none" } }),
      certificate: { kind: "file", mode: 0o600, isOwn: true, key: "match" },
      validity: {
        ...{ commonName: "studio.g1", names: [], usages: [], digest: "", isIssuedByOurs: true },
        ...{ from: new Date(0), until: new Date(365 * 86_400_000) },
      },
    },
  ],
  others: [],
}
const none: Proxies = { own: [], others: [] }

interface Case {
  readonly change?: { readonly [key: string]: unknown }
  readonly addresses?: readonly string[]
  readonly proxies?: Proxies
  readonly running?: boolean
}

/** The causes of a gateway that gatekey set, but for what is changed. */
function causes({ change = {}, addresses = ["127.0.0.1"], proxies = guard, running = true }: Case) {
  const right = withSettings(Buffer.from('{gateway:{mode:"local"}}'), ours)
  const all = Object.entries(change).map(([key, value]) => ({ key, value: value as undefined }))
  const process = { parent: 1, start: "1", uid: 1000, program: "node", pid: 700, gateway: "openclaw" as const }
  const port = {
    ...{ uid: 1000, containers: [], users: new Map(), declared: undefined, processes: new Map([[700, process]]) },
    sockets: addresses.map((address) => ({ address, pids: [700], uid: 1000 })),
  }
  const survey = surveyOf(
    { [config]: Buffer.from(withSettings(right, all)) },
    {
      ...{ target: { host: "ssh://studio", home: "~" }, proxies },
      ...(running
        ? { snapshot: { processes: [processOf("openclaw gateway run")] }, ports: new Map([[18789, port]]) }
        : { snapshot: { processes: [] } }),
    },
  )
  return causesOf(groundOf([gatewayOf(survey)]))
}

const codes = (given: Case) => causes(given).map(({ code, weight }) => `${code} ${weight}`)
const header = "gateway.auth.trustedProxy.userHeader"
const loopback = "gateway.auth.trustedProxy.allowLoopback"
const users = "gateway.auth.trustedProxy.allowUsers"
const approval = "gateway.nodes.pairing.autoApproveLocal"
const trusted = "gateway.trustedProxies"

describe("a gateway that trusts a proxy", () => {
  it.each<[string, Case, readonly string[]]>([
    ["is right as gatekey set it", {}, []],
    ["has a header that is publicly known", { change: { [header]: "x-forwarded-user" } }, ["forgeable-identity risk"]],
    ["has a header that can be guessed", { change: { [header]: "x-our-user" } }, ["forgeable-identity risk"]],
    ["has such a header and refuses the loopback", { change: { [header]: "x-our-user", [loopback]: false } }, []],
    ["names no users", { change: { [users]: undefined } }, ["any-user risk"]],
    ["has an empty list of users", { change: { [users]: [] } }, ["any-user risk"]],
    ["trusts a range", { change: { [trusted]: ["127.0.0.1", "10.0.0.0/8"] } }, ["wide-trust risk"]],
    ["trusts every address", { change: { [trusted]: ["0.0.0.0/0"] } }, ["wide-trust risk"]],
    ["trusts the whole loopback", { change: { [trusted]: ["127.0.0.0/8"] } }, ["wide-trust risk"]],
    ["trusts single addresses with a mask", { change: { [trusted]: ["127.0.0.1/32", "::1/128"] } }, []],
    ["trusts its host's own address", { change: { [trusted]: ["127.0.0.1", "10.0.0.2"] } }, []],
    ["trusts another machine", { change: { [trusted]: ["10.0.0.9"] } }, ["remote-proxy note"]],
    ["approves local nodes", { change: { [approval]: undefined } }, ["auto-approval risk"]],
    ["approves local nodes by its config", { change: { [approval]: true } }, ["auto-approval risk"]],
    ["listens on all addresses", { addresses: ["0.0.0.0"] }, ["second-path risk"]],
    ["will listen on all addresses", { running: false, change: { "gateway.bind": "lan" } }, ["second-path risk"]],
    [
      "listens on all addresses for a proxy elsewhere",
      { addresses: ["0.0.0.0"], change: { [trusted]: ["10.0.0.9"] } },
      ["remote-proxy note"],
    ],
    ["has a proxy that gatekey did not make", { proxies: none }, ["unknown-proxy note"]],
  ])("%s", (_, given, expected) =>
    expect(codes(given).filter((code) => !/^(?:other-mode|no-token) /.test(code))).toEqual(expected),
  )

  it("is described as not by a token", () =>
    expect(causes({}).find(({ code }) => code === "other-mode")).toMatchObject({
      sentence:
        "the gateway on studio has the authentication mode trusted-proxy (~/.openclaw/openclaw.json gateway.auth.mode), not a token",
    }))

  it("says what was found, what was expected, and the fix", () =>
    expect(causes({ change: { [header]: "X-Forwarded-User" } })[0]).toMatchObject({
      sentence:
        "every process on the host of the gateway on studio can claim to be any of its users: gateway.auth.trustedProxy.userHeader is x-forwarded-user, expected a random name, because allowLoopback is true",
      remedy: expect.stringContaining("x-gk-$(openssl rand -hex 16)"),
    }))

  it("names the processes that may be its proxy, and says what is not known", () => {
    const others = [{ pid: 12, program: "nginx" }]
    const [cause] = causes({ proxies: { own: [], others } }).filter(({ code }) => code === "unknown-proxy")
    expect(cause?.sentence).toMatch(/not known; on its host nginx \(pid 12\) runs, and which ports .* cannot be seen/)
  })

  it("shows no name of a header that may be a secret", () =>
    expect(
      JSON.stringify([causes({}), causes({ change: { [header]: "x-our-user" } }), causes({ proxies: none })]),
    ).not.toMatch(/x-gk-9f|x-our-user/))
})
