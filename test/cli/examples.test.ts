import { spawnSync } from "node:child_process"
import { accessSync, constants, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs"
import { delimiter, join, resolve } from "node:path"
import { describe, expect, test } from "vitest"
import { hasPlistlib, readAll } from "../places/plist/plistlib.ts"
import { hasPulumi, path } from "../support/engine/machine.ts"
import { folder } from "../support/hosts/machine.ts"

const root = resolve(import.meta.dirname, "../..")
const examples = join(root, "examples")
const read = (name: string) => readFileSync(join(examples, name), "utf8")

/** Every command line of ours or of Pulumi's in the examples and in the page about them. */
function commands(): readonly (readonly string[])[] {
  const page = readFileSync(join(root, "docs/schedule.md"), "utf8")
  const scripts = ["cron/daily.sh", "ci/gatekey-ci.sh", "ci/github.sh"].map(read)
  return [page, ...scripts].flatMap((text) =>
    [...text.matchAll(/(?:npx --no -- )?(gatekey|pulumi) [a-z][a-z ]*(?: ?--?[^\s;)`"]+(?: [a-z:.]+)?)*/g)].map(
      ([line]) =>
        line
          .replace(/^npx --no -- /, "")
          .trim()
          .split(/\s+/),
    ),
  )
}

const optionsOf = (words: readonly string[]) => words.filter((word) => word.startsWith("-"))

describe("the commands that the examples run", () => {
  const seen = commands()

  test("are found", () => {
    const lines = seen.map((words) => words.join(" "))
    for (const line of [
      "gatekey rotate --if-due --commit",
      "gatekey rotate --if-due --pull-request --stack",
      "gatekey check --base",
      "pulumi preview --non-interactive --expect-no-changes",
      "pulumi preview --non-interactive --json --config-file",
      "pulumi up --non-interactive --yes",
      "pulumi config get --non-interactive --path gatekey:token.rotation",
    ])
      expect(lines).toContain(line)
  })

  const ours = seen.filter((words) => words[0] === "gatekey" && optionsOf(words).length > 0)
  test.each(unique(ours))("%s has these options", (line) => {
    const [, command = "", ...words] = line.split(" ")
    const { stdout } = spawnSync(join(root, "cli/gatekey"), [command, "--help"], { encoding: "utf8" })
    expect(stdout).toContain(`Usage: gatekey ${command} `)
    for (const option of optionsOf(words)) expect(stdout).toContain(`\n  ${option} `)
  })

  const theirs = seen.filter(([program]) => program === "pulumi")
  const skipped = hasPulumi || process.env.CI ? "" : " (no pulumi on PATH: run make setup)"
  test.skipIf(skipped).each(unique(theirs))(`%s is one of Pulumi's${skipped}`, (line) => {
    const [, ...words] = line.split(" ")
    const command = words.slice(0, words.findIndex((word) => !/^[a-z]+$/.test(word)) >>> 0)
    const help = spawnSync("pulumi", [...command, "--help"], { env: { ...process.env, PATH: path }, encoding: "utf8" })
    expect(help.status, help.stderr).toBe(0)
    for (const option of optionsOf(words)) expect(help.stdout).toMatch(new RegExp(`(?:^|\\s)${option}\\b`, "m"))
  })
})

function unique(lines: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lines.map((words) => words.join(" ")))]
}

describe("the daily run", () => {
  test("is a script that every sh reads, and tells what it is called with", () => {
    const script = join(examples, "cron/daily.sh")
    accessSync(script, constants.X_OK)
    for (const shell of ["sh", "dash", "bash"].filter(isThere))
      expect(spawnSync(shell, ["-n", script], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" })
    expect(spawnSync(script, [], { encoding: "utf8" })).toMatchObject({
      status: expect.toSatisfy((status: number) => status !== 0),
      stderr: expect.stringContaining("the folder of Pulumi.yaml"),
    })
  })

  test("is started by cron at a minute of its own", () => {
    const lines = read("cron/crontab")
      .split("\n")
      .filter((line) => line && !line.startsWith("#"))
    expect(lines).toEqual([
      "MAILTO=me",
      expect.stringMatching(/^\d+ \d+ \* \* \* "\$HOME\/gatekey\/(\S+)" "\$HOME\/gatekey"$/),
    ])
    starts(lines[1])
  })

  test.skipIf(!hasPlistlib)("is started by launchd, which catches up after sleep (skipped without python3)", () => {
    const [agent] = readAll([readFileSync(join(examples, "launchd/gatekey.daily.plist"))])
    const command = expect.stringMatching(/^exec "\$HOME\/gatekey\/.* 2>&1$/)
    expect(agent).toEqual({
      Label: "gatekey.daily",
      ProgramArguments: ["/bin/sh", "-c", command],
      StartCalendarInterval: { Hour: 7, Minute: 17 },
    })
    starts(JSON.stringify(agent))
  })

  const noAnalyzer = isThere("systemd-analyze") || process.env.CI ? undefined : "no systemd-analyze here"
  test.skipIf(noAnalyzer)(
    `is started by a timer of systemd that catches up${noAnalyzer ? ` (${noAnalyzer})` : ""}`,
    () => {
      expect(read("systemd/gatekey-daily.timer")).toMatch(/^Persistent=true$/m)
      starts(read("systemd/gatekey-daily.service"))
      const home = folder()
      mkdirSync(join(home, "run"), { mode: 0o700 })
      symlinkSync(root, join(home, "gatekey"))
      const { stderr } = spawnSync(
        "systemd-analyze",
        ["--user", "verify", join(examples, "systemd/gatekey-daily.timer")],
        {
          env: { ...process.env, HOME: home, XDG_RUNTIME_DIR: join(home, "run") },
          encoding: "utf8",
        },
      )
      expect(stderr.split("\n").filter((line) => line.includes("gatekey"))).toEqual([])
    },
  )
})

/** What it starts stands in a clone that lies in ~/gatekey. */
function starts(text = ""): void {
  const [, script = ""] = /gatekey\/(examples\/\S+\.sh)/.exec(text) ?? []
  expect(existsSync(join(root, script)), script).toBe(true)
  expect(script).toBe("examples/cron/daily.sh")
}

function isThere(program: string): boolean {
  return path.split(delimiter).some((each) => existsSync(join(each, program)))
}
