import { describe, expect, it } from "vitest"
import { Secret } from "../../../core/secret.ts"
import { winnerOf } from "../../../survey/resolve/winner.ts"
import { type Papers, processOf, surveyOf } from "../../support/survey/papers.ts"

type Snapshot = NonNullable<NonNullable<Parameters<typeof surveyOf>[1]>["snapshot"]>

const O = "OPENCLAW_GATEWAY_TOKEN"
const C = "CLAWDBOT_GATEWAY_TOKEN"
const openclaw = "~/.openclaw/openclaw.json"
const clawdbot = "~/.clawdbot/clawdbot.json"
const local = (token?: string) => `{gateway:{mode:"local"${token ? `,auth:{token:"${token}"}` : ""}}}`
const remote = (token?: string) => `{gateway:{mode:"remote"${token ? `,remote:{token:"${token}"}` : ""}}}`
const unit = (words: string, more = "") => `[Service]\nExecStart=/usr/bin/${words}\n${more}`
const gatewayUnit = "~/.config/systemd/user/openclaw-gateway.service"
const nodeUnit = "~/.config/systemd/user/openclaw-node.service"
const given = (by: string, value: string, variable = O) => ({ by, variable, value: new Secret(value) })

/** `SOURCE VALUE`, the winner first. */
function order(papers: Papers, snapshot: Snapshot = {}, when: "live" | "next" = "live"): string[] {
  const survey = surveyOf(papers, { snapshot })
  const member = survey.members.find(({ process }) => process) ?? survey.members[0]
  if (!member) throw new Error("nobody is there")
  return winnerOf(member, survey, when).candidates.map(
    ({ source, value, problem, unknown }) =>
      `${source} ${value?.reveal() ?? (problem ? "PROBLEM" : unknown ? "?" : "-")}`,
  )
}

describe("what was measured on the products", () => {
  it.each<[string, Papers, Snapshot, string[]]>([
    [
      "P1: a gateway's config over its environment",
      { [openclaw]: local("cfg") },
      { processes: [processOf("openclaw gateway run", { [O]: "env" })] },
      ["config cfg", "environment env"],
    ],
    [
      "P2: --token over both",
      { [openclaw]: local("cfg") },
      { processes: [processOf("openclaw gateway run --token flag", { [O]: "env" })] },
      ["flag flag", "config cfg", "environment env"],
    ],
    [
      "P3: ~/.openclaw/.env, where nothing else has one",
      { [openclaw]: local(), "~/.openclaw/.env": `${O}=dot\n` },
      { processes: [processOf("openclaw gateway run")] },
      ["dotenv dot"],
    ],
    [
      "P3b: the process's environment over .env",
      { [openclaw]: local(), "~/.openclaw/.env": `${O}=dot\n` },
      { processes: [processOf("openclaw gateway run", { [O]: "env" })] },
      ["environment env", "dotenv dot"],
    ],
    ["P4: nothing", { [openclaw]: local() }, { processes: [processOf("openclaw gateway run")] }, []],
    [
      "np1: a node's environment over a stale config in local mode",
      { [openclaw]: local("stale") },
      { processes: [processOf("openclaw node run", { [O]: "good" })] },
      ["environment good", "config stale"],
    ],
    [
      "np4: a stale environment hides a good config",
      { [openclaw]: remote("good") },
      { processes: [processOf("openclaw node run", { [O]: "stale" })] },
      ["environment stale", "config good"],
    ],
    [
      "np2: the config alone",
      { [openclaw]: remote("good") },
      { processes: [processOf("openclaw node run")] },
      ["config good"],
    ],
    [
      "np3: a reference to a file",
      {
        [openclaw]: `{secrets:{providers:{p:{source:"file",path:"~/t",mode:"singleValue"}}},gateway:{mode:"remote",remote:{token:{source:"file",provider:"p",id:"value"}}}}`,
        "~/t": { kind: "secret file", text: "good\n" },
      },
      { processes: [processOf("openclaw node run")] },
      ["config good"],
    ],
    [
      "a config with a key of `env` that openclaw rejects",
      { [openclaw]: `{env:{T:"x"},gateway:{mode:"local",auth:{token:"cfg"}}}` },
      { processes: [processOf("openclaw gateway run")] },
      ["config PROBLEM"],
    ],
    [
      "clawdbot's gateway: config over environment",
      { [clawdbot]: local("cfg") },
      { processes: [processOf("clawdbot gateway run", { [C]: "env" })] },
      ["config cfg", "environment env"],
    ],
    [
      "clawdbot's node: environment over config",
      { [clawdbot]: remote("cfg") },
      { processes: [processOf("clawdbot node run", { [C]: "env" })] },
      ["environment env", "config cfg"],
    ],
    [
      "openclaw does not read clawdbot's names",
      { [openclaw]: remote("good") },
      { processes: [processOf("openclaw node run", { [C]: "other" })] },
      ["config good"],
    ],
  ])("%s", (_, papers, snapshot, candidates) => {
    expect(order(papers, snapshot)).toEqual(candidates)
  })
})

describe("where a service's environment comes from", () => {
  it.each<[string, Papers, string[]]>([
    [
      "a file of variables over the unit, whichever is first",
      {
        [nodeUnit]: unit("openclaw node run", `EnvironmentFile=/t\nEnvironment=${O}=unit\n`),
        "/t": { kind: "unit env file", text: `${O}=file\n` },
      },
      ["environment file", "environment unit"],
    ],
    [
      "a drop-in over the unit, the last one first",
      {
        [nodeUnit]: unit("openclaw node run", `Environment=${O}=unit\n`),
        "~/.config/systemd/user/openclaw-node.service.d/10.conf": `[Service]\nEnvironment=${O}=ten\n`,
        "~/.config/systemd/user/openclaw-node.service.d/20.conf": `[Service]\nEnvironment=${O}=twenty\n`,
      },
      ["environment twenty", "environment ten", "environment unit"],
    ],
    [
      "a file of variables of the gateway's unit is not the node's",
      {
        [nodeUnit]: unit("openclaw node run"),
        "~/.config/systemd/user/gw.service": unit("openclaw gateway", "EnvironmentFile=/t\n"),
        "/t": { kind: "unit env file", text: `${O}=file\n` },
      },
      [],
    ],
    [
      "within one file, what counts is first",
      { [nodeUnit]: unit("openclaw node run", `Environment=${O}=a\nEnvironment=${O}=b\n`) },
      ["environment b", "environment a"],
    ],
    [
      "environment.d, for it is the manager's, and no shell's profile",
      {
        [nodeUnit]: unit("openclaw node run"),
        "~/.zshrc": `export ${O}=shell\n`,
        "~/.config/environment.d/t.conf": `${O}=manager\n`,
      },
      ["environment manager"],
    ],
    [
      "environment.d by the files' names, the greatest first; of one name the user's own",
      {
        [nodeUnit]: unit("openclaw node run"),
        "/etc/environment": `${O}=99\n`,
        "~/.config/environment.d/9-a.conf": `${O}=nine\n`,
        "~/.config/environment.d/10-b.conf": `${O}=ten\n`,
        "/etc/environment.d/10-b.conf": `${O}=hidden\n`,
        "/etc/environment.d/95-c.conf": `${O}=95\n`,
      },
      ["environment 99", "environment 95", "environment nine", "environment ten"],
    ],
    [
      "what the manager's own configuration sets, below environment.d",
      {
        [nodeUnit]: unit("openclaw node run"),
        "~/.config/systemd/user.conf": `[Manager]\nDefaultEnvironment=A=1 "${O}=main"\n`,
        "~/.config/systemd/user.conf.d/a.conf": `[Manager]\nDefaultEnvironment=${O}=drop-in\n`,
        "/etc/systemd/system.conf": `[Manager]\nDefaultEnvironment=${O}=machine\n`,
        "~/.config/environment.d/t.conf": `${O}=manager\n`,
      },
      ["environment manager", "environment drop-in", "environment main"],
    ],
    [
      "environment.d, filled in from others: that is not known",
      { [nodeUnit]: unit("openclaw node run"), "~/.config/environment.d/t.conf": `${O}="a-\${X}"\n` },
      ["environment undefined"],
    ],
    [
      "a shell's profile, below the config, if only commands read that",
      { [openclaw]: remote("cfg"), "~/.zshrc": `export ${O}=shell\n` },
      ["config cfg", "environment shell"],
    ],
    [
      "another profile's unit is not asked",
      {
        [nodeUnit]: unit("openclaw node run", `Environment=${O}=a\n`),
        "~/.config/systemd/user/n2.service": unit("openclaw --profile work node run", `Environment=${O}=work\n`),
      },
      ["environment a"],
    ],
    [
      "another profile's .env neither",
      { [openclaw]: remote(), "~/.openclaw-work/.env": `${O}=work\n`, "~/.openclaw/.env": `${O}=own\n` },
      ["dotenv own"],
    ],
  ])("%s", (_, papers, candidates) => {
    const survey = surveyOf(papers)
    const member = survey.members.find(({ role, profile }) => role === "node" && !profile)
    if (!member) throw new Error("there is no node")
    expect(
      winnerOf(member, survey, "next").candidates.map(({ source, value }) => `${source} ${value?.reveal()}`),
    ).toEqual(candidates)
  })

  it("is the manager's own, below what the unit says", () => {
    const papers = { [nodeUnit]: unit("openclaw node run", `Environment=${O}=unit\n`), [openclaw]: remote("cfg") }
    expect(order(papers, { session: [given("systemd", "session")] }, "next")).toEqual([
      "environment unit",
      "environment session",
      "config cfg",
    ])
  })

  it("is that of the files where the process's cannot be seen", () => {
    const papers = { [nodeUnit]: unit("openclaw node run", `Environment=${O}=unit\n`) }
    const processes = [processOf("openclaw node run", {}, { seen: false })]
    expect(order(papers, { processes })).toEqual(["environment unit"])
  })

  it("is the process's own while it runs, and the files' at its next start", () => {
    const papers = { [nodeUnit]: unit("openclaw node run", `Environment=${O}=new\n`) }
    const processes = [processOf("openclaw node run", { [O]: "old" })]
    expect(order(papers, { processes })).toEqual(["environment old"])
    expect(order(papers, { processes }, "next")).toEqual(["environment new"])
  })

  it("is --token of the unit for a gateway that does not run", () =>
    expect(order({ [gatewayUnit]: unit("openclaw gateway --token flag"), [openclaw]: local("cfg") })).toEqual([
      "flag flag",
      "config cfg",
    ]))
})

describe("shell files", () => {
  it.each<[string, Papers, string[]]>([
    [
      "of a login: bash reads only the first of three that exists",
      { "~/.profile": `export ${O}=c\n`, "~/.bash_profile": `export ${O}=a\n`, "~/.bash_login": `export ${O}=b\n` },
      ["environment a", "environment b", "environment c"],
    ],
    ["of a login, alone", { "~/.profile": `export ${O}=c\n` }, ["environment c"]],
  ])("%s", (_, papers, expected) => {
    expect(order({ [openclaw]: local(), ...papers })).toEqual(expected)
  })
})

describe("the shell of a service's command", () => {
  const [a, b] = [`export ${O}=a\n`, `export ${O}=b\n`]
  it.each<[string, string, Papers, string[]]>([
    ["reads .bash_profile at a login", "/bin/bash -lc", { "~/.bash_profile": a, "~/.profile": b }, ["a", "cfg"]],
    ["reads .profile at a login", "/bin/bash -l -c", { "~/.profile": a }, ["a", "cfg"]],
    ["may read .bashrc at a login", "/bin/bash -lc", { "~/.bashrc": a }, ["?", "cfg"]],
    ["reads .bashrc if it is interactive", "bash -ic", { "~/.bashrc": a }, ["a", "cfg"]],
    ["reads .zshrc if it is interactive", "zsh -ic", { "~/.zshrc": a, "~/.bashrc": b }, ["a", "cfg"]],
    ["may be given several values", "zsh -lic", { "~/.zshrc": a, "~/.zprofile": b }, ["?", "cfg"]],
    ["reads .zshenv in any case", "zsh -c", { "~/.zshenv": a, "~/.zshrc": b }, ["a", "cfg"]],
    ["reads no file", "/bin/bash -c", { "~/.bash_profile": a, "~/.bashrc": b }, ["cfg"]],
    ["reads files without the variable", "/bin/bash -lc", {}, ["cfg"]],
  ])("%s: %s", (_, shell, papers, expected) => {
    const files = {
      [openclaw]: remote("cfg"),
      [nodeUnit]: unit("x", "").replace("/usr/bin/x", `${shell} 'exec openclaw node run'`),
    }
    expect(order({ ...files, ...papers }).map((each) => each.replace(/^\w+ /, ""))).toEqual(expected)
  })
})

describe("a SecretRef to a file", () => {
  const refers = (id: string, mode?: string) => {
    const provider = JSON.stringify({ source: "file", path: "/s.json", ...(mode && { mode }) })
    return `{secrets:{providers:{p:${provider}}},gateway:{mode:"local",auth:{token:{source:"file",provider:"p",id:"${id}"}}}}`
  }
  const store = '{"gw":{"token":"t0","a.b":"t1","list":["t2"],"n":1},"other":"o","x/y":"t3"}'

  it.each<[string, string, string | undefined, string, string]>([
    ["names a value of its JSON, which is the default", "/gw/token", undefined, store, "t0"],
    ["names a value of its JSON", "/gw/token", "json", store, "t0"],
    ["names a key with a dot", "/gw/a.b", "json", store, "t1"],
    ["names an element of a list", "/gw/list/0", "json", store, "t2"],
    ["names a key with a slash", "/x~1y", "json", store, "t3"],
    ["names the whole file", "value", "singleValue", "t4\n", "t4"],
    ["names a value that is missing", "/gw/none", "json", store, "PROBLEM"],
    ["names a value that is not a string", "/gw/n", "json", store, "PROBLEM"],
    ["names the whole of a JSON file", "value", "json", store, "PROBLEM"],
    ["names the whole of a file that is read as JSON by default", "value", undefined, "t4\n", "PROBLEM"],
    ["names a value of a file that is not JSON", "/gw/token", "json", "s3cret", "PROBLEM"],
    ["names a value of a file that is read as a whole", "/gw/token", "singleValue", store, "PROBLEM"],
  ])("that %s", (_, id, mode, text, expected) => {
    const papers: Papers = { [openclaw]: refers(id, mode), "/s.json": { kind: "secret file", text } }
    expect(order(papers)).toEqual([`config ${expected}`])
    const member = surveyOf(papers).members[0]
    if (!member) throw new Error("no member")
    const { problem = "" } = winnerOf(member, surveyOf(papers)).wins ?? {}
    expect(problem).not.toContain("s3cret")
  })

  it("gives no other value of the file, which belongs to other services", () => {
    const { copies } = surveyOf({
      [openclaw]: refers("/gw/token"),
      "/s.json": { kind: "secret file", text: store },
    })
    const held = copies.filter(({ path }) => path === "/s.json")
    expect(held.map(({ locator, format }) => [locator, format])).toEqual([["gw.token", "json5"]])
  })
})

describe("a reference", () => {
  const refers = (token: string) => `{gateway:{mode:"local",auth:{token:${token}}}}`

  it.each<[string, string, Snapshot, Papers, string]>([
    [
      "to a variable that the process has",
      `"\${${O}}"`,
      { processes: [processOf("openclaw gateway", { [O]: "a" })] },
      {},
      "config a",
    ],
    ["to one that .env has", `"\${${O}}"`, {}, { "~/.openclaw/.env": `${O}=a\n` }, "config a"],
    ["to one that nobody has", `"\${${O}}"`, { processes: [processOf("openclaw gateway")] }, {}, "config PROBLEM"],
    ["to one that is not looked at", `"\${MY_TOKEN}"`, { processes: [processOf("openclaw gateway")] }, {}, "config ?"],
    ["to a program", `{source:"exec",provider:"vault",id:"t"}`, {}, {}, "config ?"],
    [
      "to a file that is missing",
      `{source:"file",provider:"p",id:"value"}}},secrets:{providers:{p:{source:"file",path:"/t",mode:"singleValue"}`,
      {},
      {},
      "config PROBLEM",
    ],
  ])("%s", (_, token, snapshot, papers, first) =>
    expect(order({ [openclaw]: refers(token), ...papers }, snapshot)[0]).toBe(first),
  )
})
