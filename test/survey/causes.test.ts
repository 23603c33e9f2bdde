import { describe, expect, it } from "vitest"
import { Secret } from "../../core/secret.ts"
import type { PairedNode, Pairings } from "../../gateways/pairings.ts"
import type { Verdict } from "../../gateways/verdict.ts"
import type { Process as Holder, Sight as Port } from "../../listeners/sight.ts"
import type { Sight as Service } from "../../services/manager.ts"
import { causesOf } from "../../survey/causes/index.ts"
import type { Definition } from "../../survey/definitions.ts"
import type { Passage } from "../../survey/wire.ts"
import type { GatewayView, NodeView } from "../../survey/world.ts"
import { gatewayOf, groundOf, nodeOf, type Papers, processOf, surveyOf } from "../support/survey.ts"
import { strong } from "../support/tokens.ts"

type Over = NonNullable<Parameters<typeof surveyOf>[1]>

const O = "OPENCLAW_GATEWAY_TOKEN"
const [right, wrong] = [strong(), strong()]
const config = "~/.openclaw/openclaw.json"
const local = (token = right) => `{gateway:{mode:"local",auth:{token:"${token}"}}}`
const remote = (token = right, more = "") =>
  `{gateway:{mode:"remote",remote:{url:"ws://studio.local:18789",token:"${token}"${more}}}}`
const unit = (words: string, more = "") => `[Service]\nExecStart=/usr/bin/${words}\n${more}`
const gatewayUnit = "~/.config/systemd/user/openclaw-gateway.service"
const nodeUnit = "~/.config/systemd/user/openclaw-node.service"

/** Who has a port. */
function port(
  sockets: readonly { address?: string; pids?: readonly number[]; uid?: number }[],
  holders: readonly Partial<Holder>[] = [],
): Port {
  const processes = holders.map((each) => ({ parent: 1, start: "1", uid: 1000, program: "node", pid: 700, ...each }))
  return {
    ...{ uid: 1000, containers: [], users: new Map(), declared: undefined },
    sockets: sockets.map(({ address = "127.0.0.1", pids = [700], uid = 1000 }) => ({ address, pids, uid })),
    processes: new Map(processes.map((each) => [each.pid, each])),
  }
}

const ownPort = port([{}], [{ gateway: "openclaw" }])
const running = (words = "openclaw gateway run", given = {}, more = {}) => ({
  processes: [processOf(words, given, more)],
})

/** A gateway that is right, but for what is said otherwise. */
function gateway(
  papers: Papers = { [config]: local() },
  over: Over = {},
  more: Partial<GatewayView> = {},
): GatewayView {
  const survey = surveyOf(papers, {
    ...{ sight: running(), ports: new Map([[18789, ownPort]]), target: { host: "ssh://studio", home: "~" } },
    ...over,
  })
  return gatewayOf(survey, more)
}

function node(papers: Papers = { [config]: remote() }, over: Over = {}, more: Partial<NodeView> = {}): NodeView {
  const survey = surveyOf(papers, {
    sight: running("openclaw node run"),
    target: { host: "ssh://tw", home: "~" },
    ...over,
  })
  return nodeOf(survey, { gateway: gateway(), ...more })
}

/** `CODE weight`, without what is worth knowing of the files alone. */
function codes(...views: (GatewayView | NodeView)[]): string[] {
  return causes(...views).map(({ code, weight }) => `${code} ${weight}`)
}

function causes(...views: (GatewayView | NodeView)[]) {
  const nodes = views.filter((view): view is NodeView => "gateway" in view)
  const gateways = views.filter((view): view is GatewayView => !("gateway" in view))
  const behind = nodes.flatMap(({ gateway }) => gateway ?? [])
  const ground = groundOf([...gateways, ...behind], nodes)
  return causesOf({ ...ground, world: { ...ground.world, surveys: views.map(({ survey }) => survey), gateways } })
}

function serviceOf(name: string, sight: Partial<Service>): { services: GatewayView["services"] } {
  const definition: Definition = {
    manager: "systemd",
    name,
    path: `/home/tw/.config/systemd/user/${name}`,
    system: false,
  }
  const plain: Service = {
    ...{ home: "/home/tw", file: { kind: "absent" }, loaded: { kind: "loaded", tokens: [] }, enabled: true },
    ...{ process: { kind: "running" }, live: undefined, reads: { kind: "absent" } },
  }
  return { services: [{ definition, sight: { ...plain, ...sight } }] }
}

const id = "d".repeat(64)
const paired = (more: Partial<PairedNode> = {}, asking = false): Pairings => ({
  nodes: asking ? [] : [{ id, name: "tw", connected: true, revoked: false, silent: false, ...more }],
  requests: asking ? [{ request: "r-1", id, name: "tw", plain: true, silent: false }] : [],
})
const knowing = (pairings: Pairings) => ({ gateway: gateway(undefined, {}, { pairings }) })
const store = { stores: [Buffer.from(`device ${id}`)] }

const passage = (verdict: Verdict, more: Partial<Passage> = {}): Partial<NodeView> => ({
  url: "ws://studio.local:18789",
  passage: {
    ...{ route: { address: "studio.local", port: 18789, tls: false }, addresses: ["10.0.0.2"], verdict, took: 3 },
    ...more,
  },
})
const none = (reason: string): Verdict => ({ kind: "no gateway", reason })
const tls = { route: { address: "studio.local", port: 18789, tls: true }, certificate: "ab".repeat(32) }

describe("nothing is wrong", () => {
  it.each<[string, GatewayView | NodeView]>([
    ["with a gateway", gateway()],
    ["with a node", node()],
    [
      "with a gateway that has another user's beside it",
      gateway(undefined, {
        ports: new Map([[18789, port([{}], [{ gateway: "openclaw" }, { pid: 9, uid: 5, gateway: "openclaw" }])]]),
      }),
    ],
    [
      "with one that has another home's beside it",
      gateway(undefined, {
        sight: {
          processes: [
            processOf("openclaw gateway run"),
            processOf("openclaw gateway run", {}, { pid: 9, home: "/tmp/x" }),
          ],
        },
        ports: new Map([[18789, port([{}], [{ gateway: "openclaw" }, { pid: 9, gateway: "openclaw" }])]]),
      }),
    ],
    [
      "with a gateway whose port its launcher holds",
      gateway(undefined, { sight: running(undefined, {}, { pid: 701, parent: 700 }) }),
    ],
    [
      "with a token that only the product resolves",
      gateway({ [config]: `{gateway:{mode:"local",auth:{token:{source:"exec",provider:"vault",id:"t"}}}}` }),
    ],
    [
      "with a second profile that is a gateway",
      node({ [config]: remote(), "~/.openclaw-work/openclaw.json": `{gateway:{mode:"local",port:5}}` }),
    ],
    [
      "with a config's backup that holds no token",
      gateway({ [config]: local(), "~/.openclaw/openclaw.json.bak": "{}" }),
    ],
    ["with a node that is connected", node(undefined, store, knowing(paired()))],
    [
      "with a node's pin",
      node(
        { [config]: remote(right, `,tlsFingerprint:"${"AB:".repeat(31)}AB"`) },
        {},
        passage({ kind: "accepted" }, tls),
      ),
    ],
    ["with a service that runs", gateway(undefined, {}, serviceOf("openclaw-gateway.service", {}))],
    [
      "with one that was stopped, and does not start by itself",
      gateway(undefined, {}, serviceOf("openclaw-gateway.service", { enabled: false, process: { kind: "stopped" } })),
    ],
    [
      "with the machine's own unit that runs as the user",
      gateway({ [config]: local(), "/etc/systemd/system/openclaw.service": unit("openclaw gateway", "User=tw\n") }),
    ],
    ["with a node whose right token stands twice", node({ [config]: remote(), "~/.openclaw/.env": `${O}=${right}\n` })],
    [
      "with /etc/environment, that everybody reads",
      gateway({ [config]: local(), "/etc/environment": { mode: 0o644, text: "A=b\n" } }),
    ],
    [
      "with a process by hand whose environment no file has",
      node(
        { [nodeUnit]: unit("openclaw node run"), [config]: remote() },
        { sight: running("openclaw node run", { [O]: right }) },
      ),
    ],
    ["with a clock that is a little off", node(undefined, { looked: 9_970 })],
    [
      "with a gateway on all addresses behind TLS",
      gateway(
        { [config]: `{gateway:{mode:"local",auth:{token:"${right}"},tls:{enabled:true}}}` },
        { ports: new Map([[18789, port([{ address: "0.0.0.0" }], [{ gateway: "openclaw" }])]]) },
      ),
    ],
    [
      "with the default name of the product's own variable",
      node({ [config]: remote(), [nodeUnit]: unit("openclaw node run", `Environment=${O}=${right}\n`) }),
    ],
  ])("%s", (_, view) => expect(codes(view)).toEqual([]))
})

describe("what is wrong", () => {
  it.each<[string, GatewayView | NodeView, string[]]>([
    // A gateway and its port.
    [
      "another program has its port",
      gateway(
        undefined,
        { sight: { processes: [] }, ports: new Map([[18789, port([{ pids: [9] }], [{ pid: 9 }])]]) },
        { verdict: { kind: "answers" } },
      ),
      ["port-taken broken"],
    ],
    [
      "one that began after the home was looked at",
      gateway(undefined, {
        ports: new Map([[18789, port([{}], [{ gateway: "openclaw" }, { pid: 9, gateway: "clawdbot" }])]]),
      }),
      [],
    ],
    [
      "two processes of one gateway",
      gateway(undefined, {
        sight: { processes: [processOf("openclaw gateway run"), processOf("openclaw gateway run", {}, { pid: 9 })] },
      }),
      ["second-gateway broken"],
    ],
    [
      "nobody answers",
      gateway(
        undefined,
        { sight: { processes: [] }, ports: new Map([[18789, port([])]]) },
        { verdict: none("nothing listens there") },
      ),
      ["no-gateway broken"],
    ],
    ["it is starting", gateway(undefined, {}, { verdict: { kind: "starting" } }), ["starting note"]],
    [
      "it refuses its own token",
      gateway(undefined, {}, { verdict: { kind: "refused", code: "AUTH_TOKEN_MISMATCH" } }),
      ["gateway-refuses broken"],
    ],
    [
      "its secret file is newer than it",
      gateway(
        {
          [config]: `{secrets:{providers:{p:{source:"file",path:"~/t"}}},gateway:{mode:"local",auth:{token:{source:"file",provider:"p",id:"value"}}}}`,
          "~/t": { kind: "secret file", text: right, mtime: 6_000 },
        },
        {},
        { verdict: { kind: "refused", code: "AUTH_TOKEN_MISMATCH" } },
      ),
      ["secret-newer broken"],
    ],
    [
      "it locks us out",
      gateway(undefined, {}, { verdict: { kind: "rate limited", until: undefined } }),
      ["rate-limited broken"],
    ],
    ["it has no token", gateway({ [config]: `{gateway:{mode:"local"}}` }), ["no-token risk"]],
    ["its token is a default", gateway({ [config]: local("clawdbot-local-dev") }), ["default risk"]],
    [
      "its reference leads nowhere",
      gateway({
        [config]: `{secrets:{providers:{p:{source:"file",path:"/none"}}},gateway:{mode:"local",auth:{token:{source:"file",provider:"p",id:"value"}}}}`,
      }),
      ["secret-missing broken", "unresolved broken"],
    ],
    [
      "it is open to the network",
      gateway(undefined, { ports: new Map([[18789, port([{ address: "0.0.0.0" }], [{ gateway: "openclaw" }])]]) }),
      ["open-bind note"],
    ],
    // Files.
    [
      "its config is broken",
      gateway({ [config]: "{gateway:", [gatewayUnit]: unit("openclaw gateway") }),
      ["config-broken broken", "no-token risk"],
    ],
    [
      "its config has a key that the product refuses",
      gateway(
        { [config]: `{gateway:{mode:"local",auth:{token:"${right}",bogus:1}}}` },
        { sight: { processes: [] }, ports: new Map([[18789, port([])]]) },
        {
          verdict: none("nothing listens there"),
          log: [`× openclaw.json:1 — gateway.auth: Unrecognized key: "bogus"`],
        },
      ),
      ["unknown-key broken", "no-gateway broken"],
    ],
    ...(
      [
        ["a link", { isLink: true }, "secret-link"],
        ["a hard link", { links: 2 }, "secret-hardlink"],
        ["open", { mode: 0o644 }, "secret-open"],
        ["of another owner", { uid: 0 }, "secret-owner"],
      ] as const
    ).map(([what, more, code]): [string, GatewayView, string[]] => [
      `its secret file is ${what}`,
      gateway({
        [config]: `{secrets:{providers:{p:{source:"file",path:"~/t"}}},gateway:{mode:"local",auth:{token:{source:"file",provider:"p",id:"value"}}}}`,
        "~/t": { kind: "secret file", text: right, ...more },
      }),
      [`${code} broken`],
    ]),
    // What a node presents.
    [
      "its environment wins over the config",
      node({ [config]: remote() }, { sight: running("openclaw node run", { [O]: wrong }) }),
      ["wrong-token broken"],
    ],
    ["its config is stale", node({ [config]: remote(wrong) }), ["wrong-token broken"]],
    [
      "its config is stale, and it has its device's token",
      node({ [config]: remote(wrong) }, store, knowing(paired())),
      ["stale-spare risk"],
    ],
    [
      "its environment is stale, and it has its device's token",
      node(
        { [config]: remote() },
        { ...store, sight: running("openclaw node run", { [O]: wrong }) },
        knowing(paired()),
      ),
      ["wrong-token broken"],
    ],
    [
      "its file of variables is newer than its process",
      node(
        {
          [nodeUnit]: unit("openclaw node run", "EnvironmentFile=/t\n"),
          "/t": { kind: "unit env file", text: `${O}=${right}\n` },
        },
        {
          sight: running(
            "openclaw node run",
            { [O]: wrong },
            { service: { manager: "systemd", name: "openclaw-node.service", system: false } },
          ),
        },
      ),
      ["stale-process broken"],
    ],
    ["its token has quotes", node({ [config]: remote(`'${right}'`) }), ["flawed-token broken"]],
    [
      "its token has a line break",
      node({ [config]: remote() }, { sight: running("openclaw node run", { [O]: `${right}\n` }) }),
      ["flawed-token broken"],
    ],
    ["its token has a carriage return", node({ [config]: remote(`${right}\\r`) }), ["flawed-token broken"]],
    [
      "the name of the product before is all that is set",
      node({ [nodeUnit]: unit("openclaw node run", `Environment=CLAWDBOT_GATEWAY_TOKEN=${right}\n`) }),
      ["ignored-name broken"],
    ],
    [
      "there are two profiles of nodes",
      node({ [config]: remote(), "~/.openclaw-work/openclaw.json": remote() }),
      ["profiles risk"],
    ],
    // Its way.
    ["its name is unknown", node(undefined, {}, passage(none("no such name"), { addresses: [] })), ["no-name broken"]],
    [
      "its name means another machine",
      node(undefined, {}, passage(none("refused"), { addresses: ["10.9.9.9"] })),
      ["wrong-address broken"],
    ],
    [
      "its certificate is not the pinned one",
      node({ [config]: remote(right, `,tlsFingerprint:"${"cd".repeat(32)}"`) }, {}, passage({ kind: "answers" }, tls)),
      ["tls-pin broken"],
    ],
    [
      "it is locked out",
      node(undefined, {}, passage({ kind: "rate limited", until: undefined })),
      ["locked-out broken"],
    ],
    [
      "the gateway listens on its loopback only",
      node(undefined, {}, passage(none("connection refused"))),
      ["loopback-only broken"],
    ],
    ["a firewall drops it", node(undefined, {}, passage(none("timed out after 4 s"))), ["dropped broken"]],
    // Its pairing.
    ["its pairing is pending", node(undefined, store, knowing(paired({}, true))), ["pairing-pending broken"]],
    [
      "what it may do is pending",
      node(undefined, store, knowing(paired({ asks: { request: "r-2", first: true } }))),
      ["pairing-pending broken"],
    ],
    ["its device's token is revoked", node(undefined, store, knowing(paired({ revoked: true }))), ["revoked broken"]],
    [
      "its pairing was pruned, and it has no token",
      node({ [config]: `{gateway:{mode:"remote"}}` }, store, knowing({ nodes: [], requests: [] })),
      ["pruned broken"],
    ],
    ["it is away", node(undefined, store, knowing(paired({ connected: false }))), ["away note"]],
    // A service.
    [
      "its definition was not reloaded",
      gateway(undefined, {}, serviceOf("x.service", { loaded: { kind: "stale", tokens: [] } })),
      ["not-reloaded risk"],
    ],
    [
      "its definition is masked",
      gateway(undefined, {}, serviceOf("x.service", { loaded: { kind: "masked" } })),
      ["not-loaded broken"],
    ],
    [
      "it failed too often",
      gateway(undefined, {}, serviceOf("x.service", { process: { kind: "failed" } })),
      ["start-limit broken"],
    ],
    [
      "it is stopped",
      gateway(undefined, {}, serviceOf("x.service", { process: { kind: "stopped" } })),
      ["not-running broken"],
    ],
    [
      "it is root's",
      gateway({ [config]: local(), "/etc/systemd/system/openclaw.service": unit("openclaw gateway") }),
      ["roots-service risk"],
    ],
    [
      "the manager gives a token to all",
      gateway(undefined, {
        sight: { ...running(), session: [{ by: "systemd", variable: O, value: new Secret(wrong) }] },
      }),
      ["session-environment risk"],
    ],
    // Places.
    ["a file can be read by others", gateway({ [config]: { mode: 0o644, text: local() } }), ["readable risk"]],
    [
      "a file with another token can be read by others",
      gateway({ [config]: local(), "~/.openclaw/.env": { mode: 0o640, text: `${O}=${wrong}\n` } }),
      ["readable note"],
    ],
    [
      "a backup holds the live token",
      gateway({ [config]: local(), "~/.openclaw/openclaw.json.bak": local() }),
      ["backup risk"],
    ],
    [
      "the product keeps its last good config",
      gateway({ [config]: local(), "~/.openclaw/openclaw.json.last-good": local() }),
      ["backup note"],
    ],
    [
      "a backup holds an old one",
      gateway({ [config]: local(), "~/.openclaw/openclaw.json.bak": local(wrong) }),
      ["backup note"],
    ],
    [
      "a script holds one",
      gateway({
        [config]: local(),
        "/home/tw/bin/x": { kind: "script", text: `openclaw devices list --token ${right}` },
      }),
      ["script risk"],
    ],
    [
      "the crontab holds one",
      gateway(undefined, { sight: { ...running(), crontab: [`@reboot openclaw gateway --token ${right}`] } }),
      ["script risk"],
    ],
    ["a shell exports one", gateway({ [config]: local(), "~/.zshrc": `export ${O}=${wrong}\n` }), ["profile risk"]],
    [
      "every log-in exports one",
      gateway({ [config]: local(), "/etc/environment": { mode: 0o644, uid: 0, text: `${O}=${right}\n` } }),
      ["profile risk"],
    ],
    [
      "arguments hold one",
      gateway({ [config]: local(), [gatewayUnit]: unit(`openclaw gateway --token ${right}`) }),
      ["argument risk"],
    ],
    ["its clock is off", node(undefined, { looked: 9_000 }), ["clock risk"]],
  ])("%s", (_, view, found) => expect(codes(view)).toEqual(found))
})

it("leaves out what a stack keeps at the live token", () => {
  const view = gateway({ [config]: local(), "~/.zshrc": `export ${O}=${right}\n` })
  const ground = groundOf([view])
  const codesWith = (isDeclared: () => boolean) => causesOf({ ...ground, isDeclared }).map(({ code }) => code)
  expect([codesWith(() => true), codesWith(() => false)]).toEqual([[], ["profile"]])
})

describe("what mends it", () => {
  const remedyOf = (view: GatewayView | NodeView) => causes(view)[0]?.remedy

  it.each<[string, GatewayView | NodeView, string]>([
    [
      "words are no command for a host",
      node({ [config]: remote() }, { sight: running("openclaw node run", { [O]: wrong }) }),
      "",
    ],
    [
      "a mode keeps what the owner may",
      gateway({
        [config]: local(),
        "/home/tw/bin/x": { kind: "script", mode: 0o755, text: `openclaw devices list --token ${right}` },
      }),
      "ssh studio 'chmod go-rwx /home/tw/bin/x'",
    ],
  ])("%s", (_, view, remedy) => {
    const all = causes(view).map(({ remedy }) => remedy)
    if (remedy) expect(all).toContain(remedy)
    else expect(all).toEqual([undefined])
  })

  it("is told in words for a stale copy", () => {
    const view = node({ [config]: remote(), "~/.openclaw/.env": `${O}=${wrong}\n` })
    expect(remedyOf(view)).toMatch(/^remove OPENCLAW_GATEWAY_TOKEN from ~\/\.openclaw\/\.env, or declare the node/)
  })
})

describe("the sentence", () => {
  it.each<[string, GatewayView | NodeView, string]>([
    [
      "names the winner and the loser",
      node({ [config]: remote(), "~/.openclaw/.env": `${O}=${wrong}\n` }),
      "tw will be refused: ~/.openclaw/.env wins over the config (~/.openclaw/openclaw.json), it presents B, and studio takes A",
    ],
    [
      "does not name a config without a token",
      node({ [config]: `{gateway:{mode:"remote"}}`, "~/.openclaw/.env": `${O}=${wrong}\n` }),
      "tw will be refused: ~/.openclaw/.env, it presents B, and studio takes A",
    ],
    [
      "names the home of a machine's service that runs as another",
      gateway({ [config]: local(), "/etc/systemd/system/openclaw.service": unit("openclaw gateway", "User=other\n") }),
      "openclaw.service (/etc/systemd/system/openclaw.service) is the machine's own service: it runs as other, and reads that user's files, not those of tw",
    ],
  ])("%s", (_, view, sentence) => expect(causes(view)[0]?.sentence).toBe(sentence))
})
