import { spawnSync } from "node:child_process"
import { openSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { expect, test } from "vitest"
import { folder } from "../support/hosts/machine.ts"
import { lay } from "../support/tree.ts"

const program = resolve(import.meta.dirname, "../../cli/gatekey")
const stack = "config:\n  gatekey:token: {rotation: 1}\n"
const nested = (open: string, close: string, times = 100_000) => open.repeat(times) + close.repeat(times)

/** @param input what stands on its standard input */
function gatekey(words: readonly string[], cwd: string, input = "/dev/null") {
  const env = { HOME: cwd, PATH: `${dirname(process.execPath)}:/usr/bin:/bin` }
  const stdio = [openSync(input, "r"), "pipe", "pipe"] as const
  const { status, stdout, stderr } = spawnSync(program, [...words], { cwd, env, stdio: [...stdio], encoding: "utf8" })
  return { code: status, stdout, stderr }
}

test.each<[string[], string, string]>([
  [["check", "/dev/zero"], "/dev/null", "/dev/zero has more than 1 MB, expected a stack's file"],
  [["check", "big.yaml"], "/dev/null", "big.yaml has more than 1 MB, expected a stack's file"],
  [["check", "ours.yaml", "--base", "/dev/zero"], "/dev/null", "/dev/zero has more than 1 MB"],
  [
    ["report", "/dev/zero"],
    "/dev/null",
    "/dev/zero has more than 64 MB, expected the output of `pulumi preview --json`",
  ],
  [["report"], "/dev/zero", "standard input has more than 64 MB"],
  [["report", "."], "/dev/null", ".: is a directory"],
  [["report", "absent"], "/dev/null", "absent: "],
])("%j ends with 2 where its input has no end, or is none", (words, input, message) => {
  const top = folder()
  lay(top, { "big.yaml": `${stack}# ${"x".repeat(1_048_576)}\n`, "ours.yaml": stack })
  const { code, stdout, stderr } = gatekey(words, top, input)
  expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(`gatekey ${words[0]}: ${message}`)])
})

test("report takes what is nested deeper than anybody prints it", () => {
  const top = folder()
  const urn = "urn:pulumi:dev::g::gatekey:index:Placement::x"
  const states = `"oldState":{"inputs":{"holds":${nested("[", "]")}}},"newState":{"inputs":${nested('{"a":', "}").replace(":}", ":1}")}}`
  lay(top, { "deep.json": `{"steps":[{"op":"update","urn":"${urn}",${states}}]}` })
  for (const words of [[], ["--json"], ["--html", "page.html"]]) {
    const { code, stderr } = gatekey(["report", "deep.json", ...words], top)
    expect([code, stderr]).toEqual([0, ""])
  }
})

test.each([
  ["is nested too deeply", `config:\n  gatekey:token: ${nested("[", "]")}\n`],
  [
    "multiplies its aliases",
    `a: &a [1,1,1,1]\n${[..."bcdefgh"].map((to, at) => `${to}: &${to} [${`*${"abcdefg"[at]},`.repeat(10)}]\n`).join("")}config: {gatekey:token: {rotation: 1}}\n`,
  ],
  ["has an alias without an anchor", `${stack}  b: *x\n`],
  ["is longer than anybody writes", `${stack}# ${"x".repeat(2_000_000)}\n`],
])("a stack's file that %s is named where it is refused", (_, text) => {
  const top = folder()
  lay(top, { "Pulumi.yaml": "name: x\nruntime: nodejs\n", "Pulumi.dev.yaml": text })
  for (const command of ["scan", "doctor", "rotate"]) {
    const { code, stderr } = gatekey([command, "--stack", "dev"], top)
    expect([command, code, stderr]).toEqual([
      command,
      command === "rotate" ? 1 : 2,
      expect.stringMatching(/^gatekey \w+: \S*Pulumi\.dev\.yaml: (?:is|has) [^\n]*\n$/),
    ])
  }
})
