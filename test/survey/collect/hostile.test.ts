import { execFileSync } from "node:child_process"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Foreign } from "../../../core/foreign.ts"
import type { Container } from "../../../probes/containers/snapshot.ts"
import type { Loaded } from "../../../probes/services/manager.ts"
import { causesOf } from "../../../survey/causes/index.ts"
import { shownLine } from "../../../survey/collect/log.ts"
import type { ServiceState } from "../../../survey/collect/services.ts"
import { rowsOf } from "../../../survey/describe/rows.ts"
import { stepsOfGateway, stepsOfNode } from "../../../survey/describe/steps.ts"
import { gatewayOf, groundOf, nodeOf, processOf, surveyOf } from "../../support/survey/papers.ts"
import { strong } from "../../support/tokens.ts"

const O = "OPENCLAW_GATEWAY_TOKEN"
const escapes = [
  "\u001b[2J",
  "\u202e",
  "\u200b",
  "\u0007",
  "\u009b",
  "\u2028",
  "\r",
  "\ud800",
  "'",
  '"',
  "$(id)",
  "`id`",
]
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...escapes), fc.string({ unit: "binary", maxLength: 5 })), {
    minLength: 1,
    maxLength: 4,
  })
  .map((all) => all.join("").replaceAll(/[/\0\n]/g, ""))
  .filter((text) => text !== "")
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

/** A fleet in which whoever may choose a text chose this one; everything is wrong in it, so that all of it is told. */
function fleet(text: string) {
  const [right, wrong] = [strong(), strong()]
  const config = (mode: string, token: string) =>
    JSON.stringify({ gateway: { mode, port: 18789, auth: { token }, remote: { token } } })
  const reference = { source: "file", provider: text, id: "value" }
  const referring = {
    secrets: { providers: { [text]: { source: "file", path: `/x/${text}` } } },
    gateway: { mode: "local", auth: { token: reference }, remote: { token: `\${${text}}` } },
  }
  const plist = `<plist><dict><key>Label</key><string>${text.replaceAll(/[&<>\p{Cc}\p{Cs}]/gu, "")}\u202e</string><key>ProgramArguments</key><array><string>openclaw</string><string>gateway</string></array><key>UserName</key><string>\u202e</string></dict></plist>`
  const container: Container = {
    ...{
      id: "a".repeat(64),
      name: new Foreign(text),
      image: new Foreign(text),
      running: true,
      returns: true,
      restart: "always",
    },
    ...{
      published: [],
      ports: [18789],
      hostNetwork: false,
      environment: [`${O}=${right}`],
      commandLine: [],
      labels: { [text]: right },
      state: new Foreign(text),
    },
  }
  const service = { manager: "systemd", name: `${text}.service`, system: false } as const
  const gateways = surveyOf(
    {
      "~/.openclaw/openclaw.json": config("local", right),
      [`/home/tw/.openclaw-${text}/openclaw.json`]: {
        kind: "config",
        product: "openclaw",
        text: JSON.stringify(referring),
      },
      [`/home/tw/.openclaw-${text}/openclaw.json.bak`]: {
        kind: "backup",
        product: "openclaw",
        mode: 0o644,
        text: config("local", wrong),
      },
      [`/home/tw/bin/${text}`]: { kind: "script", mode: 0o777, text: `openclaw devices list --token ${wrong}` },
      [`/home/tw/.config/fish/conf.d/${text}.fish`]: { kind: "profile", text: `set -gx ${O} ${wrong}` },
      [`/home/tw/.config/systemd/user/${text}.service`]: {
        kind: "unit environment",
        text: `[Service]\nExecStart=/usr/bin/openclaw gateway --token ${wrong}\nEnvironment=${O}=${wrong}\n`,
      },
      [`/Library/LaunchDaemons/${text}.plist`]: { kind: "launch agent environment", text: plist },
      [`/home/tw/${text}.yml`]: {
        kind: "compose environment",
        text: `services: {${JSON.stringify(text)}: {environment: {${O}: ${right}}}}`,
      },
      [`/home/tw/${text}`]: { kind: "dotenv", product: "openclaw", look: { kind: "unreadable", reason: text } },
      "~/.clawdbot/clawdbot.json": `{"${text}`,
    },
    {
      snapshot: {
        ...{ name: text, user: text, addresses: [text], crontab: [`${O}=${wrong}`] },
        processes: [
          processOf("openclaw gateway run", {}, { service }),
          processOf(`openclaw gateway run --profile ${text.replaceAll(" ", "")}`, {}, { pid: 9 }),
        ],
      },
      ports: new Map([
        [
          18789,
          {
            ...{ uid: 1000, users: new Map([[5, text]]), declared: undefined },
            sockets: [
              { address: text, uid: 5, pids: [] },
              { address: "0.0.0.0", uid: 1000, pids: [7] },
            ],
            processes: new Map([
              [
                7,
                {
                  pid: 7,
                  parent: 1,
                  start: "1",
                  uid: 1000,
                  program: text,
                  script: text,
                  gateway: "openclaw" as const,
                  service,
                },
              ],
            ]),
            containers: [{ id: "b", name: new Foreign(text), publishes: true, gateway: true }],
          },
        ],
      ]),
      containers: { client: "docker", containers: [container] },
    },
  )
  const nodes = surveyOf(
    { "~/.openclaw/openclaw.json": config("remote", wrong), "~/.openclaw/.env": `${O}=${wrong}\n` },
    {
      target: { host: "ssh://me@tw.local:2222", home: "~" },
      snapshot: { name: text },
      stores: [Buffer.from("device")],
      surveyedAt: 0,
    },
  )
  const stopped = (loaded: Loaded): ServiceState => ({
    definition: { manager: "systemd", name: `${text}.service`, path: `/home/tw/${text}.service`, system: false },
    snapshot: {
      ...{ home: "/home/tw", file: { kind: "absent" }, loaded, enabled: true, live: undefined },
      ...{ process: { kind: "failed", exit: `exit ${text}`, restarts: 3 }, reads: { kind: "absent" } },
    },
  })
  const gateway = gatewayOf(gateways, {
    verdict: { kind: "not a gateway", what: text },
    log: [shownLine(`auth token mismatch ${text}`, [])],
    services: [stopped({ kind: "elsewhere", path: `/x/${text}` }), stopped({ kind: "loaded", tokens: [wrong] })],
    pairings: {
      nodes: [],
      requests: [
        { request: new Foreign(text), id: "device", name: new Foreign(text), isFirstAsNode: true, silent: false },
      ],
    },
  })
  const route = { address: text, port: 18789, tls: true }
  const passages = [
    { kind: "no gateway", reason: text },
    { kind: "not a gateway", what: text },
    { kind: "pairing required", request: new Foreign(text), product: "openclaw" },
    { kind: "tls", reason: text },
  ] as const
  const views = passages.map((verdict) =>
    nodeOf(nodes, {
      gateway,
      url: text,
      passage: { route, addresses: [text], certificate: "ab".repeat(32), verdict, took: 1 },
    }),
  )
  const ground = groundOf([gateway], views)
  const causes = causesOf({ ...ground, world: { ...ground.world, surveys: [gateways, nodes] } })
  const hello = {
    http: { status: 200, server: new Foreign(text) },
    websocket: { kind: "not a gateway", what: text },
  } as const
  const steps = [
    ...views.flatMap((view) => stepsOfNode(view, hello, ground.letters)),
    ...stepsOfGateway(gateway, hello, ground.letters),
  ]
  return { causes, rows: rowsOf(ground, causes), steps, values: [right, wrong] }
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value]
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : []
}

/** Everything of a cause that is printed. */
const printed = ({ causes, rows, steps }: ReturnType<typeof fleet>) =>
  texts([causes.map(({ copies: _, ...cause }) => cause), rows, steps])

describe("text that others chose", () => {
  it("moves no cursor and hides nothing, wherever it stands", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const each of printed(fleet(text))) expect(unsafe.exec(each)?.[0], each).toBeUndefined()
      }),
      { numRuns: 200 },
    )
  })

  it("is one word of a command that mends", () => {
    const echo = [
      "chmod",
      "rm",
      "docker",
      "systemctl",
      "launchctl",
      "kill",
      "sudo",
      "openclaw",
      "timedatectl",
      "cp",
      "mv",
    ]
    const functions = `${echo.map((name) => `${name}() { printf '%s\\0' "$@"; }`).join("\n")}\nssh() { for last; do :; done; eval "$last"; }\n`
    let tried = 0
    fc.assert(
      fc.property(hostile, (text) => {
        const commands = fleet(text).causes.flatMap(({ remedy }) =>
          remedy !== undefined && new RegExp(`^(ssh|${echo.join("|")}) `).test(remedy) ? [remedy] : [],
        )
        const wanted = [text, `${text}.service`, `/home/tw/bin/${text}`, `/home/tw/.openclaw-${text}/openclaw.json.bak`]
        const lone = (word: string) => Buffer.from(word).toString()
        const words = commands.flatMap((command) => {
          const out = execFileSync("/bin/sh", ["-c", functions + command], {
            encoding: "utf8",
            stdio: ["ignore", "pipe", "pipe"],
          })
          const all = out.split("\0").slice(0, -1)
          // Nothing of it was run: what is told is a program's own words, and whole names.
          for (const word of all)
            expect(plain.test(word) || wanted.map(lone).some((each) => word.endsWith(each)), word).toBe(true)
          return all
        })
        expect(words).toContain(lone(`/home/tw/bin/${text}`))
        tried += commands.length
      }),
      { numRuns: 12 },
    )
    expect(tried).toBeGreaterThan(0)
  })

  it("never holds a token", () => {
    const found = fleet("x")
    for (const value of found.values) for (const each of printed(found)) expect(each).not.toContain(value)
  })
})

const plain = /^[-a-zA-Z0-9=/.:_ ']{1,60}$/
