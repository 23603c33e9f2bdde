import { describe, expect, it } from "vitest"
import { parseTaggedAnswer } from "../../../probes/services/script.ts"
import { parseHomeSnapshot } from "../../../survey/collect/parse-home.ts"
import { patterns } from "../../../survey/files/patterns.ts"

function seen(...lines: string[]) {
  const answer = parseTaggedAnswer(
    Buffer.from(["noise", ...lines.map((line) => `gk:${line}`), "gk:end", ""].join("\n")),
  )
  if (!answer) throw new Error("no answer")
  return parseHomeSnapshot(answer)
}
const common = ["home /home/tw", "real /data/tw", "user 1000 tw", "now 1000000", "name tw.lan", "system Linux"]
const number = (glob: string) => patterns.findIndex((pattern) => pattern.glob === glob)
const words = (...all: string[]) => all.join("\t")

describe("a look's answer", () => {
  it("says whose home it is", () => {
    const snapshot = seen(...common, "owner 755 1001 5 0 directory|/home/tw", "address 127.0.0.1", "address ::1")
    expect(snapshot).toMatchObject({
      ...{ home: "/home/tw", real: "/data/tw", uid: 1000, user: "tw", owner: 1001, now: 1_000_000, name: "tw.lan" },
      addresses: ["127.0.0.1", "::1"],
    })
  })

  it.each([
    ["Linux", "600 1000 1 1764000000 regular file|/home/tw/.openclaw/openclaw.json", { mode: 0o600, isLink: false }],
    ["busybox, empty", "644 0 2 1 regular empty file|/home/tw/.openclaw/openclaw.json", { mode: 0o644, links: 2 }],
    ["Linux, a link", "777 1000 1 1 symbolic link|/home/tw/.openclaw/openclaw.json", { isLink: true }],
    ["macOS", "600 501 1 1764000000 Regular File|/home/tw/.openclaw/openclaw.json", { uid: 501, isLink: false }],
    ["macOS, a link", "755 501 1 1 Symbolic Link|/home/tw/.openclaw/openclaw.json", { isLink: true }],
  ])("tells of a file: %s", (_, line, file) => {
    const { files } = seen(...common, `file ${number("~/.openclaw/openclaw.json")} ${line}`)
    expect(files).toMatchObject([
      { kind: "config", product: "openclaw", path: "/home/tw/.openclaw/openclaw.json", ...file },
    ])
  })

  it("has a name with blanks and a bar whole, and leaves out folders and what is none", () => {
    const at = number("~/.zshrc")
    const { files } = seen(
      ...common,
      `file ${at} 600 1 1 1 regular file|/home/a | b/.zshrc`,
      `file ${at} 755 1 1 1 directory|/home/tw/.zshrc`,
      `file ${at} rubbish`,
      "file 9999 600 1 1 1 regular file|/x",
      "script 755 1 1 1 regular file|relative",
    )
    expect(files.map(({ path }) => path)).toEqual(["/home/a | b/.zshrc"])
  })

  it("drops the second name of a file in a folder that is a link, but no file that has only that name", () => {
    const files = (folder: string, ...names: string[]) =>
      names.map((name) => {
        const glob = name === ".env" ? `~/${folder}/.env` : `~/${folder}/${name}`
        return `file ${number(glob)} 600 1 1 1 regular file|/home/tw/${folder}/${name}`
      })
    const lines = [...files(".openclaw", "clawdbot.json", ".env"), ...files(".clawdbot", "clawdbot.json", ".env")]
    const paths = (target: string) =>
      seen(...common, ...lines, `folderlink /home/tw/.clawdbot|${target}`).files.map(({ path }) => path)
    expect(paths("/data/tw/.openclaw")).toEqual(["/home/tw/.openclaw/clawdbot.json", "/home/tw/.openclaw/.env"])
    expect(paths("/data/tw/elsewhere")).toHaveLength(4)
  })

  it("tells each file once, as what it was first met", () => {
    const line = "600 1 1 1 regular file|/home/tw/.openclaw/.env"
    const { files } = seen(...common, `file ${number("~/.openclaw/.env")} ${line}`, `envfile ${line}`, `script ${line}`)
    expect(files.map(({ kind }) => kind)).toEqual(["dotenv"])
  })

  it("tells what a manager gives, and a value with anything in it", () => {
    const { session } = seen(
      ...common,
      "session launchd OPENCLAW_GATEWAY_TOKEN=a=b c",
      "session systemd X_GATEWAY_TOKEN=",
    )
    expect(session.map(({ by, variable, value }) => [by, variable, value.reveal()])).toEqual([
      ["launchd", "OPENCLAW_GATEWAY_TOKEN", "a=b c"],
    ])
  })
})

describe("live processes", () => {
  const one = (pid: number, parent: number, all: string, ...given: string[]) => [
    `process ${pid} ${parent} 5000`,
    `uid ${pid} 1000`,
    `words ${pid} ${all}\t`,
    ...given.map((each) => `given ${pid} ${each}`),
  ]
  const node = words(
    "/usr/bin/node",
    "/x/openclaw/dist/index.js",
    "node",
    "run",
    "--host",
    "st",
    "--display-name",
    "tw",
  )

  it("as Linux tells of them", () => {
    const { processes } = seen(
      ...common,
      "clock 100 1050.00",
      ...one(7, 1, node, "PATH=", "HOME=/home/tw", "OPENCLAW_GATEWAY_TOKEN=a=b"),
      "homeof 7 /data/tw",
      "group 7 0::/user.slice/user-1000.slice/user@1000.service/app.slice/openclaw-node.service",
    )
    expect(processes).toMatchObject([
      {
        ...{ pid: 7, parent: 1, uid: 1000, product: "openclaw", role: "node", started: 999_000, seen: true },
        ...{ home: "/data/tw", route: "ws://st:18789", displayName: "tw", flag: undefined },
        service: { manager: "systemd", name: "openclaw-node.service", system: false },
      },
    ])
    expect(processes[0]?.environment.get("OPENCLAW_GATEWAY_TOKEN")?.reveal()).toBe("a=b")
  })

  it.each([
    "apart 7",
    "group 7 0::/system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope",
  ])("knows one with another home at the same path: %s", (line) => {
    const given = [...common, "clock 100 1050.00", ...one(7, 1, node, "HOME=/home/tw"), "homeof 7 /home/tw"]
    expect([seen(...given), seen(...given, line)].map(({ processes }) => processes[0]?.apart)).toEqual([false, true])
  })

  it("as macOS's ps tells of them", () => {
    const { processes } = seen(
      ...common,
      "ps 70   1   501 02-03:04:05 /opt/homebrew/bin/node /x/openclaw/dist/index.js gateway --port 19001 --token k3y",
      "given 70 PATH=",
      "given 70 HOME=/Users/tw",
      "homeof 70 /Users/tw",
    )
    expect(processes).toMatchObject([
      {
        ...{ pid: 70, parent: 1, uid: 501, role: "gateway", port: 19001, home: "/Users/tw", seen: true },
        started: 1_000_000 - (2 * 86_400 + 3 * 3600 + 4 * 60 + 5),
      },
    ])
    expect(processes[0]?.flag?.reveal()).toBe("k3y")
  })

  it("has a value of several lines whole", () => {
    const { processes } = seen(...common, "clock 100 1", ...one(7, 1, node, "OPENCLAW_GATEWAY_TOKEN=a\u0001b"))
    expect(processes[0]?.environment.get("OPENCLAW_GATEWAY_TOKEN")?.reveal()).toBe("a\nb")
  })

  it("knows when an environment may not be seen", () =>
    expect(seen(...common, "clock 100 1050.00", ...one(7, 1, node)).processes).toMatchObject([
      { seen: false, home: undefined },
    ]))

  it("of a launcher and what it started, has the latter, with the words of both", () => {
    const launcher = words("npm exec", "openclaw", "gateway", "run", "--port", "19001", "--token", "k3y")
    const { processes } = seen(...common, "clock 100 1050", ...one(7, 1, launcher), ...one(8, 7, "openclaw-gateway"))
    expect(processes).toMatchObject([{ pid: 8, port: 19001 }])
    expect(processes[0]?.flag?.reveal()).toBe("k3y")
  })

  it("of a gateway that is about to start another program, has the gateway", () => {
    const begun = (ticks: number) => [`process 8 7 ${ticks}`, "uid 8 1000", `words 8 ${words("openclaw-gateway")}\t`]
    const pids = (ticks: number) =>
      seen(...common, "clock 100 1050", ...one(7, 1, "openclaw-gateway"), ...begun(ticks)).processes.map(
        ({ pid }) => pid,
      )
    expect([pids(104_950), pids(90_000)]).toEqual([[7], [8]])
  })

  it("sets aside what calls itself by its product's name alone", () => {
    const { processes, unnamed } = seen(...common, "clock 100 1050", ...one(7, 1, "openclaw"), ...one(8, 1, node))
    expect([processes, unnamed].map((all = []) => all.map(({ pid }) => pid))).toEqual([[8], [7]])
  })

  it("keeps a gateway that started a node", () => {
    const { processes } = seen(...common, "clock 100 1050", ...one(7, 1, "openclaw-gateway"), ...one(8, 7, node))
    expect(processes.map(({ pid }) => pid)).toEqual([7, 8])
  })

  it("leaves out what only names a product", () => {
    const others = [words("vi", "/home/tw/.openclaw/openclaw.json"), words("openclaw", "devices", "list")]
    const lines = others.flatMap((each, at) => one(at + 2, 1, each))
    expect(seen(...common, "clock 100 1050", ...lines).processes).toEqual([])
  })
})
