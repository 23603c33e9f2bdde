import { execFileSync } from "node:child_process"
import { describe, expect, it } from "vitest"
import { copiesIn, userCrontabCopies } from "../../../survey/files/copies.ts"
import { fileOf, lookOf, type Paper, surveyOf } from "../../support/survey/papers.ts"

const O = "OPENCLAW_GATEWAY_TOKEN"
const C = "CLAWDBOT_GATEWAY_TOKEN"

/** `KIND LOCATOR VALUE`, with whose it is in brackets. */
function told(path: string, paper: Paper): string[] {
  return copiesIn(fileOf(path, paper), lookOf(paper)).map(words)
}

function words({ kind, locator, held, product, role, profile }: ReturnType<typeof copiesIn>[number]): string {
  const whose = [product, role, profile].filter(Boolean).join(" ")
  const holds =
    held.kind === "value"
      ? held.value.reveal()
      : held.kind === "broken"
        ? "BROKEN"
        : held.kind === "file"
          ? `-> ${held.path}`
          : held.kind === "variable"
            ? `-> $${held.name}${held.fallback ? ` or ${held.fallback.reveal()}` : ""}`
            : "-> ?"
  return `${kind} | ${locator} | ${holds} | ${whose}`
}

const reference = `{source:"file",provider:"p",id:"value"}`

describe("copies in a file", () => {
  it.each<[string, string, Paper, string[]]>([
    [
      "a Podman Quadlet",
      "~/.config/containers/systemd/gw.container",
      {
        kind: "script",
        text: `[Container]\nImage=x\nEnvironment="A=b c" "${O}=tok1"\nEnvironment=${C}=tok2\nExec=gateway run --token tok3\n`,
      },
      [`script | ${O} | tok1 | openclaw`, `script | ${C} | tok2 | clawdbot`, "script | --token | tok3 | "],
    ],
    [
      "a supervisor's program",
      "~/supervisord.conf",
      {
        kind: "script",
        text: `[program:gw]\ncommand=openclaw gateway run --token=tok1\nenvironment=A="b",${O}="tok2"\n; ${C}=x\n`,
      },
      ["script | --token | tok1 | ", `script | ${O} | tok2 | openclaw`],
    ],
    [
      "a script whose values are fallbacks",
      "~/bin/start",
      { kind: "script", text: `#!/bin/sh\n${O}=\${X:-tok1} exec openclaw gateway run --token "\${TOK:-tok2}"\n` },
      [`script | fallback of ${O} | tok1 | openclaw`, "script | fallback of --token | tok2 | "],
    ],
    ...[`export ${O}=\${${O}:-tok1}\n`, `: "\${${O}:=tok1}"; export ${O}\n`].map(
      (text): [string, string, Paper, string[]] => [
        `a profile that falls back: ${text}`,
        "~/.zshrc",
        text,
        [`profile | ${O} | -> $${O} or tok1 | openclaw`, `profile | fallback of ${O} | tok1 | openclaw`],
      ],
    ),
    [
      "direnv's file",
      "~/x/.envrc",
      { kind: "script", text: `export ${O}=tok1\n` },
      [`script | ${O} | tok1 | openclaw`],
    ],
    [
      "a config",
      "~/.openclaw/openclaw.json",
      `{gateway:{auth:{token:"a"},remote:{token:"b"}},env:{vars:{${O}:"c"},${O}:"d"}}`,
      [
        "config auth token | gateway.auth.token | a | openclaw",
        "config remote token | gateway.remote.token | b | openclaw",
        `config environment | env.vars.${O} | c | openclaw`,
        `config environment | env.${O} | d | openclaw`,
      ],
    ],
    [
      "a config with a token twice: what counts is first",
      "~/.openclaw/openclaw.json",
      `{gateway:{auth:{token:"a",token:"b"}}}`,
      [
        "config auth token | gateway.auth.token | b | openclaw",
        "config auth token | gateway.auth.token | a | openclaw",
      ],
    ],
    [
      "a config that refers to a file",
      "~/.openclaw/openclaw.json",
      `{secrets:{providers:{p:{source:"file",path:"~/t",mode:"singleValue"}}},gateway:{auth:{token:${reference}}}}`,
      ["config auth token | gateway.auth.token | -> ~/t | openclaw"],
    ],
    [
      "a config whose provider is missing",
      "~/.openclaw/openclaw.json",
      `{gateway:{auth:{token:${reference}}}}`,
      ["config auth token | gateway.auth.token | -> ? | openclaw"],
    ],
    [
      "a config that refers to a variable",
      "~/.openclaw/openclaw.json",
      `{gateway:{auth:{token:"\${X_TOKEN}"},remote:{token:{source:"env",provider:"default",id:"Y_TOKEN"}}}}`,
      [
        "config auth token | gateway.auth.token | -> $X_TOKEN | openclaw",
        "config remote token | gateway.remote.token | -> $Y_TOKEN | openclaw",
      ],
    ],
    ...(
      [
        ["openclaw", "$ABCDEF0123", "-> $ABCDEF0123"],
        ["clawdbot", "$ABCDEF0123", "$ABCDEF0123"],
        ["openclaw", `pre-\${X_TOKEN}`, "-> ?"],
        ["openclaw", `\${X_TOKEN}\${Y}`, "-> ?"],
        ["openclaw", `$\${X_TOKEN}`, `\${X_TOKEN}`],
        ["openclaw", `\${lower}`, `\${lower}`],
        ["openclaw", `\${X_TOKEN:-d}`, `\${X_TOKEN:-d}`],
      ] as const
    ).map(([product, held, words]): [string, string, Paper, string[]] => [
      `a config of ${product} with ${held}`,
      `~/.${product}/${product}.json`,
      `{gateway:{auth:{token:${JSON.stringify(held)}}}}`,
      [`config auth token | gateway.auth.token | ${words} | ${product}`],
    ]),
    [
      "a unit whose value begins like a variable",
      "~/.config/systemd/user/openclaw-gateway.service",
      `[Service]\nExecStart=/usr/bin/openclaw gateway\nEnvironment=${O}=$ABCDEF0123%i\n`,
      [`unit environment | ${O} | -> ? | openclaw gateway`],
    ],
    [
      "a profile's config",
      "~/.openclaw-work/openclaw.json",
      `{gateway:{auth:{token:"a"}}}`,
      ["config auth token | gateway.auth.token | a | openclaw work"],
    ],
    [
      "clawdbot's config",
      "~/.clawdbot/clawdbot.json",
      `{gateway:{auth:{token:"a"}}}`,
      ["config auth token | gateway.auth.token | a | clawdbot"],
    ],
    ["a config without a token", "~/.openclaw/openclaw.json", "{gateway:{mode:'local'}}", []],
    ...["", " \n", "// only a comment\n"].map((text): [string, string, Paper, string[]] => [
      `a config that is empty: ${JSON.stringify(text)}`,
      "~/.openclaw/openclaw.json",
      text,
      ["config | * | BROKEN | openclaw"],
    ]),
    ["a broken config", "~/.openclaw/openclaw.json", `{gateway:{auth:{token:"a"}`, ["config | * | BROKEN | openclaw"]],
    ["a config of another shape", "~/.openclaw/openclaw.json", "{gateway:[1]}", ["config | * | BROKEN | openclaw"]],
    ...["openclaw.json.bak", "openclaw.json.bak.1", "openclaw.json.old", "openclaw.json~"].map(
      (name): [string, string, Paper, string[]] => [
        `a backup, ${name}`,
        `~/.openclaw/${name}`,
        `{gateway:{auth:{token:"a"}}}`,
        ["backup | gateway.auth.token | a | openclaw"],
      ],
    ),
    [
      "a profile's backup",
      "~/.openclaw-work/openclaw.json.bak",
      `{gateway:{auth:{token:"a"}}}`,
      ["backup | gateway.auth.token | a | openclaw work"],
    ],
    ["a secret file", "~/.openclaw/gatekey/gateway-token", "a\n", ["secret file | * | a | openclaw"]],
    [
      "a dotenv with both products' names",
      "~/.openclaw/.env",
      `${O}=a\n${C}="b"\n`,
      [`dotenv | ${O} | a | openclaw`, `dotenv | ${C} | b | clawdbot`],
    ],
    [
      "a dotenv with the name twice: the last counts, and is first",
      "~/.openclaw/.env",
      `${O}=a\n${O}=b\n`,
      [`dotenv | ${O} | b | openclaw`, `dotenv | ${O} | a | openclaw`],
    ],
    [
      "a dotenv whose line is the value of the one above it: dotenv does not read it",
      "~/.openclaw/.env",
      `Gateway:\n${O}=a\n`,
      [`unread entry | ${O} | a | openclaw`],
    ],
    [
      "a dotenv with an open quote above the entry",
      "~/.openclaw/.env",
      `A='x\n${O}=a\n'\n${O}=b\n`,
      [`dotenv | ${O} | b | openclaw`, `unread entry | ${O} | a | openclaw`],
    ],
    [
      "a config whose token a later key hides",
      "~/.openclaw/openclaw.json",
      '{gateway: {auth: {token: "a"}}, gateway: {auth: {token: null}}}',
      ["unread entry | gateway.auth.token | a | openclaw"],
    ],
    [
      "a config whose token a later reference hides",
      "~/.openclaw/openclaw.json",
      '{gateway: {auth: {token: "a", token: "$X_TOKEN"}}}',
      [
        "config auth token | gateway.auth.token | -> $X_TOKEN | openclaw",
        "unread entry | gateway.auth.token | a | openclaw",
      ],
    ],
    [
      "a backup whose token a later key hides",
      "~/.openclaw/openclaw.json.bak",
      '{gateway: {auth: {token: "a", token: ""}}}',
      ["backup | gateway.auth.token | a | openclaw"],
    ],
    [
      "a profile that exports it no more, or only when a function is called",
      "~/.bashrc",
      `export ${O}=a\nunset ${O}\nf() { export ${O}=b; }\n`,
      [`unread entry | ${O} | a | openclaw`, `unread entry | ${O} | b | openclaw`],
    ],
    [
      "a profile that exports what a command prints",
      "~/.bashrc",
      `export ${O}=a\nexport ${O}=$(cat x)\n`,
      [`profile | ${O} | -> ? | openclaw`, `unread entry | ${O} | a | openclaw`],
    ],
    [
      "a drop-in that takes it back",
      "~/.config/systemd/user/openclaw-node.service.d/a.conf",
      `[Service]\nEnvironment=${O}=a\nEnvironment=\n`,
      [`unread entry | ${O} | a | openclaw node`],
    ],
    [
      "a dotenv whose token looks like a variable",
      "~/.openclaw/.env",
      `${O}=$ABCDEF0123456789\n`,
      [`dotenv | ${O} | $ABCDEF0123456789 | openclaw`],
    ],
    ["a profile's dotenv", "~/.openclaw-work/.env", `${O}=a\n`, [`dotenv | ${O} | a | openclaw work`]],
    ["the home's dotenv", "~/.env", `export ${O}='a'\n`, [`home dotenv | ${O} | a | openclaw`]],
    ["a zsh profile", "~/.zshrc", `export ${O}="a"\n`, [`profile | ${O} | a | openclaw`]],
    ["a bash profile", "~/.bash_profile", `${O}=a; export ${O}\n`, [`profile | ${O} | a | openclaw`]],
    ["fish's", "~/.config/fish/config.fish", `set -gx ${O} a\n`, [`profile | ${O} | a | openclaw`]],
    [
      "fish's variables",
      "~/.config/fish/fish_variables",
      `SETUVAR --export ${O}:a\n`,
      [`profile | ${O} | a | openclaw`],
    ],
    [
      "fish's, in its own quotes",
      "~/.config/fish/config.fish",
      `set -gx ${O} 'it\\'s'\n`,
      [`profile | ${O} | it's | openclaw`],
    ],
    ["fish's, filled in", "~/.config/fish/config.fish", `set -gx ${O} (cat t)\n`, [`profile | ${O} | -> ? | openclaw`]],
    ["csh's", "~/.cshrc", `setenv ${O} a\n`, [`profile | ${O} | a | openclaw`]],
    ["csh's at log-in", "~/.login", `setenv ${O} a\n`, [`profile | ${O} | a | openclaw`]],
    ["environment.d", "~/.config/environment.d/50-t.conf", `${O}=a\n`, [`profile | ${O} | a | openclaw`]],
    [
      "environment.d, filled in",
      "~/.config/environment.d/t.conf",
      `${O}='a$B'\n`,
      [`profile | ${O} | -> ? | openclaw`],
    ],
    [
      "environment.d, filled in or else",
      "~/.config/environment.d/t.conf",
      `${O}=\${B:-a}\n`,
      [`profile | ${O} | -> ? | openclaw`, `profile | fallback of ${O} | a | openclaw`],
    ],
    [
      "a manager's own configuration",
      "~/.config/systemd/user.conf",
      `[Manager]\nDefaultEnvironment=${O}=no\nDefaultEnvironment=\nDefaultEnvironment='${O}=a b'\n[Service]\nDefaultEnvironment=${O}=no\n`,
      [`profile | ${O} | a b | openclaw`],
    ],
    ["/etc/environment, exported", "/etc/environment", `export ${O}="a"\n`, [`profile | ${O} | a | openclaw`]],
    ["PAM's own form", "~/.pam_environment", `${O} DEFAULT="a"\n`, [`profile | ${O} | a | openclaw`]],
    [
      "PAM's own form with both values: the latter counts",
      "~/.pam_environment",
      `${O} \\\n DEFAULT=a OVERRIDE="b"\n`,
      [`profile | ${O} | b | openclaw`, `profile | ${O} | a | openclaw`],
    ],
    [
      "a Quadlet, a line of which cannot be parsed",
      "~/.config/containers/systemd/openclaw.container",
      {
        kind: "script",
        text: `[Container]\nEnvironment=A='b c' \\\n  "${O}=a"\nEnvironment=it's\nExec=gateway --token b\n`,
      },
      [`script | ${O} | a | openclaw`, "script | * | BROKEN | ", "script | --token | b | "],
    ],
    [
      "a drop-in of a Quadlet",
      "~/.config/containers/systemd/openclaw.container.d/a.conf",
      `[Container]\nPodmanArgs=--env ${O}=a --env=${C}=b\n`,
      [`script | ${O} | a | openclaw`, `script | ${C} | b | clawdbot`],
    ],
    [
      "a supervisor's file",
      "~/supervisord.conf",
      { kind: "script", text: `; it's\n[program:a]\nenvironment = A="b",${O}=a,\n  ${C}='b' ; it's\n` },
      [`script | ${O} | a | openclaw`, `script | ${C} | b | clawdbot`],
    ],
    ["/etc/environment", "/etc/environment", `${O}="a"\n`, [`profile | ${O} | a | openclaw`]],
    ["~/.ssh/environment", "~/.ssh/environment", `${O}=a\n`, [`profile | ${O} | a | openclaw`]],
    [
      "a desktop's session",
      "~/.config/plasma-workspace/env/t.sh",
      `export ${O}=a\n`,
      [`profile | ${O} | a | openclaw`],
    ],
    [
      "a unit",
      "~/.config/systemd/user/openclaw-node.service",
      `[Service]\nExecStart=/usr/bin/openclaw node run --token=f\nEnvironment=${O}=a "${C}=b"\n`,
      [
        `unit environment | ${O} | a | openclaw node`,
        `unit environment | ${C} | b | clawdbot node`,
        "unit arguments | --token | f | openclaw node",
      ],
    ],
    [
      "a hand-made unit that asks a shell",
      "~/.config/systemd/user/mine.service",
      `[Service]\nExecStart=/bin/sh -c "exec openclaw gateway run --token f"\n`,
      ["unit arguments | --token | f | openclaw gateway"],
    ],
    [
      "a drop-in",
      "~/.config/systemd/user/openclaw-gateway.service.d/10-token.conf",
      `[Service]\nEnvironment=${O}=a\n`,
      [`unit drop-in | ${O} | a | openclaw gateway`],
    ],
    [
      "the product's own file of variables",
      "~/.openclaw/node.systemd.env",
      `${O}=a\n`,
      [`unit env file | ${O} | a | openclaw node`],
    ],
    [
      "another one",
      "/srv/t.env",
      { kind: "unit env file", text: `${O}=a\r\n` },
      [`unit env file | ${O} | a | openclaw`],
    ],
    [
      "a LaunchAgent's",
      "~/.openclaw/service-env/ai.openclaw.node.env",
      `export ${O}='a'\n`,
      [`launch agent env file | ${O} | a | openclaw node`],
    ],
    [
      "a Compose project",
      "/srv/compose.yml",
      {
        kind: "compose environment",
        text: `services:\n  gw:\n    environment:\n      ${O}: a\n  cli:\n    environment:\n      - ${O}=\${${O}:-b}\n`,
      },
      [`compose environment | gw.${O} | a | openclaw`, `compose environment | cli.${O} | -> $${O} or b | openclaw`],
    ],
    ["its dotenv", "/srv/.env", { kind: "compose dotenv", text: `${O}=a\n` }, [`compose dotenv | ${O} | a | openclaw`]],
    [
      "a broken Compose project",
      "/srv/compose.yml",
      { kind: "compose environment", text: "openclaw: [" },
      ["compose environment | * | BROKEN | "],
    ],
    [
      "a script",
      "/home/tw/bin/up",
      { kind: "script", text: `openclaw gateway --token a\n` },
      ["script | --token | a | "],
    ],
    ["the machine's crontab", "/etc/crontab", `${O}=a\n`, [`crontab | ${O} | a | openclaw`]],
    [
      "a link that leads nowhere",
      "~/.zshrc",
      { isLink: true, look: { kind: "absent", leftover: false } },
      ["profile | * | BROKEN | "],
    ],
    ["what is gone meanwhile", "~/.zshrc", { look: { kind: "absent", leftover: false } }, []],
    [
      "what may not be read",
      "~/.openclaw/.env",
      { look: { kind: "unreadable", reason: "permission denied" } },
      ["dotenv | * | BROKEN | openclaw"],
    ],
    ["bytes that are no text", "~/.zshrc", new Uint8Array([0xff, 0, 0xfe, 10]), ["profile | * | BROKEN | "]],
  ])("%s", (_, path, paper, copies) => expect(told(path, paper)).toEqual(copies))
})

const plist = `<?xml version="1.0"?>
<plist version="1.0"><dict>
  <key>Label</key><string>ai.openclaw.node</string>
  <key>ProgramArguments</key><array><string>/usr/bin/openclaw</string><string>node</string><string>run</string>
    <string>--token</string><string>f</string></array>
  <key>EnvironmentVariables</key><dict><key>${O}</key><string>a</string></dict>
</dict></plist>`

describe("copies in a property list", () => {
  const path = "~/Library/LaunchAgents/ai.openclaw.node.plist"
  const copies = [
    `launch agent environment | ${O} | a | openclaw node`,
    "launch agent arguments | --token | f | openclaw node",
  ]

  it("XML", () => expect(told(path, plist)).toEqual(copies))

  it("binary", () => {
    const script =
      "import plistlib, sys; sys.stdout.buffer.write(plistlib.dumps(plistlib.loads(sys.stdin.buffer.read()), fmt=plistlib.FMT_BINARY))"
    const bytes = execFileSync("python3", ["-c", script], { input: plist })
    expect(bytes.subarray(0, 6).toString()).toBe("bplist")
    expect(told(path, bytes)).toEqual(copies)
  })

  it("broken", () => expect(told(path, plist.slice(0, 200))).toEqual(["launch agent environment | * | BROKEN | "]))
})

describe("the user's crontab", () => {
  it("is a place like others", () => {
    const { snapshot, copies } = surveyOf(
      {},
      { snapshot: { crontab: [`${O}=a`, "@reboot openclaw gateway run --token f"] } },
    )
    expect(userCrontabCopies(snapshot).map(words)).toEqual([
      `crontab | ${O} | a | openclaw`,
      "crontab | --token | f | ",
    ])
    expect(copies.map(({ path }) => path)).toEqual(["crontab of tw", "crontab of tw"])
  })
})

describe("whose a file of variables is", () => {
  const unit = (role: string, more = "") => `[Service]\nExecStart=/usr/bin/openclaw ${role} run\n${more}`
  const path = "/srv/t.env"
  const file: Paper = { kind: "unit env file", text: `${O}=a\n` }
  const roleOf = (papers: { [path: string]: Paper }) =>
    surveyOf({ ...papers, [path]: file }).copies.find((copy) => copy.path === path)?.role

  it("is that of the unit that reads it", () =>
    expect(roleOf({ "~/.config/systemd/user/gw.service": unit("gateway", `EnvironmentFile=-${path}\n`) })).toBe(
      "gateway",
    ))

  it("is that of the unit whose drop-in names it", () =>
    expect(
      roleOf({
        "~/.config/systemd/user/openclaw-node.service": unit("node"),
        "~/.config/systemd/user/openclaw-node.service.d/1.conf": `[Service]\nEnvironmentFile=${path}\n`,
      }),
    ).toBe("node"))

  it("is nobody's alone where both read it", () =>
    expect(
      roleOf({
        "~/.config/systemd/user/gw.service": unit("gateway", `EnvironmentFile=${path}\n`),
        "~/.config/systemd/user/no.service": unit("node", `EnvironmentFile=${path}\n`),
      }),
    ).toBeUndefined())
})
