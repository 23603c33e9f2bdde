import { spawnSync } from "node:child_process"
import { chmodSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { formatPlist } from "../../../probes/services/launchd/plist.ts"
import { formatSupervisor } from "../../../probes/services/process/supervisor.ts"
import { checkProgram, type Program } from "../../../probes/services/program.ts"
import { formatUnit } from "../../../probes/services/systemd/unit.ts"
import { folder } from "../../support/hosts/machine.ts"
import { noUserManager, parted, startUserManager, type UserManager } from "../../support/hosts/systemd-user.ts"
import { hasPython, runPython } from "../../support/python.ts"

/** Words with characters that a parser could interpret. */
const word = fc.string({
  unit: fc.constantFrom(
    "a",
    "Z",
    "0",
    " ",
    "'",
    '"',
    "\\",
    "$",
    "%",
    "{",
    "}",
    "`",
    "&",
    "<",
    ">",
    ";",
    "#",
    "é",
    "=",
    "~",
    "-",
  ),
  minLength: 1,
  maxLength: 12,
})
const name = fc
  .stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/)
  .filter((each) => !["PATH", "HOME", "PWD", "_", "IFS", "PS4"].includes(each))
const programs = fc.record({
  arguments: fc.array(
    word.filter((each) => !/^--token/.test(each)),
    { maxLength: 4 },
  ),
  environment: fc.dictionary(name, word, { maxKeys: 3 }),
})

const home = "/h"
const program = (words: readonly string[], environment: Record<string, string>): Program => ({
  command: ["/bin/x", ...words],
  environment,
})

test.skipIf(!hasPython("plistlib"))("a property list reads back in Python's reader as what was declared", () => {
  const samples = fc.sample(programs, 60)
  const script = `
import json, plistlib, sys
print(json.dumps([plistlib.loads(each.encode()) for each in json.load(sys.stdin)]))`
  const texts = samples.map((each) => formatPlist("org.example", program(each.arguments, each.environment), home))
  const lists = runPython<Record<string, unknown>[]>(script, texts)
  for (const [index, list] of lists.entries()) {
    const { arguments: words = [], environment = {} } = samples[index] ?? {}
    expect(list).toMatchObject({
      Label: "org.example",
      ProgramArguments: ["/bin/x", ...words],
      RunAtLoad: true,
      KeepAlive: true,
      Umask: 63,
    })
    expect(list.EnvironmentVariables).toEqual(environment)
  }
})

test("a supervisor starts its program with the declared arguments in every shell", () => {
  const at = folder()
  const show = join(at, "show")
  writeFileSync(show, '#!/bin/sh\nprintf "%s\\0" "$@"; env -0\n')
  chmodSync(show, 0o755)
  for (const { arguments: words, environment } of fc.sample(programs, 25)) {
    const text = formatSupervisor(join(at, "x.sh"), { command: [show, ...words], environment }, at)
    const only = `${text.slice(0, text.indexOf("\numask"))}\nprogram\n`
    const { stdout } = spawnSync("sh", ["-c", only], { encoding: "utf8" })
    const said = stdout.split("\0")
    expect(said.slice(0, words.length)).toEqual(words)
    for (const [key, value] of Object.entries(environment)) expect(said).toContain(`${key}=${value}`)
  }
})

describe.skipIf(noUserManager !== undefined)(`a unit${noUserManager ? ` (${noUserManager})` : ""}`, () => {
  let systemd: UserManager
  beforeAll(async () => {
    systemd = await startUserManager()
  })
  afterAll(() => systemd?.stop())

  test("starts its program with the declared arguments on a real systemd", () => {
    const show = join(systemd.home, "show")
    writeFileSync(show, '#!/bin/sh\nout=$1; shift\n{ printf "%s\\0" "$@"; env -0; } >"$out"\n')
    chmodSync(show, 0o755)
    const samples = fc.sample(programs, 25)
    const out = (index: number) => join(systemd.home, `out-${index}`)
    for (const [index, { arguments: words, environment }] of samples.entries()) {
      const text = formatUnit({ command: [show, out(index), ...words], environment }, systemd.home)
      systemd.unit(`sample-${index}.service`, text.replace("Restart=always", "Type=oneshot\nRestart=no"))
    }
    systemd.run(samples.map((_, index) => `sample-${index}.service`))
    for (const [index, { arguments: words, environment }] of samples.entries()) {
      const said = parted(out(index))
      expect(said.slice(0, words.length)).toEqual(words)
      for (const [key, value] of Object.entries(environment)) expect(said).toContain(`${key}=${value}`)
    }
  })

  test("passes systemd-analyze", () => {
    const full: Program = {
      command: ["/bin/sleep", "1"],
      environmentFile: "~/x.env",
      folder: "~/",
      log: "~/x.log",
      description: "50% node",
    }
    const at = join(systemd.home, ".config/systemd/user/full.service")
    writeFileSync(at, formatUnit(full, systemd.home))
    const env = { ...process.env, ...systemd.env }
    const { stderr } = spawnSync("systemd-analyze", ["--user", "verify", at], { env, encoding: "utf8" })
    expect(stderr.split("\n").filter((line) => line.includes("full.service"))).toEqual([])
    expect(readFileSync(at, "utf8")).toContain("Description=50%% node")
  })
})

test("accepts a valid program", () => {
  expect(checkProgram({ command: ["~/bin/x", "a b"], environment: { A: "1" }, restartDelay: 3 }, "TOKEN")).toEqual([])
})

test.each([
  [{ command: ["~/bin/x", "--token", "x"] }, "command", "contains --token, which the process list shows"],
  [{ command: ["~/bin/x", "--password=x"] }, "command", "contains --password, which the process list shows"],
  [{ command: ["~/bin/x"], environment: { TOKEN: "x" } }, "environment.TOKEN", "carries the token"],
  [
    { command: ["~/bin/x"], environment: { OPENCLAW_GATEWAY_PASSWORD: "x" } },
    "environment.OPENCLAW_GATEWAY_PASSWORD",
    "carries a password",
  ],
  [
    { command: ["~/bin/x"], environment: { CLAWDBOT_GATEWAY_TOKEN: "x" } },
    "environment.CLAWDBOT_GATEWAY_TOKEN",
    "carries the token",
  ],
])("refuses an invalid program: %j", (program, key, problem) => {
  expect(checkProgram(program, "TOKEN")).toEqual([{ key, problem: expect.stringContaining(problem) }])
})
