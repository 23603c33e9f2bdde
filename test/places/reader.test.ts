import { execFileSync, spawnSync } from "node:child_process"
import { chmodSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Reference } from "../../core/content.ts"
import { reader } from "../../places/reader.ts"
import { folder } from "../support/hosts/machine.ts"
import { bytes, text } from "./laws.ts"

const content = { read: ["op", "read", "--no-newline", "op://Home/gateway/token"] }

describe("a token reader", () => {
  test("is found as what it was made of, and what is edited is another reference", () => {
    const made = reader.put(bytes(""), "*", content)
    expect(reader.find(made, "*")).toEqual({ kind: "reference", content })
    expect(reader.put(made, "*", content)).toEqual(made)
    const edited = text(made).replace("op read", "op read --account x")
    expect(reader.find(bytes(edited), "*")).toEqual({ kind: "reference", content: edited })
    expect(text(reader.put(bytes(edited), "*", content))).toBe(text(made))
    expect(reader.find(bytes(""), "*")).toEqual({ kind: "missing" })
    expect(text(reader.drop(made, "*"))).toBe("")
  })

  test.each([
    [{}],
    [{ read: [] }],
    [{ read: ["op", ""] }],
    [{ read: ["op", "a\nb"] }],
    [{ read: "op" }],
    [{ ...content, credentials: "" }],
    [{ ...content, more: 1 }],
  ])("refuses %j", (wrong) => {
    expect(() => reader.put(bytes(""), "*", wrong as Reference)).toThrow("a reader needs a program and its arguments")
  })

  test("whatever its words are, they reach the program as they are, and nothing else is run", () => {
    const here = folder()
    const word = fc.string({ unit: "grapheme", minLength: 1 }).filter((each) => !/\p{Cc}|\p{Cs}/u.test(each))
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), (words) => {
        const read = ["printf", "%s", "first line", ...words]
        const made = reader.put(bytes(""), "*", {
          read: ["node", "-e", "console.log(JSON.stringify(process.argv.slice(1)))", "--", ...read],
        })
        expect(reader.find(made, "*")).toMatchObject({ kind: "reference", content: { read: expect.any(Array) } })
        const { values } = JSON.parse(ran(here, text(made)).stdout)
        expect(JSON.parse(values.token)).toEqual(read)
      }),
      { numRuns: 15 },
    )
  })

  test.each(["sh", "bash", "dash"])(
    "speaks openclaw's protocol in %s: the first line, without its line break",
    (shell) => {
      const here = folder()
      const held = `a"b\\c$d'e\r\nnotes: of the user\n`
      writeFileSync(join(here, "held"), held)
      const made = text(reader.put(bytes(""), "*", { read: ["cat", join(here, "held")] }))
      expect(JSON.parse(ran(here, made, shell).stdout)).toEqual({ protocolVersion: 1, values: { token: `a"b\\c$d'e` } })
    },
  )

  test("gives the program its credentials, from a file of its owner's", () => {
    const here = folder()
    writeFileSync(join(here, "op.env"), "OP_TOKEN='ops_a b'\n")
    const read = ["sh", "-c", 'printf "%s" "$OP_TOKEN"']
    const made = text(reader.put(bytes(""), "*", { read, credentials: "~/op.env" }))
    expect(JSON.parse(ran(here, made).stdout).values.token).toBe("ops_a b")
  })

  test.each([
    ["a program that fails", ["sh", "-c", "echo no such item >&2; exit 6"], 6, "no such item"],
    ["an empty item", ["true"], 65, "the vault holds no token"],
    ["a program that is not there", ["gatekey-no-such-program"], 127, "not found"],
  ])("%s: no answer at all", (_, read, code, why) => {
    const { status, stdout, stderr } = ran(folder(), text(reader.put(bytes(""), "*", { read })))
    expect([status, stdout]).toEqual([code, ""])
    expect(stderr).toContain(why)
  })
})

const request = JSON.stringify({ protocolVersion: 1, provider: "gatekey", ids: ["token"] })

function ran(home: string, script: string, shell = "sh") {
  const file = join(home, "token-reader")
  writeFileSync(file, script)
  chmodSync(file, 0o700)
  const path = `${execFileSync("dirname", [process.execPath]).toString().trim()}:/usr/bin:/bin`
  return spawnSync(shell, [file], { input: request, env: { HOME: home, PATH: path }, encoding: "utf8" })
}
