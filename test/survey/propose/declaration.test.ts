import { describe, expect, it } from "vitest"
import { parse } from "yaml"
import { Foreign } from "../../../core/foreign.ts"
import type { HostProcess as Holder, PortSnapshot as Port } from "../../../probes/listeners/snapshot.ts"
import { parseConfig } from "../../../stacks/config.ts"
import type { Survey } from "../../../survey/collect/survey.ts"
import { declarationOf } from "../../../survey/propose/declaration.ts"
import { draftData, draftText } from "../../../survey/propose/draft.ts"
import { inquire } from "../../../survey/resolve/inquiry.ts"
import { suspectsOf } from "../../../survey/resolve/suspects.ts"
import type { GatewayView } from "../../../survey/resolve/view.ts"
import { gatewayOf, type Papers, processOf, surveyOf } from "../../support/survey/papers.ts"
import { strong } from "../../support/tokens.ts"

const O = "OPENCLAW_GATEWAY_TOKEN"
const config = "~/.openclaw/openclaw.json"
const [T, other, third] = [strong(), strong(), strong()]
const local = (auth = "") => `{gateway:{mode:"local"${auth ? `,auth:{${auth}}` : ""}}}`
const script = (text: string): Papers[string] => ({ kind: "script", mode: 0o700, text: `#!/bin/sh\n${text}\n` })
const holder: Holder = { pid: 700, parent: 1, start: "1", uid: 1000, program: "node", gateway: "openclaw" }
const port: Port = {
  ...{ uid: 1000, containers: [], users: new Map(), declared: undefined },
  sockets: [{ address: "127.0.0.1", pids: [700], uid: 1000 }],
  processes: new Map([[700, holder]]),
}

/** A gateway that runs with `T`, its command line hidden, and is asked as a real one is. */
async function running(papers: Papers, given = {}, over: Parameters<typeof surveyOf>[1] = {}): Promise<GatewayView> {
  const processes = [processOf("openclaw-gateway", given, { argumentsSeen: false })]
  const survey = surveyOf(papers, { snapshot: { processes }, ports: new Map([[18789, port]]), ...over })
  const view = gatewayOf(survey)
  const suspects = suspectsOf(view.member, survey, [...view.live.candidates, ...view.next.candidates], view.credential)
  const inquiry = await inquire(
    async (token) =>
      token === undefined
        ? { kind: "answers" }
        : token.equals(T)
          ? { kind: "accepted" }
          : { kind: "refused", code: new Foreign("AUTH_TOKEN_MISMATCH") },
    port,
    suspects,
    view.credential,
  )
  return { ...view, inquiry, verdict: inquiry.verdict }
}

interface Entry {
  readonly [key: string]: unknown
  readonly places?: readonly { readonly path: string; readonly must: string; readonly overwrite?: boolean }[]
}

function declared(view: GatewayView) {
  const { config, notes } = declarationOf({ surveys: [view.survey], gateways: [view], nodes: [], unseen: [] })
  const text = draftText({ config })
  const own = (data: unknown) =>
    Object.fromEntries(Object.entries(data as object).map(([key, value]) => [key.replace("gatekey:", ""), value]))
  const done = own(parse(text).config)
  const gateway = Object.values((done.gateways ?? {}) as { [name: string]: Entry })[0]
  // What is commented out is as valid as the rest.
  expect(parseConfig(own(draftData(config, "with")))).toHaveProperty("config")
  if (gateway) expect(parseConfig(done)).toHaveProperty("config")
  for (const value of [T, other, third]) expect(text + notes.join("\n")).not.toContain(value)
  return { text, notes, done, gateway, from: done.token?.adopt?.from as string | undefined }
}

const compose = "~/stack/docker-compose.yml"
const service = (value: string) => `services:\n  gw:\n    image: openclaw\n    environment:\n      ${O}: ${value}\n`

describe("the token in use", () => {
  it.each<[string, Papers, Record<string, string>, string | undefined]>([
    [
      "--token in a script",
      { "~/bin/start.sh": script(`exec openclaw gateway run --token ${T}`) },
      {},
      "local|~/bin/start.sh|--token",
    ],
    [
      "--token in a script without an ending",
      { "~/bin/start": script(`exec openclaw gateway run --token '${T}'`) },
      {},
      "local|~/bin/start|--token",
    ],
    [
      "a variable of one command in a script, which cannot be named",
      { "~/bin/start": script(`${O}=${T} exec openclaw gateway run`) },
      {},
      undefined,
    ],
    [
      "a variable that a script exports",
      { "~/bin/start": script(`export ${O}=${T}\nexec openclaw gateway run`) },
      {},
      `local|~/bin/start|${O}`,
    ],
    [
      "--token in a unit of one's own",
      { "~/.config/systemd/user/mine.service": `[Service]\nExecStart=/usr/bin/openclaw gateway run --token ${T}\n` },
      {},
      "local|~/.config/systemd/user/mine.service|--token",
    ],
    [".env", { "~/.openclaw/.env": `${O}=${T}\n` }, {}, `local|~/.openclaw/.env|${O}`],
    [
      "a script over the config",
      { [config]: local(`token:"${other}"`), "~/s.sh": script(`openclaw gateway run --token ${T}`) },
      {},
      "local|~/s.sh|--token",
    ],
    [
      "a Python script, which cannot be named",
      { "~/s.py": { kind: "script", text: `subprocess.run(["openclaw","gateway","run","--token","${T}"])` } },
      {},
      undefined,
    ],
    [
      "a variable that the config names",
      { [config]: local('token:"$' + '{CLAW_SECRET}"'), "~/.openclaw/.env": `CLAW_SECRET=${T}\n` },
      {},
      "local|~/.openclaw/.env|CLAW_SECRET",
    ],
    [
      "a file that the config includes",
      {
        [config]: `{gateway:{$include:["./parts/gateway.json5"],mode:"local"}}`,
        "~/.openclaw/parts/gateway.json5": { kind: "included config", text: `{auth:{$include:"token.json5"}}` },
        "~/.openclaw/parts/token.json5": { kind: "included config", text: `{token:"${T}"}` },
      },
      {},
      "local|~/.openclaw/parts/token.json5|token",
    ],
    ["its environment alone", {}, { [O]: T }, undefined],
    ["its environment, from a profile", { "~/.zshrc": `export ${O}=${T}\n` }, { [O]: T }, `local|~/.zshrc|${O}`],
  ])("is adopted: %s", async (_, papers, given, from) => {
    const found = declared(await running({ [config]: local(), ...papers }, given))
    expect([found.from, found.text.includes("overwrite: true") && !/# overwrite: true/.test(found.text)]).toEqual([
      from,
      false,
    ])
    if (!from)
      expect(found.text).toContain("## The token in use is in no file that can be named. Before the first `pulumi up`")
  })

  it("that was not found makes the gateway a suggestion", async () => {
    const found = declared(
      await running({ [config]: local(`token:"${other}"`), "~/.openclaw/.env": `${O}=${third}\n` }),
    )
    expect([found.gateway, found.from]).toEqual([undefined, undefined])
    expect(found.text).toContain(
      "## the token that it accepts was not found, and the first `pulumi up` would replace it",
    )
  })
})

describe("what is not the token in use", () => {
  const own = { [config]: local(`token:"${T}"`) }

  it.each<[string, Papers, boolean]>([
    ["a strong one in .env", { "~/.openclaw/.env": `${O}=${other}\n` }, false],
    ["a strong one in a profile", { "~/.zshrc": `export ${O}=${other}\n` }, false],
    ["a default in .env", { "~/.openclaw/.env": `${O}=clawdbot-local-dev\n` }, true],
    [
      "a default beside a strong one",
      { "~/.openclaw/.env": `${O}=changeme\n`, "~/.zshrc": `export ${O}=${other}\n` },
      false,
    ],
  ])("is overwritten in the member's own places only if it is weak: %s", async (_, papers, expected) => {
    const { gateway, text } = declared(await running({ ...own, ...papers }))
    expect([gateway?.overwrite ?? false, /# overwrite: true/.test(text)]).toEqual([expected, !expected])
  })

  it.each<[string, Papers, Survey["containers"] | undefined, { must: string; overwrite?: boolean } | undefined]>([
    ["what openclaw writes anew", { [`${config}.last-good`]: local(`token:"${T}"`) }, undefined, undefined],
    ["a backup", { [`${config}.bak`]: local(`token:"${other}"`) }, undefined, { must: "nothing", overwrite: true }],
    [
      "a Compose project's default, never run",
      { "~/stack/.env": { kind: "compose dotenv", text: `${O}=clawdbot-local-dev\n` } },
      undefined,
      { must: "nothing", overwrite: true },
    ],
    [
      "a Compose project's own token",
      { "~/stack/.env": { kind: "compose dotenv", text: `${O}=${other}\n` } },
      undefined,
      undefined,
    ],
    [
      "a Compose file's own token",
      { [compose]: { kind: "compose environment", text: service(other) } },
      undefined,
      undefined,
    ],
    [
      "the token in use in a Compose project",
      { "~/stack/.env": { kind: "compose dotenv", text: `${O}=${T}\n` } },
      undefined,
      { must: "token" },
    ],
    [
      "the token in use in a script",
      { "~/bin/ask.sh": script(`openclaw gateway status --url ws://127.0.0.1:18789 --token ${T}`) },
      undefined,
      undefined,
    ],
    [
      "a default in a script",
      { "~/bin/ask.sh": script(`openclaw gateway status --token changeme`) },
      undefined,
      undefined,
    ],
    ["another variable in ~/.env", { "~/.env": `${O}=${other}\n` }, undefined, undefined],
    [
      "a Compose project's default, with a container",
      { "~/stack/.env": { kind: "compose dotenv", text: `${O}=clawdbot-local-dev\n` } },
      {
        client: "docker",
        containers: [
          {
            ...{
              id: "4f".repeat(32),
              name: new Foreign("gw"),
              image: new Foreign("x"),
              running: false,
              returns: false,
              restart: "no",
              published: [],
            },
            ...{ ports: [], hostNetwork: false, environment: [], commandLine: ["node"], state: new Foreign("exited") },
            labels: { "com.docker.compose.project.working_dir": "/home/tw/stack" },
          },
        ],
      },
      undefined,
    ],
  ])("elsewhere never gets the token: %s", async (_, papers, containers, expected) => {
    const { gateway } = declared(
      await running(
        { ...own, ...papers },
        {},
        {
          ...(containers ? { containers } : {}),
          snapshot: { processes: [processOf("openclaw-gateway", {}, { argumentsSeen: false })] },
          ports: new Map([[18789, port]]),
        },
      ),
    )
    const [place] = gateway?.places ?? []
    expect(place && { must: place.must, ...(place.overwrite ? { overwrite: true } : {}) }).toEqual(expected)
  })

  it("is never overwritten where the gateway does not run", () => {
    const papers = {
      [config]: local(`token:"${T}"`),
      [`${config}.bak`]: local(`token:"${other}"`),
      "~/.openclaw/.env": `${O}=changeme\n`,
    }
    const idle = surveyOf(papers, { ports: new Map([[18789, { ...port, sockets: [] }]]) })
    const view = gatewayOf(idle, { verdict: { kind: "no gateway", reason: "nothing listens there" } })
    const { text, from } = declared({ ...view, inquiry: { verdict: view.verdict, refused: [], untried: 0 } })
    expect(from).toBe("local|~/.openclaw/openclaw.json|gateway.auth.token")
    expect(text).not.toMatch(/^[^#]*overwrite: true/m)
  })
})

describe("a reference in the config", () => {
  const to = (path: string) =>
    `{secrets:{providers:{p:{source:"file",path:"${path}",mode:"singleValue"}}},gateway:{mode:"local",auth:{mode:"token",token:{source:"file",provider:"p",id:"value"}}}}`
  it.each([
    ["to gatekey's file", to("~/.openclaw/gatekey/gateway-token"), "~/.openclaw/gatekey/gateway-token", undefined],
    [
      "to a file of one's own",
      to("~/own/token"),
      "~/own/token",
      /a reference of your own; if uncommented, gatekey's reference replaces/,
    ],
  ])("%s: is replaced only where its owner says so", async (_, text, path, expected) => {
    const view = await running({ [config]: text, [path]: { kind: "secret file", mode: 0o600, text: `${T}\n` } })
    const { text: written, from, gateway } = declared(view)
    expect(from).toBe(`local|${path}|*`)
    expect(gateway?.overwrite).toBeUndefined()
    if (expected) expect(written).toMatch(expected)
    else expect(written).not.toMatch(/overwrite/)
  })

  it("to the environment: is replaced only where its owner says so", async () => {
    const view = await running({ [config]: local(`token:"\${${O}}"`), "~/.openclaw/.env": `${O}=${T}\n` })
    expect(declared(view).text).toMatch(/a reference of your own; if uncommented, gatekey's reference replaces/)
  })
})

describe("a script's better form", () => {
  const refers = `{secrets:{providers:{p:{source:"file",path:"~/.openclaw/gatekey/gateway-token",mode:"singleValue"}}},gateway:{mode:"local",auth:{mode:"token",token:{source:"file",provider:"p",id:"value"}}}}`
  const file = { "~/.openclaw/gatekey/gateway-token": `${T}\n` }
  it.each([
    [
      "a url here",
      `openclaw gateway status --url ws://127.0.0.1:18789 --token ${T}`,
      'better: --token "$(cat ~/.openclaw/gatekey/gateway-token)"',
    ],
    ["no url", `openclaw gateway status --token ${T}`, "better: drop --token, because the command finds"],
    [
      "a gateway",
      `openclaw gateway run --token ${T}`,
      "better: drop --token, because the gateway reads its token from its config",
    ],
    [
      "another host's",
      `openclaw gateway status --url wss://far.example:18789 --token ${other}`,
      "it connects to another host",
    ],
    ["a variable", `export ${O}=${T}`, `better: ${O}="$(cat ~/.openclaw/gatekey/gateway-token)"`],
  ])("is told: %s", async (_, line, expected) => {
    const { text, gateway } = declared(await running({ [config]: refers, ...file, "~/bin/x.sh": script(line) }))
    expect(text).toContain(expected)
    expect(gateway?.places).toBeUndefined()
  })
})

describe("a gateway that takes no token", () => {
  it.each([
    ["the mode password", local('mode:"password"'), {}],
    ["the mode none", local('mode:"none"'), {}],
    ["the mode trusted-proxy", local('mode:"trusted-proxy"'), {}],
  ])("is left out: %s", async (_, text, given, papers: Papers = {}) => {
    const { gateway, notes } = declared(await running({ [config]: text, ...papers }, given))
    expect(gateway).toBeUndefined()
    expect(notes).toContainEqual(
      expect.stringMatching(
        /gateway on studio is left out: its authentication mode is .*(?:, which gatekey does not manage|: declare it with mode: password)/,
      ),
    )
  })
})

describe("a gateway that takes a password", () => {
  const variable = "OPENCLAW_GATEWAY_PASSWORD"
  it.each([
    ["its config, with the mode", local(`mode:"password",password:"${T}"`), {}, "openclaw.json|gateway.auth.password"],
    ["its config, without a mode", local(`password:"${T}"`), {}, "openclaw.json|gateway.auth.password"],
    ["its .env", local(), { "~/.openclaw/.env": `${variable}=${T}\n` }, `.env|${variable}`],
    [
      "its config's variables",
      `{env:{vars:{${variable}:"${T}"}},gateway:{mode:"local"}}`,
      {},
      `openclaw.json|env.vars.${variable}`,
    ],
  ])(
    "is declared with mode: password, and the one in use is adopted by its place: %s",
    async (_, text, papers, from) => {
      const { gateway, from: place } = declared(await running({ [config]: text, ...papers }))
      expect(gateway?.mode).toBe("password")
      expect(gateway?.overwrite).toBeUndefined()
      expect(place).toBe(`local|~/.openclaw/${from}`)
    },
  )
})

it.each(["openclaw-gateway.service", "openclaw-gateway.service.d/10-mine.conf"])(
  "a password that its unit gives in %s is a place that the member has by itself",
  async (file) => {
    const variable = "OPENCLAW_GATEWAY_PASSWORD"
    const unit = "~/.config/systemd/user/openclaw-gateway.service"
    const papers = {
      [config]: local(),
      [unit]: "[Service]\nExecStart=/usr/bin/openclaw gateway run\n",
      [`~/.config/systemd/user/${file}`]: `[Service]\n${file.endsWith("e") ? "ExecStart=/usr/bin/openclaw gateway run\n" : ""}Environment=${variable}=${T}\n`,
    }
    const { gateway } = declared(await running(papers, { [variable]: T }))
    expect(gateway).toMatchObject({ mode: "password" })
    expect(gateway?.places).toBeUndefined()
  },
)

describe("the delivery", () => {
  it.each([
    ["a literal stays one", local(`token:"${T}"`), "copy"],
    ["no mode stated, so that nothing restarts", local(), "copy"],
    ["the mode stated", local('mode:"token"'), undefined],
  ])("is that which restarts nothing: %s", async (_, text, expected) => {
    const { gateway } = declared(await running({ [config]: text, "~/.openclaw/.env": `${O}=${T}\n` }))
    expect(gateway?.delivery).toBe(expected)
  })
})

describe("a predecessor's places", () => {
  const own = { [config]: local(`mode:"token",token:"${T}"`) }
  it.each<[string, Papers, Record<string, string>, false | undefined]>([
    ["are left out where nothing of it is there", own, {}, false],
    ["are declared for its config", { ...own, "~/.clawdbot/clawdbot.json": "{}" }, {}, undefined],
    ["are declared for its variable", { ...own, "~/.zshrc": `export CLAWDBOT_GATEWAY_TOKEN=${T}\n` }, {}, undefined],
    [
      "are declared for its service",
      { ...own, "~/.config/systemd/user/my.service": "[Service]\nExecStart=/usr/bin/clawdbot gateway run\n" },
      {},
      undefined,
    ],
  ])("%s", async (_what, papers, given, expected) => {
    const { gateway } = declared(await running(papers, given))
    expect(gateway?.predecessor).toBe(expected)
  })
})
