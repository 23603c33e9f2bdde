import { describe, expect, test } from "vitest"
import { filesElsewhere, type Located, locatedIn } from "../../../survey/files/located.ts"

const home = { home: "/home/tw", real: "/data/tw" }
const usual = { config: "/home/tw/.openclaw/openclaw.json", dotenv: "/home/tw/.openclaw/.env" }
const work = {
  profile: "work",
  config: "/home/tw/.openclaw-work/openclaw.json",
  dotenv: "/home/tw/.openclaw-work/.env",
}
const claw = {
  profile: "/srv/claw/openclaw.json",
  config: "/srv/claw/openclaw.json",
  dotenv: "/srv/claw/.env",
}

function located(given: Readonly<Record<string, string>>, flag?: string): Located {
  return locatedIn(home, "openclaw", flag, (end) => given[end])
}

describe("a member's own files", () => {
  test.each<[string, Readonly<Record<string, string>>, Located, string?]>([
    ["nothing said", {}, usual],
    ["a profile by its flag", {}, work, "work"],
    ["a profile by its variable", { PROFILE: "work" }, work],
    ["a profile, and its own folder", { PROFILE: "work", STATE_DIR: "/home/tw/.openclaw-work" }, work],
    ["a profile's folder alone", { STATE_DIR: "~/.openclaw-work" }, work],
    ["another folder", { STATE_DIR: "/srv/claw" }, claw],
    ["with more strokes than it needs", { STATE_DIR: " /srv//claw/ " }, claw],
    ["another folder over a profile", { STATE_DIR: "/srv/claw" }, claw, "work"],
    ["the usual folder, said", { STATE_DIR: "/home/tw/.openclaw" }, usual],
    ["the same without links", { CONFIG_PATH: "/data/tw/.openclaw/openclaw.json" }, usual],
    ["another config", { CONFIG_PATH: "/srv/claw/openclaw.json" }, claw],
    [
      "another config in the usual folder",
      { CONFIG_PATH: "~/.openclaw/second.json" },
      { ...usual, profile: "/home/tw/.openclaw/second.json", config: "/home/tw/.openclaw/second.json" },
    ],
    [
      "a config here and a folder there",
      { CONFIG_PATH: "/etc/claw.json", STATE_DIR: "/srv/claw" },
      { profile: "/etc/claw.json", config: "/etc/claw.json", dotenv: "/srv/claw/.env" },
    ],
    [
      "another home",
      { HOME: "/srv" },
      {
        profile: "/srv/.openclaw/openclaw.json",
        config: "/srv/.openclaw/openclaw.json",
        dotenv: "/srv/.openclaw/.env",
      },
    ],
    ["what depends on where it was started", { STATE_DIR: "claw", CONFIG_PATH: "claw.json" }, usual],
    ["nothing in them", { STATE_DIR: "", CONFIG_PATH: " ", HOME: "", PROFILE: "" }, usual],
  ])("%s", (_, given, expected, flag) => {
    expect(located(given, flag)).toEqual(expected)
  })
})

test.each([
  ["a config of the predecessor's name alone", ["clawdbot.json"], {}, "/home/tw/.openclaw/clawdbot.json"],
  ["the same beside openclaw's own", ["clawdbot.json", "openclaw.json"], {}, usual.config],
  ["the same beside another config", ["clawdbot.json"], { CONFIG_PATH: "/srv/claw/openclaw.json" }, claw.config],
  ["none", [], {}, usual.config],
] as const)("openclaw reads its config: %s", (_, names, given: Readonly<Record<string, string>>, config) => {
  const files = names.map((name) => ({ path: `/home/tw/.openclaw/${name}` }))
  expect(locatedIn({ ...home, files }, "openclaw", undefined, (end) => given[end]).config).toBe(config)
})

test("only what no pattern names is looked for", () => {
  const files = (...given: Located[]) =>
    [
      ...filesElsewhere(
        home,
        given.map((each) => ({ product: "openclaw" as const, ...each })),
      ),
    ].filter(([, { kind }]) => kind !== "backup")
  expect(files(usual, work)).toEqual([])
  expect(files(claw)).toEqual([
    ["/srv/claw/openclaw.json", { kind: "config", product: "openclaw", profile: claw.profile }],
    ["/srv/claw/.env", { kind: "dotenv", product: "openclaw", profile: claw.profile }],
  ])
  expect(files(located({ CONFIG_PATH: "~/.openclaw/second.json" })).map(([path]) => path)).toEqual([
    "/home/tw/.openclaw/second.json",
  ])
})
