import { describe, expect, it } from "vitest"
import { Foreign } from "../../../core/foreign.ts"
import { Secret } from "../../../core/secret.ts"
import type { PairedNode, Pairings } from "../../../gateways/pairings.ts"
import type { Verdict } from "../../../gateways/verdict.ts"
import type { HostProcess as Holder, PortSnapshot as Port } from "../../../probes/listeners/snapshot.ts"
import type { ServiceSnapshot as Service } from "../../../probes/services/manager.ts"
import { causesOf } from "../../../survey/causes/index.ts"
import type { Passage } from "../../../survey/collect/wire.ts"
import type { Definition } from "../../../survey/files/definition.ts"
import { suspectsOf } from "../../../survey/resolve/suspects.ts"
import type { GatewayView, NodeView } from "../../../survey/resolve/view.ts"
import { gatewayOf, groundOf, nodeOf, type Papers, processOf, surveyOf } from "../../support/survey/papers.ts"
import { strong } from "../../support/tokens.ts"

type Over = NonNullable<Parameters<typeof surveyOf>[1]>

const O = "OPENCLAW_GATEWAY_TOKEN"
const [right, wrong] = [strong(), strong()]
const config = "~/.openclaw/openclaw.json"
const local = (token = right) => `{gateway:{mode:"local",auth:{token:"${token}"}}}`
const remote = (token = right, more = "") =>
  `{gateway:{mode:"remote",remote:{url:"ws://studio.local:18789",token:"${token}"${more}}}}`
const password = `{gateway:{mode:"local",auth:{mode:"password",password:"${wrong}"}}}`
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
    ...{ snapshot: running(), ports: new Map([[18789, ownPort]]), target: { host: "ssh://studio", home: "~" } },
    ...over,
  })
  return gatewayOf(survey, more)
}

/** The gateway of a config that nothing starts, beside one that runs on its port. */
function idle(papers: Papers, product: "openclaw" | "clawdbot"): GatewayView {
  const view = gateway(papers, {}, { verdict: { kind: "answers" } })
  const member = view.survey.members.find((each) => each.product === product)
  if (!member) throw new Error(`the home has no ${product}`)
  return { ...view, member }
}

const script = (line: string): Papers[string] => ({ kind: "script", mode: 0o700, text: `#!/bin/sh\n${line}\n` })
const asked = (more: Partial<GatewayView["inquiry"]>): GatewayView["inquiry"] => ({
  ...{ verdict: { kind: "answers" }, refused: [], untried: 0, ...more },
})

/** A running gateway that was started with the right token, whatever its config says. */
function found(papers: Papers): GatewayView {
  const view = gateway(papers, { snapshot: running("openclaw-gateway", {}, { argumentsSeen: false }) })
  const inUse = suspectsOf(view.member, view.survey).find(({ value }) => value.equals(right))
  if (!inUse) throw new Error("the token in use is no suspect")
  const wins = { candidates: [inUse, ...view.live.candidates], wins: inUse }
  return { ...view, live: wins, inquiry: asked({ inUse, refused: [new Secret(wrong)] }) }
}

function node(papers: Papers = { [config]: remote() }, over: Over = {}, more: Partial<NodeView> = {}): NodeView {
  const survey = surveyOf(papers, {
    snapshot: running("openclaw node run"),
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

function serviceOf(name: string, snapshot: Partial<Service>): { services: GatewayView["services"] } {
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
  return { services: [{ definition, snapshot: { ...plain, ...snapshot } }] }
}

const id = "d".repeat(64)
const paired = (more: Partial<PairedNode> = {}, asking = false): Pairings => ({
  nodes: asking ? [] : [{ id, name: new Foreign("tw"), connected: true, revoked: false, silent: false, ...more }],
  requests: asking
    ? [{ request: new Foreign("r-1"), id, name: new Foreign("tw"), isFirstAsNode: true, silent: false }]
    : [],
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
const none = (reason: string, code?: string): Verdict => ({ kind: "no gateway", reason, ...(code ? { code } : {}) })
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
        snapshot: {
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
      gateway(undefined, { snapshot: running(undefined, {}, { pid: 701, parent: 700 }) }),
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
        { snapshot: running("openclaw node run", { [O]: right }) },
      ),
    ],
    ["with a clock that is a little off", node(undefined, { surveyedAt: 9_970 })],
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
        { snapshot: { processes: [] }, ports: new Map([[18789, port([{ pids: [9] }], [{ pid: 9 }])]]) },
        { verdict: { kind: "answers" } },
      ),
      ["port-taken broken"],
    ],
    [
      "a config of its predecessor, which nothing starts, has the same port",
      idle({ "~/.clawdbot/clawdbot.json": local(wrong) }, "clawdbot"),
      [],
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
        snapshot: { processes: [processOf("openclaw gateway run"), processOf("openclaw gateway run", {}, { pid: 9 })] },
      }),
      ["second-gateway broken"],
    ],
    [
      "nobody answers",
      gateway(
        undefined,
        { snapshot: { processes: [] }, ports: new Map([[18789, port([])]]) },
        { verdict: none("nothing listens there") },
      ),
      ["no-gateway broken"],
    ],
    ...[
      ["began a moment ago and listens nowhere", {}, ["starting unknown"]],
      ["began a moment ago and listens on another port", { listens: [4711] }, ["no-gateway broken"]],
      ["began long ago", { started: 5_000 }, ["no-gateway broken"]],
    ].map(([what, more, codes]): [string, GatewayView, string[]] => [
      `it ${what}`,
      gateway(
        undefined,
        {
          snapshot: { processes: [processOf("openclaw gateway run", {}, { started: 9_980, ...(more as object) })] },
          ports: new Map([[18789, port([])]]),
        },
        { verdict: none("nothing listens there") },
      ),
      codes as string[],
    ]),
    ["it is starting", gateway(undefined, {}, { verdict: { kind: "starting" } }), ["starting unknown"]],
    ...(
      [
        [0, "starting unknown"],
        [120, "no-gateway broken"],
      ] as const
    ).map(([age, code]): [string, GatewayView, string[]] => [
      `nothing answers, and a process that names the product alone began ${age} s ago`,
      gateway(
        undefined,
        { snapshot: { unnamed: [processOf("openclaw", {}, { started: 10_000 - age })] }, ports: new Map() },
        { verdict: { kind: "no gateway", reason: "nothing listens there" } },
      ),
      [code],
    ]),
    ...(
      [
        [18789, wrong, ["profile-token risk"]],
        [18789, right, []],
        [19001, wrong, []],
      ] as const
    ).map(([port, token, codes], at): [string, GatewayView, string[]] => [
      `a profile without a gateway of its own has the port ${port} (${at})`,
      gateway({
        [config]: local(),
        "~/.openclaw-trial/openclaw.json": `{gateway:{mode:"local",port:${port},auth:{token:"${token}"}}}`,
      }),
      [...codes],
    ]),
    [
      "its unit needs a file of variables that is missing, which is no password",
      gateway(
        {
          [config]: `{gateway:{mode:"local"}}`,
          [gatewayUnit]: unit("openclaw gateway run", "EnvironmentFile=/etc/x\n"),
        },
        { snapshot: {}, ports: new Map() },
        { verdict: { kind: "no gateway", reason: "nothing listens there" } },
      ),
      ["unresolved broken", "no-gateway broken"],
    ],
    [
      "it refuses its own token",
      gateway(undefined, {}, { verdict: { kind: "refused", code: new Foreign("AUTH_TOKEN_MISMATCH") } }),
      ["gateway-refuses broken"],
    ],
    [
      "its secret file is newer than it",
      gateway(
        {
          [config]: `{secrets:{providers:{p:{source:"file",path:"~/t",mode:"singleValue"}}},gateway:{mode:"local",auth:{token:{source:"file",provider:"p",id:"value"}}}}`,
          "~/t": { kind: "secret file", text: right, mtime: 6_000 },
        },
        {},
        { verdict: { kind: "refused", code: new Foreign("AUTH_TOKEN_MISMATCH") } },
      ),
      ["secret-newer broken"],
    ],
    [
      "it locks us out",
      gateway(undefined, {}, { verdict: { kind: "rate limited", until: undefined } }),
      ["rate-limited broken"],
    ],
    [
      "it says that it made up a token",
      gateway({ [config]: `{gateway:{mode:"local"}}` }, {}, { runtimeToken: true }),
      ["no-token risk"],
    ],
    ["nothing says what it accepts", gateway({ [config]: `{gateway:{mode:"local"}}` }), ["token-not-known unknown"]],
    [
      "it does not run, and no place has a token",
      gateway(
        { [config]: `{gateway:{mode:"local"}}` },
        { snapshot: {}, ports: new Map([[18789, port([])]]) },
        { verdict: none("nothing listens there") },
      ),
      ["no-gateway broken", "no-token risk"],
    ],
    [
      "it does not run, and a script that starts it has a token",
      gateway(
        { [config]: `{gateway:{mode:"local"}}`, "~/bin/start": script(`openclaw gateway run --token ${right}`) },
        { snapshot: {}, ports: new Map([[18789, port([])]]) },
        { verdict: none("nothing listens there") },
      ),
      ["no-gateway broken", "script risk"],
    ],
    [
      "it lets in everybody",
      gateway({ [config]: `{gateway:{mode:"local"}}` }, {}, { inquiry: asked({ anonymous: { kind: "accepted" } }) }),
      ["open risk"],
    ],
    [
      "it lets in everybody, beyond the loopback as well",
      gateway(
        { [config]: `{gateway:{mode:"local",auth:{mode:"none",token:"${right}"}}}` },
        { ports: new Map([[18789, port([{ address: "0.0.0.0" }], [{ gateway: "openclaw" }])]]) },
        { inquiry: asked({ anonymous: { kind: "accepted" } }), verdict: { kind: "accepted" } },
      ),
      ["open broken", "open-bind note"],
    ],
    ...(
      [
        [`mode:"password",password:"${wrong}"`],
        [`mode:"password",password:"${wrong}",token:"${right}"`],
        [`mode:"password",password:"hunter2"`, "weak-password risk"],
        [`password:"hunter2"`, "weak-password risk"],
        [`mode:"password"`, "refuses-start risk"],
        [`mode:"none",token:"${right}"`, "unauthenticated risk"],
        [`mode:"trusted-proxy"`, "other-mode note"],
        [`mode:"trusted-proxy",token:"${right}"`, "refuses-start risk"],
        [`password:"${wrong}",token:"${right}"`, "refuses-start risk"],
        [`password:"${wrong}"`],
        [`token:""`, "refuses-start risk"],
      ] as const
    ).map(([auth, ...codes]): [string, GatewayView, string[]] => [
      `its config has ${auth.replace(right, "RIGHT").replace(wrong, "WRONG")}`,
      gateway({ [config]: `{gateway:{mode:"local",auth:{${auth}}}}` }, {}, { verdict: { kind: "answers" } }),
      codes,
    ]),
    ...(
      [
        ["proves it", { kind: "refused", code: new Foreign("AUTH_PASSWORD_MISMATCH") }, "password-mode broken"],
        ["accepts the token until it is restarted", { kind: "accepted" }, "password-mode risk"],
      ] as const
    ).map(([how, verdict, code]): [string, GatewayView, string[]] => [
      `a password in .env switches it to another mode, and its answer ${how}`,
      gateway({ [config]: local(), "~/.openclaw/.env": `OPENCLAW_GATEWAY_PASSWORD=${wrong}\n` }, {}, { verdict }),
      [code],
    ]),
    [
      "its only token is under the key of clients",
      gateway({ [config]: `{gateway:{mode:"local",remote:{token:"${right}"}}}` }),
      ["wrong-key risk"],
    ],
    [
      "it says that a password is wrong",
      gateway({ [config]: local() }, {}, { verdict: { kind: "refused", code: new Foreign("AUTH_PASSWORD_MISMATCH") } }),
      ["token-not-known unknown"],
    ],
    [
      "it hides its arguments, and accepts what its unit gives it",
      gateway(
        {
          [config]: `{gateway:{mode:"local",auth:{token:"${wrong}"}}}`,
          "~/.config/systemd/user/openclaw-gateway.service": unit(`openclaw gateway run --token ${right}`),
        },
        { snapshot: { processes: [processOf("openclaw-gateway", {}, { argumentsSeen: false })] } },
        { verdict: { kind: "accepted" } },
      ),
      ["flag-wins broken", "argument risk"],
    ],
    [
      "it accepts what a script gave it, and rejects its config's",
      found({ [config]: local(wrong), "~/bin/start": script(`exec openclaw gateway run --token ${right}`) }),
      ["flag-wins broken", "script risk"],
    ],
    [
      "it accepts what a backup has",
      found({ [config]: local(wrong), [`${config}.bak`]: local() }),
      ["other-token broken", "backup risk"],
    ],
    ["its token is a default", gateway({ [config]: local("clawdbot-local-dev") }), ["default risk"]],
    [
      "its reference leads nowhere",
      gateway({
        [config]: `{secrets:{providers:{p:{source:"file",path:"/none",mode:"singleValue"}}},gateway:{mode:"local",auth:{token:{source:"file",provider:"p",id:"value"}}}}`,
      }),
      ["secret-missing broken", "unresolved broken"],
    ],
    ...(
      [
        ["~/.zshrc", `export ${O}=\${${O}:-clawdbot-local-dev}\n`, "profile risk"],
        ["~/bin/q.sh", script(`exec openclaw gateway run --token "\${TOK:-clawdbot-local-dev}"`), "script risk"],
      ] as const
    ).map(([path, text, code]): [string, GatewayView, string[]] => [
      `a public default is a fallback in ${path}`,
      gateway({ [config]: local(), [path]: text }),
      [code],
    ]),
    [
      "it is open to the network",
      gateway(undefined, { ports: new Map([[18789, port([{ address: "0.0.0.0" }], [{ gateway: "openclaw" }])]]) }),
      ["open-bind note"],
    ],
    // Files.
    [
      "its config is broken",
      gateway(
        { [config]: "{gateway:", [gatewayUnit]: unit("openclaw gateway") },
        { snapshot: {}, ports: new Map([[18789, port([])]]) },
        { verdict: none("nothing listens there") },
      ),
      ["config-broken broken", "no-gateway broken", "token-not-known unknown"],
    ],
    [
      "its config has a key that the product refuses",
      gateway(
        { [config]: `{gateway:{mode:"local",auth:{token:"${right}",bogus:1}}}` },
        { snapshot: { processes: [] }, ports: new Map([[18789, port([])]]) },
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
        [config]: `{secrets:{providers:{p:{source:"file",path:"~/t",mode:"singleValue"}}},gateway:{mode:"local",auth:{token:{source:"file",provider:"p",id:"value"}}}}`,
        "~/t": { kind: "secret file", text: right, ...more },
      }),
      [`${code} broken`],
    ]),
    // What a node presents.
    [
      "its environment wins over the config",
      node({ [config]: remote() }, { snapshot: running("openclaw node run", { [O]: wrong }) }),
      ["wrong-token broken"],
    ],
    ["a command is read for, and its token is right", node({ [config]: remote() }, { snapshot: {} }), []],
    [
      "a command takes its config before .env",
      node({ [config]: remote(wrong), "~/.openclaw/.env": `${O}=${right}\n` }, { snapshot: {} }),
      ["wrong-token broken"],
    ],
    [
      "a command has no token",
      node({ [config]: `{gateway:{mode:"remote",remote:{url:"ws://studio.local:18789"}}}` }, { snapshot: {} }),
      ["no-token-sent risk"],
    ],
    [
      "a command's gateway was not looked at",
      node({ [config]: remote() }, { snapshot: {} }, { gateway: undefined }),
      ["not-asked unknown"],
    ],
    [
      "its gateway was not looked at",
      node({ [config]: remote() }, { snapshot: running("openclaw node run") }, { gateway: undefined }),
      ["not-asked unknown"],
    ],
    [
      "its gateway was not looked at, and it has no token",
      node({}, { snapshot: running("openclaw node run") }, { gateway: undefined }),
      ["not-asked unknown"],
    ],
    [
      "its service is given what another program gives it",
      node(
        { [nodeUnit]: unit("op run --env-file /x -- openclaw node run"), [config]: remote(wrong) },
        { snapshot: {} },
      ),
      ["not-known unknown"],
    ],
    [
      "its token is a reference that only the product resolves",
      node({ [config]: `{gateway:{mode:"remote",remote:{token:{source:"exec",provider:"p",id:"t"}}}}` }, store),
      ["not-known unknown"],
    ],
    [
      "it has a token, and its gateway takes a password",
      node(
        { [config]: remote() },
        {},
        { gateway: gateway({ [config]: password }, {}, { verdict: { kind: "answers" } }) },
      ),
      ["password-gateway broken"],
    ],
    [
      "its token is the password of its gateway, which openclaw takes",
      node({ [config]: remote(wrong) }, {}, { gateway: gateway({ [config]: password }) }),
      [],
    ],
    [
      "it has a password, as its gateway takes",
      node(
        { [config]: remote(right, `,password:"${wrong}"`) },
        {},
        {
          gateway: gateway({ [config]: password }, {}, { verdict: { kind: "answers" } }),
        },
      ),
      [],
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
        { ...store, snapshot: running("openclaw node run", { [O]: wrong }) },
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
          snapshot: running(
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
      "its token has a line break, which it does not send",
      node({ [config]: remote() }, { snapshot: running("openclaw node run", { [O]: `${right}\n` }) }),
      [],
    ],
    ["its token has a carriage return, which it does not send", node({ [config]: remote(`${right}\\r`) }), []],
    [
      "a script that its unit starts exports another",
      node(
        {
          [config]: remote(),
          [nodeUnit]: "[Service]\nExecStart=/bin/sh %h/bin/start-node\n",
          "~/bin/start-node": script(`export ${O}=${wrong}\nexec openclaw node run`),
        },
        { snapshot: running("openclaw node run", { [O]: wrong }) },
      ),
      ["wrong-token broken", "script risk"],
    ],
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
      "what answers speaks TLS, and it does not",
      node(undefined, {}, passage({ kind: "not a gateway", what: "HTTP 400" }, { lacksTls: true })),
      ["lacks-tls broken"],
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
      node(undefined, {}, passage(none("connection refused", "ECONNREFUSED"))),
      ["loopback-only broken"],
    ],
    ["a firewall drops it", node(undefined, {}, passage(none("timed out after 4 s", "ETIMEDOUT"))), ["dropped broken"]],
    // Its pairing.
    ["its pairing is pending", node(undefined, store, knowing(paired({}, true))), ["pairing-pending broken"]],
    [
      "what it may do is pending",
      node(undefined, store, knowing(paired({ pendingPermissions: { request: new Foreign("r-2"), first: true } }))),
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
        snapshot: { ...running(), session: [{ by: "systemd", variable: O, value: new Secret(wrong) }] },
      }),
      ["session-environment risk"],
    ],
    // Places.
    ["a file can be read by others", gateway({ [config]: { mode: 0o644, text: local() } }), ["readable risk"]],
    [
      "a link leads to a file that others can read",
      gateway({
        [config]: {
          ...{ isLink: true, mode: 0o777 },
          look: { kind: "file", bytes: Buffer.from(local()), mode: 0o444, leftover: false },
        },
      }),
      ["readable risk"],
    ],
    [
      "a link leads to a file that only its user can read",
      gateway({
        [config]: {
          isLink: true,
          mode: 0o777,
          look: { kind: "file", bytes: Buffer.from(local()), mode: 0o600, leftover: false },
        },
      }),
      [],
    ],
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
      gateway(undefined, { snapshot: { ...running(), crontab: [`@reboot openclaw gateway --token ${right}`] } }),
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
    ["its clock is off", node(undefined, { surveyedAt: 9_000 }), ["clock risk"]],
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
      node({ [config]: remote() }, { snapshot: running("openclaw node run", { [O]: wrong }) }),
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

  it("is to unset what a service manager gives to all its services", () => {
    const session = [{ by: "systemd", variable: O, value: new Secret(wrong) }]
    const view = node({ [config]: remote(), [nodeUnit]: unit("openclaw node run") }, { snapshot: { session } })
    expect(remedyOf(view)).toBe(`ssh tw 'systemctl --user unset-environment ${O}'`)
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
      "tw will be rejected: ~/.openclaw/.env overrides the config (~/.openclaw/openclaw.json), so it sends B, but studio accepts A",
    ],
    [
      "does not say that a file wins over itself",
      node({ [config]: remote(), "~/.openclaw/.env": `${O}=${right}\n${O}=${wrong}\n` }),
      "tw will be rejected: ~/.openclaw/.env overrides the config (~/.openclaw/openclaw.json), so it sends B, but studio accepts A",
    ],
    [
      "does not name a config without a token",
      node({ [config]: `{gateway:{mode:"remote"}}`, "~/.openclaw/.env": `${O}=${wrong}\n` }),
      "tw will be rejected: from ~/.openclaw/.env it sends B, but studio accepts A",
    ],
    [
      "names a public default in a Compose file, also as what counts if nothing sets a variable",
      gateway({
        [config]: local(),
        "~/proj/compose.yml": {
          kind: "compose environment",
          text: `services: {gw: {image: openclaw, environment: {${O}: "$${"{X:-clawdbot-local-dev}"}"}}}`,
        },
      }),
      "~/proj/compose.yml fallback of OPENCLAW_GATEWAY_TOKEN (line 1) on studio contains B, the public default clawdbot-local-dev, which is publicly known: a gateway that is started with it accepts it",
    ],
    [
      "calls a password one",
      gateway({ [config]: password, "~/.openclaw/openclaw.json.bak": password }),
      "~/.openclaw/openclaw.json.bak gateway.auth.password on studio contains the live password: a backup, which no rotation reaches",
    ],
    [
      "tells of TLS where a gateway that is declared without it answers nobody",
      gateway(
        { [config]: `{gateway:{mode:"local",tls:{enabled:true},auth:{token:"${right}"}}}` },
        {},
        { declared: true, verdict: { kind: "no gateway", reason: "the connection was closed" } },
      ),
      "no gateway answers on studio, port 18789: the connection was closed; its config enables TLS (gateway.tls.enabled), so it does not answer a client without TLS",
    ],
    [
      "names the script that gives a service another token",
      node(
        {
          [config]: remote(),
          [nodeUnit]: "[Service]\nExecStart=/bin/sh %h/bin/start-node\n",
          "~/bin/start-node": script(`export ${O}=${wrong}\nexec openclaw node run`),
        },
        { snapshot: {} },
      ),
      "tw will be rejected: ~/bin/start-node overrides the config (~/.openclaw/openclaw.json), so it sends B, but studio accepts A",
    ],
    [
      "names the file of a manager's environment",
      node(
        {
          [config]: remote(),
          [nodeUnit]: unit("openclaw node run"),
          "~/.config/environment.d/50-claw.conf": `${O}=${wrong}\n`,
        },
        { snapshot: { session: [{ by: "systemd", variable: O, value: new Secret(wrong) }] } },
      ),
      "tw will be rejected: systemd's environment (~/.config/environment.d/50-claw.conf) overrides the config (~/.openclaw/openclaw.json), so it sends B, but studio accepts A",
    ],
    [
      "names the home of a machine's service that runs as another",
      gateway({ [config]: local(), "/etc/systemd/system/openclaw.service": unit("openclaw gateway", "User=other\n") }),
      "openclaw.service (/etc/systemd/system/openclaw.service) is the machine's own service: it runs as other, and reads that user's files, not those of tw",
    ],
  ])("%s", (_, view, sentence) => expect(causes(view)[0]?.sentence).toBe(sentence))
})

it.each([
  [
    "by its files",
    gateway({ [config]: `{gateway:{mode:"local",auth:{mode:"none"}}}` }, {}, open()),
    /^set gateway\.auth\.mode/,
  ],
  [
    "by a flag that is seen",
    gateway(undefined, { snapshot: running("openclaw gateway run --auth none") }, open()),
    /^remove --auth from/,
  ],
  [
    "by a flag that is hidden",
    gateway(undefined, { snapshot: running("openclaw-gateway", {}, { argumentsSeen: false }) }, open()),
    /^its files set the mode token, so it was started with --auth none, .*ps -o ppid= -o args= -p 700/,
  ],
])("a gateway that lets in every client %s gets a fix for that", (_, view, remedy) => {
  const cause = causesOf(groundOf([view])).find(({ code }) => code === "open")
  expect(cause?.remedy).toMatch(remedy)
})

function open(): Partial<GatewayView> {
  return { verdict: { kind: "accepted" }, inquiry: asked({ anonymous: { kind: "accepted" } }) }
}
