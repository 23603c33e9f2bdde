import { execFileSync } from "node:child_process"
import { readdirSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { quoteForShell } from "../../../core/shell.ts"
import { splitParts } from "../../../hosts/ssh/answer.ts"
import { formatProgram, formatScript } from "../../../hosts/ssh/remote.ts"
import { folder } from "../../support/hosts/machine.ts"
import { noSshHosts } from "../../support/hosts/ssh-farm.ts"

const mark = "gk-0123456789abcdef0123456789abcdef"
const shells = ["sh", "bash --posix", "busybox sh"]

/** Starts a shell like sshd, without the login shell. */
function ran(shell: string, input: string | Buffer, cwd: string): Buffer {
  const [file = "", ...words] = shell.split(" ")
  return execFileSync(file, [...words, "-c", 'IFS= read -r line; eval "$line"'], {
    cwd,
    input,
    maxBuffer: 1e8,
    stdio: ["pipe", "pipe", "ignore"],
  })
}

/** Words with many special characters of shells. */
const awkward = fc
  .array(
    fc.oneof(
      fc.constantFrom(..."'\"\\$`;&|<>(){}[]*?!#~= \t\r\n-é\u{1f511}\u001b"),
      fc.constantFrom("$(id)", "\\\n", "''", "\\'", "\n\n", "$" + "{x}"),
      fc.string({ unit: "binary", maxLength: 3 }).map((text) => text.replaceAll("\0", "0")),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.from(parts.join("")).toString())

describe.each(shells)("%s", (shell) => {
  test("gets each argument unchanged, and runs nothing in it", ({ skip }) => {
    skip(noSshHosts !== undefined, noSshHosts)
    const cwd = folder()
    fc.assert(
      fc.property(fc.array(awkward, { minLength: 1, maxLength: 5 }), (words) => {
        const output = ran(shell, formatProgram(mark, formatScript("printf '%s\\0' \"$@\"", words, 5)), cwd)
        const [begin, end] = splitParts(output, mark)
        expect(begin?.body.toString()).toBe(words.map((word) => `${word}\0`).join(""))
        expect(end?.name).toBe("end")
        expect(readdirSync(cwd)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  test("leaves the input after the program to the script", ({ skip }) => {
    skip(noSshHosts !== undefined, noSshHosts)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (payload) => {
        const input = Buffer.concat([Buffer.from(formatProgram(mark, formatScript("cat", [], 5))), payload])
        expect(Uint8Array.from(splitParts(ran(shell, input, "/"), mark)[0]?.body ?? [])).toEqual(payload)
      }),
      { numRuns: 30 },
    )
  })

  test("runs nothing of an incomplete program", ({ skip }) => {
    skip(noSshHosts !== undefined, noSshHosts)
    const cwd = folder()
    const whole = formatProgram(mark, formatScript("touch done", [], 5))
    for (let length = 0; length < whole.length - 1; length += 7) {
      try {
        ran(shell, whole.slice(0, length), cwd)
      } catch {
        // Half a line of sh is an error, and nothing is wrong with that.
      }
    }
    expect(readdirSync(cwd)).toEqual([])
    ran(shell, whole, cwd)
    expect(readdirSync(cwd)).toEqual(["done"])
  })
})

test("quotes a word with single quotes, and escapes those in it", () => {
  expect(quoteForShell("it's $HOME")).toBe("'it'\\''s $HOME'")
  expect(quoteForShell("")).toBe("''")
})
