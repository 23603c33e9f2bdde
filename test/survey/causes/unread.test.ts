import { mkdirSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { describe, expect, test } from "vitest"
import type { FileSnapshot } from "../../../hosts/host.ts"
import { causesOf } from "../../../survey/causes/index.ts"
import type { HomeSnapshot } from "../../../survey/files/home-snapshot.ts"
import { Letters } from "../../../survey/resolve/letters.ts"
import { gatekey } from "../../support/cli/gatekey.ts"
import { folder } from "../../support/hosts/machine.ts"
import { type Paper, type Papers, surveyOf } from "../../support/survey/papers.ts"
import { strong } from "../../support/tokens.ts"

const O = "OPENCLAW_GATEWAY_TOKEN"
const unit = "~/.config/systemd/user/openclaw-gateway.service"
const agent = "~/Library/LaunchAgents/ai.openclaw.gateway.plist"
const deep = `x=${"$(".repeat(5000)} # ${O}`
const runs = "[Service]\nExecStart=openclaw gateway run\n"

/** What no parser understands, where a home has it; `text` without a pattern needs its `kind`. */
const files: readonly (readonly [string, string, Paper])[] = [
  ["a config", "~/.openclaw/openclaw.json", '"\\'],
  ["a config that is empty", "~/.openclaw/openclaw.json", "// nothing\n"],
  ["a config that is nested too deeply", "~/.openclaw/openclaw.json", "[".repeat(1000)],
  ["a backup of a config", "~/.openclaw/openclaw.json.bak", '{"gateway": {'],
  ["a launch agent", agent, "<plist><!-- openclaw -->"],
  ["a binary launch agent", agent, "bplist00openclaw"],
  ["a launch agent whose script is nested too deeply", agent, agentThatRuns(deep)],
  ["a unit without the end of a header", unit, "[Service\nExecStart=openclaw gateway run"],
  ["a unit with an open quote", unit, "[Service]\nExecStart=openclaw 'gateway run\n"],
  ["a unit with an open quote in a variable", unit, `${runs}Environment='${O}=a\n`],
  ["a unit whose script has an open quote", unit, `[Service]\nExecStart=sh -c "exec openclaw ${O}='a"\n`],
  ["a drop-in", `${unit}.d/openclaw.conf`, `[Service # openclaw\n`],
  ["a Compose file", "~/openclaw/compose.yaml", { kind: "compose environment", text: "services: [ # openclaw\n" }],
  [
    "a Compose file of another shape",
    "~/openclaw/compose.yaml",
    { kind: "compose environment", text: "services: openclaw" },
  ],
  [
    "a Compose file whose command has an open quote",
    "~/openclaw/compose.yaml",
    { kind: "compose environment", text: `services: {gw: {command: "openclaw gateway run --token 'a"}}` },
  ],
  ["a profile with an open quote", "~/.bashrc", `export ${O}='a\n`],
  ["a profile in UTF-16", "~/.bashrc", Buffer.from(`\ufeff# x\nexport ${O}=a\n`, "utf16le")],
  ["a profile of fish in UTF-16", "~/.config/fish/config.fish", Buffer.from(`\ufeffset -gx ${O} a\n`, "utf16le")],
  ["a profile of csh in UTF-16", "~/.login", Buffer.from(`\ufeffsetenv ${O} a\n`, "utf16le")],
  ["a file of variables in UTF-16", "~/.openclaw/.env", Buffer.from(`\ufeff${O}=a\n`, "utf16le")],
  ["one in UTF-16 without a mark", "~/.openclaw-work/.env", Buffer.from(`${O}=a\n`, "utf16le")],
  ["the machine's crontab in UTF-16", "/etc/cron.d/openclaw", Buffer.from(`\ufeff${O}=a\n`, "utf16le")],
  ["a unit in UTF-16", unit, Buffer.from(`\ufeff${runs}`, "utf16le")],
  ["a profile that is nested too deeply", "~/.zshrc", deep],
  ["a profile of fish", "~/.config/fish/config.fish", `set -gx ${O} 'it`],
  ["a profile of csh", "~/.login", `setenv ${O} "it`],
  ["a session's variables", "~/.config/environment.d/a.conf", `${O}='a`],
  ["a script", "~/bin/start.sh", { kind: "script", text: `${O}=a openclaw gateway run "` }],
  [
    "the machine's crontab",
    "/etc/cron.d/openclaw",
    { kind: "crontab", text: `@reboot me ${O}='a openclaw gateway run` },
  ],
]

describe("a file that cannot be parsed is not clean, though it is all that a home has", () => {
  test.each(files)("%s", (_name, path, paper) => {
    const causes = causesIn({ [path]: paper })
    expect(causes).toEqual([
      { code: "file-unreadable", weight: "risk", sentence: expect.stringContaining(`${path} on `) },
    ])
    expect(causes[0]?.sentence).toContain("whether it contains a token is not known")
  })

  test("the user's own crontab", () => {
    const crontab = ["# it's", "MAILTO=it's", `@reboot ${O}='a openclaw gateway run`, `@daily ${deep}`]
    expect(causesIn({}, { crontab })).toMatchObject([
      { code: "file-unreadable", sentence: expect.stringContaining("crontab of tw on tw cannot be read: line 1") },
    ])
  })
})

test.each([
  ["a config", "~/.openclaw/openclaw.json"],
  ["a file of variables", "~/.openclaw/.env"],
])("a link of %s that leads nowhere, or where it may not be entered, leaves open what is there", (_, path) => {
  for (const look of [
    { kind: "absent", leftover: false },
    { kind: "unreadable", reason: "permission denied" },
  ] as FileSnapshot[]) {
    expect(causesIn({ [path]: { isLink: true, mode: 0o777, look } })).toEqual([
      { code: "file-unreadable", weight: "unknown", sentence: expect.stringContaining(`${path} on `) },
    ])
  }
})

test("what can be read beside what cannot is still found", () => {
  const token = strong()
  const survey = surveyOf(
    {
      [unit]: `[Service]\nEnvironment=${O}=${token}\nExecStart=sh -c "openclaw gateway run --token 'a"\n`,
      "~/.openclaw/.env": Buffer.from(`# \xE9\n${O}=${token}\n`, "latin1"),
      "~/bin/ask.py": { kind: "script", text: `# it's\nos.environ["${O}"] = "${token}"\n` },
      "~/x/compose.yaml": {
        kind: "compose environment",
        text: `services: {a: {labels: {note: "it's"}, environment: {${O}: "${token}"}}}`,
      },
    },
    { snapshot: { crontab: ["@daily echo 'openclaw", `@reboot ${O}=${token} openclaw gateway run`] } },
  )
  const holding = survey.copies.filter(({ held }) => held.kind === "value" && held.value.reveal() === token)
  expect(holding.map(({ kind }) => kind).sort()).toEqual([
    ...["compose environment", "crontab", "dotenv", "script", "unit environment"],
  ])
  expect(survey.copies.filter(({ held }) => held.kind === "broken").map(({ path }) => path)).toEqual([
    unit.replace("~", "/home/tw"),
  ])
})

describe("the program ends with 1 and an answer", () => {
  const own = files.filter(
    ([, path], at) => path.startsWith("~/") && files.findIndex(([, each]) => each === path) === at,
  )

  test("in a home with all of them", async () => {
    const { code, stdout, stderr } = await scanOf(own, "--json")
    expect([code, stderr]).toEqual([1, ""])
    const { clean, causes } = JSON.parse(stdout) as { clean: boolean; causes: { code: string; sentence: string }[] }
    const unread = causes.filter(({ code }) => code === "file-unreadable").map(({ sentence }) => sentence)
    expect(clean).toBe(false)
    expect(unread.map((sentence) => sentence.split(" on ")[0]).sort()).toEqual(own.map(([, path]) => path).sort())
  })

  test.each(own.filter(([, path]) => /\.service|compose|start\.sh/.test(path)))(
    "in a home with %s",
    async (...file) => {
      const { code, stdout, stderr } = await scanOf([file])
      expect([code, stderr]).toEqual([1, ""])
      expect(stdout).toContain(`${file[1]} on `)
      expect(stdout).not.toContain("Clean")
    },
  )
})

function scanOf(all: typeof files, ...words: string[]) {
  const home = folder()
  for (const [, path, paper] of all) {
    const file = path.replace("~", home)
    mkdirSync(dirname(file), { recursive: true })
    const isContent = typeof paper === "string" || paper instanceof Uint8Array
    writeFileSync(file, isContent ? paper : ((paper as { readonly text?: string }).text ?? ""))
  }
  return gatekey(["scan", "--home", home, ...words], home)
}

function causesIn(papers: Papers, snapshot: Partial<HomeSnapshot> = {}) {
  const world = { surveys: [surveyOf(papers, { snapshot })], gateways: [], nodes: [], unseen: [] }
  return causesOf({ letters: new Letters(), world }).map(({ code, weight, sentence }) => ({ code, weight, sentence }))
}

function agentThatRuns(script: string): string {
  const words = ["sh", "-c", script].map((word) => `<string>${word}</string>`).join("")
  return `<plist><dict><key>ProgramArguments</key><array>${words}</array></dict></plist>`
}
