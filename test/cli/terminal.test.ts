import { execFileSync, spawnSync } from "node:child_process"
import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { describe, expect, test } from "vitest"
import { hasColors, widthOf } from "../../cli/terminal.ts"
import { folder } from "../support/hosts/machine.ts"
import { strong } from "../support/tokens.ts"
import { lay } from "../support/tree.ts"

const gatekey = resolve(import.meta.dirname, "../../cli/gatekey")
const path = `${dirname(process.execPath)}:/usr/bin:/bin`
const csi = "\u001b["

/** Runs the command line in a terminal of so many columns; standard output and standard error are one. */
function inTerminal(words: readonly string[], columns: number, env: NodeJS.ProcessEnv = {}): string {
  const command = `stty cols ${columns} rows 40; exec ${[gatekey, ...words].map((word) => `'${word}'`).join(" ")}`
  const { stdout } = spawnSync("script", ["-qec", command, "/dev/null"], {
    env: { HOME: folder(), PATH: path, TERM: "xterm", SHELL: "/bin/sh", ...env },
    encoding: "utf8",
    timeout: 240_000,
  })
  return stdout.replaceAll("\r\n", "\n")
}

/** A home with rows that are wider than a terminal. */
function wideHome(): string {
  const home = folder()
  lay(home, {
    ".openclaw/openclaw.json": [`{gateway:{mode:"local",port:1,auth:{mode:"token",token:"${strong()}"}}}`, 0o644],
    ".config/systemd/user/openclaw-gateway.service.d/10-a-long-name-of-a-drop-in.conf": `[Service]\nEnvironment=OPENCLAW_GATEWAY_TOKEN=${strong()}\n`,
    "bin/start": [`#!/bin/sh\nexec openclaw gateway run --token ${strong()}\n`, 0o755],
  })
  return home
}

const isWide = (line: string) => line.length > 140

describe("a table", () => {
  test("has lines of any length in a pipe, and no colours", () => {
    const done = spawnSync(gatekey, ["scan", "--home", wideHome()], { env: { PATH: path }, encoding: "utf8" })
    expect(done.stdout.split("\n").some(isWide)).toBe(true)
    expect(done.stdout).not.toContain(csi)
  })

  test.each([120, 100, 80, 60, 40, 20])("fits a terminal of %d columns, and nothing is lost", (columns) => {
    const home = wideHome()
    const lines = stripVTControlCharacters(inTerminal(["scan", "--home", home], columns)).split("\n")
    const first = lines.findIndex((line) => line.startsWith("place"))
    const table = lines.slice(
      first,
      lines.findIndex((line, at) => at > first && / in plaintext, /.test(line)),
    )
    // Where columns would be too narrow, each cell has a line of its own, which the terminal wraps.
    const isStacked = table[0]?.startsWith("place: ")
    if (!isStacked) expect(table.filter((line) => line.length > columns)).toEqual([])
    expect(isStacked).toBe(columns <= 40)
    const end = isStacked ? undefined : table[0]?.indexOf("holds")
    const places = table.map((line) => line.slice(0, end).trim()).join("")
    for (const part of ["~/.openclaw/openclaw.json", "10-a-long-name-of-a-drop-in.conf", "~/bin/start"])
      expect(places).toContain(part)
  })
})

describe("colours", () => {
  test.each([
    ["a terminal", { isTTY: true }, {}, true],
    ["a pipe", {}, {}, false],
    ["a terminal, with NO_COLOR", { isTTY: true }, { NO_COLOR: "1" }, false],
    ["a terminal, with an empty NO_COLOR", { isTTY: true }, { NO_COLOR: "" }, true],
    ["a pipe, with FORCE_COLOR", {}, { FORCE_COLOR: "1" }, true],
    ["a pipe, with both", {}, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
    ["a terminal, with FORCE_COLOR=0", { isTTY: true }, { FORCE_COLOR: "0" }, false],
    ["a terminal that has none", { isTTY: true }, { TERM: "dumb" }, false],
  ])("in %s: %j, %j", (_, stream, env, expected) => {
    expect(hasColors(stream, env)).toBe(expected)
  })

  test("are added to what was escaped, and taken away again leave the same text", () => {
    const home = wideHome()
    const run = (env: object) =>
      execFileSync("sh", ["-c", '"$@" || true', "sh", gatekey, "scan", "--home", home], {
        env: { PATH: path, ...env },
        encoding: "utf8",
      })
    const [plain, colored] = [run({}), run({ FORCE_COLOR: "1" })]
    expect(colored).toContain(`${csi}1mplace${csi}22m`)
    expect(stripVTControlCharacters(colored)).toBe(plain)
    expect(run({ NO_COLOR: "1" })).toBe(plain)
  })

  test("a terminal has a width, a pipe has none", () => {
    expect([widthOf({ isTTY: true, columns: 80 }), widthOf({ columns: 80 }), widthOf({ isTTY: true })]).toEqual([
      80,
      undefined,
      undefined,
    ])
  })
})

describe("a line of progress", () => {
  /** A PATH whose ssh takes longer than the two seconds in which nothing is shown. */
  function slow(): string {
    const bin = join(folder(), "bin")
    mkdirSync(bin)
    writeFileSync(join(bin, "ssh"), "#!/bin/sh\nsleep 5\nexit 255\n")
    chmodSync(join(bin, "ssh"), 0o755)
    return `${bin}:${path}`
  }
  const words = ["scan", "--host", "ssh://a.invalid", "--home", "/x"]

  test("is in a terminal after two seconds, and replaced by what is printed", () => {
    const printed = inTerminal(words, 80, { PATH: slow() })
    expect(printed).toContain(`\r${csi}Kchecking 1 home, 0 done (`)
    const last = printed.slice(printed.lastIndexOf(`\r${csi}K`))
    expect(stripVTControlCharacters(last)).toMatch(/^\rgatekey scan: ssh:\/\/a\.invalid/)
  })

  test("is not in a pipe, and not in a terminal that cannot rewrite a line", () => {
    const { stdout, stderr } = spawnSync(gatekey, words, { env: { PATH: slow() }, encoding: "utf8" })
    expect([stdout, stderr]).toEqual(["", expect.not.stringContaining("checking")])
    expect(inTerminal(words, 80, { PATH: slow(), TERM: "dumb" })).not.toContain("checking")
  })
})
