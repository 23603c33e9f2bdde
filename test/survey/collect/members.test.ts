import { describe, expect, it } from "vitest"
import { type Papers, processOf, surveyOf } from "../../support/survey/papers.ts"

type Snapshot = NonNullable<NonNullable<Parameters<typeof surveyOf>[1]>["snapshot"]>

const config = (mode: string, more = "") => `{gateway:{mode:"${mode}"${more}}}`
const unit = (words: string) => `[Service]\nExecStart=/usr/bin/${words}\n`

/** `openclaw gateway 18789`, with its profile and its process's id. */
function membersIn(papers: Papers, snapshot: Snapshot = {}): string[] {
  return surveyOf(papers, { snapshot }).members.map(({ product, role, profile, port, process, more }) =>
    [product, role, ...(profile ? [profile] : []), port, ...[process, ...more].map((each) => each?.pid ?? "-")].join(
      " ",
    ),
  )
}

const called = (pid: number, listens: readonly number[] = []) =>
  processOf("openclaw-gateway", {}, { pid, listens, argumentsSeen: false })

describe("members of a home", () => {
  it.each<[string, Papers, Snapshot, string[]]>([
    ["none", {}, {}, []],
    [
      "a config in local mode: a gateway",
      { "~/.openclaw/openclaw.json": config("local") },
      {},
      ["openclaw gateway 18789 -"],
    ],
    ["in remote mode: a node", { "~/.openclaw/openclaw.json": config("remote") }, {}, ["openclaw node 18789 -"]],
    ["a config that says neither: none", { "~/.openclaw/openclaw.json": "{}" }, {}, []],
    [
      "a config's port",
      { "~/.clawdbot/clawdbot.json": config("local", ",port:19000") },
      {},
      ["clawdbot gateway 19000 -"],
    ],
    [
      "a service's port wins over the config's",
      {
        "~/.openclaw/openclaw.json": config("local", ",port:19000"),
        "~/.config/systemd/user/openclaw-gateway.service": unit("openclaw gateway --port 19001"),
      },
      {},
      ["openclaw gateway 19001 -"],
    ],
    [
      "a process's over both",
      { "~/.openclaw/openclaw.json": config("local", ",port:19000") },
      { processes: [processOf("openclaw gateway run", { OPENCLAW_GATEWAY_PORT: "19002" })] },
      ["openclaw gateway 19002 700"],
    ],
    [
      "a port that only its .env says, before the config's",
      {
        "~/.openclaw/openclaw.json": config("local", ",port:19000"),
        "~/.openclaw/.env": "OPENCLAW_GATEWAY_PORT=127.0.0.1:19003\n",
      },
      {},
      ["openclaw gateway 19003 -"],
    ],
    [
      "a port in its unit's environment or a drop-in's",
      {
        "~/.openclaw/openclaw.json": config("local", ",port:19000"),
        "~/.config/systemd/user/openclaw-gateway.service": `${unit("openclaw gateway")}Environment=OPENCLAW_GATEWAY_PORT=19004\n`,
      },
      {},
      ["openclaw gateway 19004 -"],
    ],
    [
      "a process that hides its words: the port on which it listens",
      { "~/.openclaw/openclaw.json": config("local") },
      { processes: [processOf("openclaw-gateway", {}, { listens: [19007, 19005] })] },
      ["openclaw gateway 19005 700"],
    ],
    [
      "one that listens on several: the one that something says",
      { "~/.openclaw/openclaw.json": config("local", ",port:19007") },
      { processes: [processOf("openclaw-gateway", { OPENCLAW_GATEWAY_PORT: "19002" }, { listens: [19005, 19007] })] },
      ["openclaw gateway 19007 700"],
    ],
    [
      "a profile without a port: openclaw derives it from the name",
      { "~/.openclaw-work/openclaw.json": config("local"), "~/.clawdbot-work/clawdbot.json": config("local") },
      {},
      ["openclaw gateway work 41984 -", "clawdbot gateway work 18789 -"],
    ],
    [
      "two processes of one home",
      {},
      { processes: [processOf("openclaw gateway run"), processOf("openclaw gateway run", {}, { pid: 701 })] },
      ["openclaw gateway 18789 700 701"],
    ],
    [
      "a command that calls itself as a gateway does, beside one that listens: the gateway",
      { "~/.openclaw/openclaw.json": config("local") },
      { processes: [called(700, [18789]), called(701)] },
      ["openclaw gateway 18789 700"],
    ],
    [
      "the same alone: it may be one that starts",
      { "~/.openclaw/openclaw.json": config("local") },
      { processes: [called(701)] },
      ["openclaw gateway 18789 701"],
    ],
    [
      "the same where the config leads elsewhere: no gateway",
      { "~/.openclaw/openclaw.json": config("remote") },
      { processes: [called(701)] },
      ["openclaw node 18789 -"],
    ],
    [
      "two that hide their words: one is a profile's, whose config has its port",
      {
        "~/.openclaw/openclaw.json": config("local"),
        "~/.openclaw-work/openclaw.json": config("local", ",port:19000"),
      },
      { processes: [called(700, [18789, 18791]), called(701, [19000, 19002])] },
      ["openclaw gateway 18789 700", "openclaw gateway work 19000 701"],
    ],
    [
      "the same, where two configs have the port: it is not known, and a second gateway",
      {
        "~/.openclaw/openclaw.json": config("local"),
        "~/.openclaw-work/openclaw.json": config("local", ",port:19000"),
        "~/.openclaw-play/openclaw.json": config("local", ",port:19000"),
      },
      { processes: [called(700, [18789]), called(701, [19000])] },
      ["openclaw gateway 18789 700 701"],
    ],
    [
      "openclaw with the config of its predecessor's name",
      { "~/.openclaw/clawdbot.json": config("local", ",port:19000") },
      { processes: [called(700, [19000])] },
      ["openclaw gateway 19000 700"],
    ],
    [
      "that config beside openclaw's own, which counts",
      { "~/.openclaw/openclaw.json": config("local"), "~/.openclaw/clawdbot.json": config("local", ",port:19000") },
      {},
      ["openclaw gateway 18789 -"],
    ],
    ["a process of another home", {}, { processes: [processOf("openclaw node run", {}, { home: "/home/x" })] }, []],
    [
      "one whose home is a link to ours",
      {},
      { real: "/data/tw", processes: [processOf("openclaw node run", {}, { home: "/data/tw" })] },
      ["openclaw node 18789 700"],
    ],
    [
      "one of the owner's that cannot be seen into",
      {},
      { uid: 0, processes: [processOf("openclaw node run", {}, { home: undefined })] },
      ["openclaw node 18789 700"],
    ],
    [
      "one of another user's that cannot be seen into",
      {},
      { processes: [processOf("openclaw node run", {}, { home: undefined, uid: 5 })] },
      [],
    ],
    ["one in a container", {}, { processes: [processOf("openclaw gateway", {}, { apart: true })] }, []],
    [
      "both products, each for itself",
      { "~/.openclaw/openclaw.json": config("remote"), "~/.clawdbot/clawdbot.json": config("local") },
      {},
      ["openclaw node 18789 -", "clawdbot gateway 18789 -"],
    ],
    [
      "a gateway and a node by their units",
      {
        "~/.config/systemd/user/openclaw-gateway.service": unit("openclaw gateway"),
        "~/.config/systemd/user/openclaw-node.service": unit("openclaw node run"),
      },
      {},
      ["openclaw gateway 18789 -", "openclaw node 18789 -"],
    ],
    [
      "a profile by its config",
      { "~/.openclaw-work/openclaw.json": config("local", ",port:2") },
      {},
      ["openclaw gateway work 2 -"],
    ],
    [
      "a profile by its service's words",
      { "~/.config/systemd/user/openclaw-gateway-work.service": unit("openclaw --profile work gateway --port 3") },
      {},
      ["openclaw gateway work 3 -"],
    ],
    [
      "a profile by its process's environment",
      {},
      { processes: [processOf("openclaw gateway run --port 4", { OPENCLAW_PROFILE: "work" })] },
      ["openclaw gateway work 4 700"],
    ],
  ])("%s", (_, papers, snapshot, members) => expect(membersIn(papers, snapshot)).toEqual(members))
})
