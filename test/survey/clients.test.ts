import { describe, expect, it } from "vitest"
import { causesOf } from "../../survey/causes/index.ts"
import { rowsOf } from "../../survey/describe/rows.ts"
import { gatewayOf, groundOf, nodeOf, type Papers, surveyOf } from "../support/survey/papers.ts"
import { strong } from "../support/tokens.ts"

const [A, B] = [strong(), strong()]
const config = "~/.openclaw/openclaw.json"
const [dotenv, second] = ["~/.openclaw/.env", "~/.config/openclaw/gateway.env"]
const T = "OPENCLAW_GATEWAY_TOKEN"
const url = "ws://studio.local:18789"
const remote = (more = "") => `{gateway:{mode:"remote",remote:{url:"${url}"${more}}}}`
const led = (more = "") => `OPENCLAW_GATEWAY_URL=${url}\n${more}`

/** A laptop that runs the commands of openclaw alone, and a gateway that accepts A. */
function laptop(papers: Papers) {
  const gateway = gatewayOf(
    surveyOf(
      { [config]: `{gateway:{mode:"local",auth:{token:"${A}"}}}` },
      { target: { host: "ssh://studio", home: "~" } },
    ),
  )
  const survey = surveyOf(papers)
  const client = nodeOf(survey, { gateway, url })
  const ground = groundOf([gateway], [client])
  const causes = causesOf(ground).filter(({ who }) => who === client.name || who === "vm" || who === "tw.local")
  return { client, member: client.member, causes, rows: rowsOf(ground, causes) }
}

/** What it says of it: codes, with remedies and sentences. */
const said = (papers: Papers) =>
  laptop(papers).causes.map(({ code, sentence, remedy = "" }) => `${code}: ${sentence} → ${remedy}`)

describe("a laptop that runs the command line alone", () => {
  it.each<[string, Papers, string | undefined]>([
    ["the config's own token", { [config]: remote(`,token:"${A}"`), [dotenv]: `${T}=${B}\n` }, A],
    ["without the blanks around it", { [config]: remote(`,token:" ${A}\\n"`) }, A],
    ["without those of a dotenv file", { [config]: remote(), [dotenv]: `${T}=' ${A} '\n` }, A],
    ["the second dotenv file, behind the first", { [config]: remote(), [dotenv]: "X=1\n", [second]: `${T}=${A}\n` }, A],
    [
      "nothing of the config beside the variable",
      { [config]: remote(`,token:"${B}"`), [dotenv]: led(`${T}=${A}\n`) },
      A,
    ],
    ["nothing at all beside it", { [config]: remote(`,token:"${B}"`), [dotenv]: led() }, undefined],
    [
      "nothing of what is overridden",
      {
        [config]: `{$include:"./base.json5",gateway:{remote:{token:"${A}"}}}`,
        "~/.openclaw/base.json5": { kind: "included config", text: remote(`,token:"${B}"`) },
      },
      A,
    ],
  ])("sends %s", (_, papers, expected) => {
    const { client } = laptop(papers)
    expect(client.member.isClient).toBe(true)
    expect(client.live.wins?.value?.reveal()).toBe(expected)
  })

  it.each<[string, Papers, { url?: string; urlFrom?: string }]>([
    ["its .env", { [config]: remote(), [dotenv]: led() }, { url, urlFrom: "/home/tw/.openclaw/.env" }],
    [
      "its second dotenv file",
      { [config]: remote(), [second]: led() },
      { url, urlFrom: "/home/tw/.config/openclaw/gateway.env" },
    ],
    [
      "its shell",
      { [config]: remote(), "~/.zshrc": `export ${led()}`, [dotenv]: "OPENCLAW_GATEWAY_URL=ws://other:1\n" },
      { url, urlFrom: "/home/tw/.zshrc" },
    ],
    [
      "its config's env.vars",
      { [config]: `{env:{vars:{OPENCLAW_GATEWAY_URL:"${url}"}},gateway:{mode:"remote"}}` },
      { url, urlFrom: "/home/tw/.openclaw/openclaw.json" },
    ],
    ["nothing that is no URL", { [config]: remote(), [dotenv]: "OPENCLAW_GATEWAY_URL=studio\n" }, {}],
    [
      "nothing of a node's",
      {
        [config]: remote(),
        [dotenv]: led(),
        "~/.config/systemd/user/openclaw-node.service": "[Service]\nExecStart=/usr/bin/openclaw node run\n",
      },
      {},
    ],
  ])("goes where OPENCLAW_GATEWAY_URL leads it: %s", (_, papers, expected) => {
    const { member } = laptop(papers)
    expect({ ...(member.url && { url: member.url }), ...(member.urlFrom && { urlFrom: member.urlFrom }) }).toEqual(
      expected,
    )
  })

  it("is told what to do where a remedy elsewhere would not help", () => {
    expect(said({ [config]: remote(), [second]: `${T}=${A}\n` })).toEqual([
      "not-known: what tw sends is not known: some of its commands do not read ~/.config/openclaw/gateway.env, because there is no ~/.openclaw/.env → ",
    ])
    expect(said({ [config]: remote(`,token:"${A}"`), [dotenv]: led() })).toEqual([
      "no-token-sent: tw has no token to send, because with OPENCLAW_GATEWAY_URL (~/.openclaw/.env) it sends nothing of its config: studio rejects it, unless its device is paired there → give it the gateway's token: OPENCLAW_GATEWAY_TOKEN in ~/.openclaw/.env",
    ])
    expect(said({ [config]: remote(), "~/.zshrc": `export ${T}=${A}\n` })).toEqual([
      expect.stringMatching(
        /^profile: .* → tw reads it from there: write it to gateway\.remote\.token of ~\/\.openclaw\/openclaw\.json first; then remove the line from ~\/\.zshrc, and log in again$/,
      ),
    ])
    expect(said({ [config]: remote(`,token:"${A}"`), "~/.zshrc": `export ${T}=${A}\n` })).toEqual([
      expect.stringMatching(/ → remove the line from ~\/\.zshrc, and log in again$/),
    ])
    const reference = remote(`,token:"\${MY_CLAW}"`)
    expect(said({ [config]: reference })).toEqual([
      "unresolved: tw has no token to send: ~/.openclaw/openclaw.json refers to MY_CLAW, which is not set → ",
    ])
  })

  it.each(["/?token=a1b2", "/chat#token=a1b2", "/a1b2"])(
    "is told where it goes without %s behind the address",
    (end) => {
      const survey = surveyOf({ [config]: remote(), [dotenv]: `OPENCLAW_GATEWAY_URL=${url}${end}\n` })
      const client = nodeOf(survey, { url: survey.members[0]?.url })
      const causes = causesOf(groundOf([], [client]))
      expect(causes.map(({ sentence }) => sentence)).toEqual([expect.stringContaining(`connects to ${url};`)])
      expect(JSON.stringify(causes.map(({ copies: _, ...cause }) => cause))).not.toContain("a1b2")
    },
  )

  it("is told to correct a secret file, and not to remove it", () => {
    const file = { source: "file", provider: "f", id: "value" }
    const text = JSON.stringify({
      secrets: {
        providers: { f: { source: "file", path: "/home/tw/.openclaw/gatekey/gateway-token", mode: "singleValue" } },
      },
      gateway: { mode: "remote", remote: { url, token: file } },
    })
    expect(said({ [config]: text, "~/.openclaw/gatekey/gateway-token": `${B}\n` })).toEqual([
      expect.stringMatching(/^wrong-token: .* → write the gateway's token into ~\/\.openclaw\/gatekey\/gateway-token$/),
    ])
  })

  it("is told to correct one value of a store of secrets, and not to overwrite the store", () => {
    const token = { source: "file", provider: "s", id: "/gw/t" }
    const text = JSON.stringify({
      secrets: { providers: { s: { source: "file", path: "~/s.json" } } },
      gateway: { mode: "remote", remote: { url, token } },
    })
    const store = (t: string): Papers => ({
      [config]: text,
      "~/s.json": { kind: "secret file", text: `{"gw":{"t":"${t}"},"other":"x"}` },
    })
    expect(said(store(A))).toEqual([])
    expect(said(store(B))).toEqual([
      expect.stringMatching(/^wrong-token: .* → set gw\.t in ~\/s\.json to the gateway's token$/),
    ])
  })

  it("keeps a place for its token where its only token is a wrong one", () => {
    const key = "gateway.remote.token"
    expect(said({ [config]: remote(`,token:"${B}"`) })).toEqual([
      expect.stringMatching(
        new RegExp(`^wrong-token: .* → set ${key} in ~/.openclaw/openclaw.json to the gateway's token$`),
      ),
    ])
    expect(said({ [config]: remote(`,token:"${B}"`), [dotenv]: `${T}=${A}\n` })).toEqual([
      expect.stringMatching(new RegExp(`^wrong-token: .* → remove ${key} from ~/.openclaw/openclaw.json$`)),
    ])
    expect(said({ [config]: remote(), "~/.zshrc": `export ${T}=${B}\n` })).toEqual([
      expect.stringMatching(new RegExp(`^wrong-token: .* → set ${T} in ~/.zshrc to the gateway's token$`)),
      expect.stringMatching(
        /^profile: .* → tw reads it from there: write the gateway's token to gateway\.remote\.token /,
      ),
    ])
  })

  it("may send the token as its password", () => {
    expect(said({ [config]: remote(`,password:"${A}"`) })).toEqual([])
    expect(said({ [config]: remote(`,password:"${B}"`) })).toEqual([expect.stringMatching(/^wrong-token: /)])
  })

  it("has what an included file holds in its table, also where it is overridden", () => {
    const papers: Papers = {
      [config]: `{$include:"./base.json5",gateway:{remote:{token:" ${A} "}}}`,
      "~/.openclaw/base.json5": { kind: "included config", text: remote(`,token:"${B}"`) },
    }
    const rows = laptop(papers).rows.filter(({ host }) => host !== "studio")
    expect(rows.map(({ place, holds, readers }) => [place, holds, ...readers])).toEqual([
      ["~/.openclaw/openclaw.json gateway.remote.token", "A", "tw (wins)"],
      ["~/.openclaw/base.json5 gateway.remote.token", "B"],
    ])
  })
})
