import { describe, expect, it } from "vitest"
import { definitionIn } from "../../../survey/files/definitions.ts"

const plist = (label: string, words: readonly string[], more = "") =>
  Buffer.from(`<?xml version="1.0"?><plist version="1.0"><dict>
<key>Label</key><string>${label}</string>
<key>ProgramArguments</key><array>${words.map((word) => `<string>${word}</string>`).join("")}</array>${more}
</dict></plist>`)
const unit = (text: string) => Buffer.from(`[Service]\n${text}\n`)
const node = { product: "openclaw", role: "node" }
const gateway = { product: "openclaw", role: "gateway" }
const home = "/Users/tw"
const program = `${home}/.npm/lib/node_modules/openclaw/dist/index.js`

describe("what a definition starts", () => {
  it("is a node behind openclaw's own wrapper on macOS", () => {
    const env = `${home}/.openclaw/service-env/ai.openclaw.node`
    const words = ["/bin/sh", `${env}-env-wrapper.sh`, `${env}.env`, "/opt/homebrew/bin/node", program]
    const bytes = plist("ai.openclaw.node", [...words, "node", "run", "--host", "studio.local", "--port", "18790"])
    expect(definitionIn(`${home}/Library/LaunchAgents/ai.openclaw.node.plist`, bytes, "plist")).toMatchObject({
      ...{ manager: "launchd", name: "ai.openclaw.node", system: false, running: node },
      options: { route: "ws://studio.local:18790", flag: undefined },
    })
  })

  it.each<[string, string, object | undefined]>([
    ["the installer's gateway", `/usr/bin/node ${program} gateway --port 18789`, gateway],
    ["its node", `/usr/bin/node ${program} node run --host studio`, node],
    ["the program's own name", "/usr/local/bin/openclaw gateway run", gateway],
    [
      "a user who is called like it",
      "/home/openclaw/bin/node /home/openclaw/lib/openclaw/dist/index.js gateway",
      gateway,
    ],
    ["a shell that is given a script", `/bin/sh -c "cd /srv && exec openclaw node run"`, node],
    ["npx", "/usr/bin/npx -y openclaw gateway run", gateway],
    ["a command that only asks", "/usr/bin/openclaw gateway status", undefined],
    ["another program", "/usr/bin/vault agent --token x", undefined],
  ])("%s", (_, exec, running) =>
    expect(definitionIn("/etc/systemd/user/mine.service", unit(`ExecStart=${exec}`), "systemd").running).toEqual(
      running,
    ),
  )

  it("is what the product calls its service, where the words do not say", () => {
    const path = `${home}/.config/systemd/user/openclaw-node.service`
    expect(definitionIn(path, unit("ExecStart=/opt/start-it"), "systemd").running).toEqual(node)
  })

  it("has the file's name where a property list has no label", () =>
    expect(definitionIn("/Library/LaunchAgents/x.y.plist", Buffer.from("<plist><dict/></plist>"), "plist").name).toBe(
      "x.y",
    ))

  it.each([
    [
      "a unit of the machine",
      "/etc/systemd/system/x.service",
      unit("ExecStart=openclaw gateway\nUser=tw"),
      "systemd",
      "tw",
    ],
    ["one of root's", "/etc/systemd/system/x.service", unit("ExecStart=openclaw gateway"), "systemd", undefined],
    [
      "a LaunchDaemon",
      "/Library/LaunchDaemons/x.plist",
      plist("x", ["openclaw", "gateway"], "<key>UserName</key><string>tw</string>"),
      "plist",
      "tw",
    ],
  ] as const)("knows as whom %s runs", (_, path, bytes, format, user) => {
    const { system, user: found } = definitionIn(path, bytes, format)
    expect([system, found]).toEqual([true, user])
  })

  it("says nothing of a user to whom a user's own unit cannot change", () =>
    expect(definitionIn("/etc/systemd/user/x.service", unit("User=root"), "systemd")).toMatchObject({ system: false }))

  it("forgets what a later empty line takes back", () => {
    const text = "ExecStart=openclaw gateway\nExecStart=\nExecStart=openclaw node run"
    expect(definitionIn("/etc/systemd/user/x.service", unit(text), "systemd").running).toEqual(node)
  })
})
