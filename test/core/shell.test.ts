import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import ts from "typescript"
import { describe, expect, test } from "vitest"
import { formatAssignments, quoteForShell, shellFile, shellScript, statFunction } from "../../core/shell.ts"
import { root } from "../support/engine/program.ts"

const shells = { sh: ["/bin/sh"], dash: ["dash"], bash: ["bash", "--posix"], busybox: ["busybox", "sh"] } as const

test("a script has no comments and indentation, a user's file no comments for the linter", () => {
  const script = shellScript("../services/process/supervisor.sh", new URL("../../core/shell.ts", import.meta.url).href)
  expect(script).toMatch(/^umask 077\n/)
  expect(script).not.toMatch(/^\s*#|^\s+\S/m)
  const file = shellFile("../services/process/supervisor.sh", new URL("../../core/shell.ts", import.meta.url).href)
  expect(file).toMatch(/^\numask 077\n/)
  expect(file).toContain("# A signal ends the wait, not the program.\n")
  expect(file).not.toContain("shellcheck")
})

describe.each(Object.entries(shells))("%s", (_, [shell, ...first]) => {
  const run = (script: string, ...args: string[]) =>
    execFileSync(shell, [...first, "-c", script, "gatekey", ...args], { encoding: "utf8" })

  test("reads any value that is assigned", () => {
    const value = 'it\'s $HOME `x` "y"\n\\ \t*'
    expect(run(`${formatAssignments({ value })}printf '%s.' "$value"`)).toBe(`${value}.`)
    expect(run(`printf '%s' ${quoteForShell(value)}`)).toBe(value)
  })

  test.runIf(process.platform === "linux").each(["plain", "a) S (b", "x) Z 1\n2", "two words"])(
    "knows a process that is named %j by its parent and start",
    async (name) => {
      const code = `process.title = ${JSON.stringify(name)}; console.log(); setInterval(() => {}, 1000)`
      const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] })
      try {
        await once(child.stdout, "data")
        const print = `stat_of "$1" && echo "$process_parent $process_start $process_name"`
        const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8")
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
        const shown = name.replaceAll("\n", " ")
        expect(run(`${statFunction}${print}`, String(child.pid))).toBe(`${fields[1]} ${fields[19]} ${shown}\n`)
      } finally {
        child.kill("SIGKILL")
      }
    },
  )

  test("fails for a process that has ended", () => {
    expect(run(`${statFunction}true & wait $!; stat_of $! || echo ended`)).toBe("ended\n")
  })
})

/** Matches lines of sh, and hardly any other lines in strings. */
const sh =
  /"\$[\w@*#]|\$\(|\$\{\w+[-+:#%]|^\s*(else|do|then) \w|; (then|do)$|\|\| (return|exit|continue)|\[ -\w |^\s*\w+\(\) [{(]|>\/dev\/null/
const most = 5

test("no module has more than a few lines of sh in its strings", () => {
  const modules = globSync("*/**/*.ts", {
    cwd: root,
    exclude: ["node_modules", "dist", ".*", "test", "tools", "bench"],
  })
  const found = modules.filter((name) => shellLines(readFileSync(join(root, name), "utf8")) > most)
  expect(modules.length).toBeGreaterThan(300)
  expect(found).toEqual([])
})

test("a module with lines of sh in its strings is found", () => {
  const lines = Array.from({ length: most + 1 }, (_, at) => `[ -n "$value${at}" ] || return`)
  expect(shellLines(`const script = \`${lines.join("\n")}\``)).toBe(most + 1)
  expect(shellLines(`const script = ${lines.map((line) => `'${line}'`).join(" +\n")}`)).toBe(most + 1)
  expect(shellLines("const words = ['fi', 'done', 'costs $5']")).toBe(0)
})

function shellLines(source: string): number {
  let count = 0
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      count += node.text.split("\n").filter((line) => sh.test(line)).length
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile("x.ts", source, ts.ScriptTarget.Latest))
  return count
}
