import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { folder } from "../../support/hosts/machine.ts"
import { lay } from "../../support/tree.ts"

const gatekey = resolve(import.meta.dirname, "../../../cli/gatekey")
/** Shells write into their home. */
const home = mkdtempSync(join(tmpdir(), "gatekey-completion-"))
afterAll(() => rmSync(home, { recursive: true }))
const env = { HOME: home, PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, TERM: "xterm" }

/** What is typed, and what a shell makes of it where only one word fits. */
const rows: readonly (readonly [string, string])[] = [
  ["gatekey sca", "scan"],
  ["gatekey hist", "history"],
  ["gatekey --vers", "--version"],
  ["gatekey rotate --comp", "--compromised"],
  ["gatekey scan --js", "--json"],
  ["gatekey scan --stack ho", "home"],
  ["gatekey rotate --pull-request --stack of", "office"],
  ["gatekey doctor --cwd fo", "folder"],
  ["gatekey init fo", "folder"],
  ["gatekey check prop", "proposed.yaml"],
  ["gatekey check --base prop", "proposed.yaml"],
  ["gatekey completion fi", "fish"],
  ["gatekey help exit", "exit-codes"],
]

/** A folder with what can be completed, and the shell's script beside it. */
function laid(shell: string): { readonly cwd: string; readonly file: string } {
  const top = realpathSync(folder())
  const cwd = join(top, "project")
  const file = join(top, "completion")
  lay(cwd, { "Pulumi.yaml": "", "Pulumi.home.yaml": "", "Pulumi.office.yml": "", "proposed.yaml": "", "folder/x": "" })
  writeFileSync(file, execFileSync(gatekey, ["completion", shell], { env, encoding: "utf8" }))
  return { cwd, file }
}

function run(shell: string, words: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(shell, [...words], { cwd, env, encoding: "utf8", timeout: 120_000 })
  expect([status, stderr]).toEqual([0, ""])
  return stdout
}

const completed = (printed: string) =>
  printed.split("\n").map((line) => line.replace(/[\t ].*$/, "").replace(/\/$/, ""))

describe("completion in the shell itself", () => {
  test("bash", () => {
    const { cwd, file } = laid("bash")
    const script = rows.map(
      ([line]) => `COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _gatekey; echo "\${COMPREPLY[*]}"`,
    )
    const printed = run("bash", ["--norc", "-c", `. ${file}\n${script.join("\n")}`], cwd)
    expect(printed.trimEnd().split("\n")).toEqual(rows.map(([, word]) => word))
  })

  test("fish", () => {
    const { cwd, file } = laid("fish")
    const script = rows.map(([line]) => `complete -C '${line}' | string join ' '; echo`)
    const printed = run("fish", ["--no-config", "-c", `source ${file}\n${script.join("\n")}`], cwd)
    expect(completed(printed).filter(Boolean)).toEqual(rows.map(([, word]) => word))
  })

  test("zsh", () => {
    const { cwd, file } = laid("zsh")
    // A terminal, as only a line that is edited is completed; the key ^T prints the line.
    const script = `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'autoload -Uz compinit && compinit -u -D; . ${file}; show() { print -r -- "<<$BUFFER>>"; BUFFER= }; zle -N show; bindkey "^T" show; print REA""DY'
zpty -r z printed '*READY*'
for line in ${rows.map(([line]) => `'${line}'`).join(" ")}; do
  zpty -w -n z "$line"$'\\t\\024'
  zpty -r z printed '*<<*>>*'
  print -r -- "\${\${printed##*<<}%%>>*}"
done
zpty -d z`
    const printed = run("zsh", ["-f", "-c", script], cwd)
    const words = printed
      .trimEnd()
      .split("\n")
      .map((line) => line.trimEnd().replace(/\/$/, "").split(" ").at(-1))
    expect(words).toEqual(rows.map(([, word]) => word))
  })

  test("another shell is refused, with those that are known", () => {
    const { status, stderr } = spawnSync(gatekey, ["completion", "tcsh"], { env, encoding: "utf8" })
    expect([status, stderr]).toEqual([2, expect.stringContaining("Allowed choices are bash, zsh, fish")])
  })
})
