import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { PlaceError } from "../../../core/errors.ts"
import { environmentFile } from "../../../places/environment-file/environment-file.ts"
import { fileOf, lookalikes } from "../../support/hostile/lookalikes.ts"
import { sampleCount } from "../../support/hostile/sample-count.ts"
import { noUserManager, parted, startUserManager, type UserManager } from "../../support/hosts/systemd-user.ts"
import { bytes, formatLaws, text } from "../laws.ts"

const find = (file: string, name = "KEY") => environmentFile.find(bytes(file), name)
const put = (file: string, value: string, name = "KEY") => text(environmentFile.put(bytes(file), name, value))
const drop = (file: string, name = "KEY") => text(environmentFile.drop(bytes(file), name))

describe("find", () => {
  test.each([
    ["plain", "KEY=value\n", "value"],
    ["blanks around", "  KEY =  a b \t\r\n", "a b"],
    ["a hash is no comment here", "KEY=a # b\n", "a # b"],
    ["single quotes", "KEY='a \"b\\n' \n", 'a "b\\n'],
    ["double quotes", 'KEY="a\\"b\\\\c\\$d\\e"\n', 'a"b\\c$d\\e'],
    ["quoted parts", "KEY='a'\"b\" c\n", "abc"],
    ["quotes inside are kept", "KEY=a'b'\n", "a'b'"],
    ["escapes", "KEY=a\\ b\\\\c\\ \n", "a b\\c "],
    ["continued", "KEY=a\\\nb\n", "ab"],
    ["quoted over lines", "A='\nKEY=no\n'\nKEY=yes\n", "yes"],
    ["a name that begins with a sign", "='=\nKEY=a\n", "a"],
    ["comments of both kinds", "#KEY=a\n; KEY=b\nKEY=c", "c"],
    ["a quote in comments of both kinds", "# it's\n; A='x\nKEY=c\n", "c"],
  ])("%s", (_name, file, value) => {
    expect(find(file)).toEqual({ kind: "value", value, others: [] })
  })
  test.each(["", "KEY=\n", "KEY=''\n", "export KEY=a\n", "KEY\n", "KEYS=a\n", "\uFEFFKEY=a\n"])(
    "nothing in %j",
    (file) => {
      expect(find(file)).toEqual({ kind: "missing" })
    },
  )
  test("the last one counts", () => {
    expect(find("KEY=a\nKEY=b\n")).toEqual({ kind: "value", value: "b", others: ["a"] })
  })
  test.each([
    ["an open quote", "KEY='a\n", "line 1, column 5"],
    ["a NUL character", "A=b\n\0", "line 2, column 1"],
    ["a comment that versions of systemd read differently", "# a\\\nKEY=b\n", "line 1, column 4"],
  ])("%s is refused", (_name, file, where) => {
    expect(() => find(file)).toThrow(PlaceError)
    expect(() => find(file)).toThrow(where)
  })
})

describe("put", () => {
  test.each([
    ["", "v1", "KEY=v1\n"],
    ["A=b", "v1", "A=b\nKEY=v1\n"],
    ["A=b\r\n", "v1", "A=b\r\nKEY=v1\r\n"],
    ["A=b\\", "v1", "A=b\\\n\nKEY=v1\n"],
    ["KEY=\nA=b", "v1", "KEY=v1\nA=b"],
    ["  KEY = old \r\n#c\r\n", "v1", "  KEY = v1 \r\n#c\r\n"],
    ['KEY="old"\n', "v1", 'KEY="v1"\n'],
    ["KEY='old'\n", "v1", "KEY='v1'\n"],
    ["KEY='old'\n", "it's", `KEY="it's"\n`],
    ["KEY=a\nB=c\nKEY=b\n", "v1", "KEY=v1\nB=c\nKEY=v1\n"],
    ["KEY=old\\\nmore\n", "a b", "KEY='a b'\n"],
    ["\uFEFFKEY=a\n", "v1", "\uFEFFKEY=v1\nKEY=v1\n"],
  ])("into %j", (file, value, expected) => {
    expect(put(file, value)).toBe(expected)
  })
  test.each([["a\nb"], ["a\0"], ["\x1B["], ["\uD800"], [""]])("%j is refused", (value) => {
    expect(() => put("KEY=a\n", value)).toThrow(PlaceError)
  })
  test("a file in another encoding keeps its bytes, and takes only ASCII", () => {
    const file = Buffer.from("A=\xE9\nKEY=a\n", "latin1")
    expect(environmentFile.put(file, "KEY", "b")).toEqual(Buffer.from("A=\xE9\nKEY=b\n", "latin1"))
    expect(() => environmentFile.put(file, "KEY", "é")).toThrow("only ASCII")
  })
  test.each(["1KEY", "K-Y", "", "KEY=a"])("%j is no locator", (name) => {
    expect(() => put("", "a", name)).toThrow(PlaceError)
  })
})

test.each([
  ["KEY=a\n", ""],
  ["#c\r\n KEY=a\r\nB=c\r\n", "#c\r\nB=c\r\n"],
  ["A=b\nKEY=", "A=b\n"],
  ["KEY=a\\\nb\nKEY='\n'\nA=b", "A=b"],
])("drop from %j", (file, expected) => {
  expect(drop(file)).toBe(expected)
})

const lines = fc.oneof(
  fc.constantFrom(
    "",
    "# a comment",
    "; KEY=no",
    "A=b",
    " B = 'c d' ",
    'C="e\nKEY=no\n"f',
    "D=e\\",
    "f",
    "KEY=old",
    "KEY = 'old' ",
  ),
  lookalikes.map((value) => `X=x${value}`),
)

test("keeps the laws of a format", () => {
  const files = fileOf(lines, ["\n", "\r\n"], [])
  formatLaws(environmentFile, fc.record({ file: files, locator: fc.constant("KEY"), content: lookalikes }))
})

describe.skipIf(noUserManager)(`systemd reads the same${noUserManager ? ` (skipped: ${noUserManager})` : ""}`, () => {
  let manager: UserManager
  let folder: string
  beforeAll(async () => {
    manager = await startUserManager()
    folder = mkdtempSync(join(tmpdir(), "gatekey-environment-"))
  })
  afterAll(async () => {
    await manager.stop()
    rmSync(folder, { recursive: true })
  })

  /** The environment that a service gets from each of the files. */
  function environments(files: readonly string[]): string[][] {
    const names = files.map((file, index) => {
      writeFileSync(join(folder, `${index}.env`), file)
      const output = join(folder, `${index}.out`)
      const service = [
        `EnvironmentFile=${folder}/${index}.env`,
        "ExecStart=/usr/bin/env -0",
        `StandardOutput=truncate:${output}`,
      ]
      manager.unit(`env${index}.service`, `[Service]\nType=oneshot\n${service.join("\n")}\n`)
      return `env${index}.service`
    })
    manager.run(names)
    return files.map((_file, index) => parted(join(folder, `${index}.out`)))
  }

  test("what put wrote, for values of every shape", () => {
    const old = ["", "=old", "='old'", '="old"', " = old "]
    const groups = Array.from({ length: sampleCount(400) / 50 }, () => fc.sample(lookalikes, 50))
    const files = groups.map((values) => {
      const present = values.map((_value, index) => (index % 5 === 0 ? "" : `K${index}${old[index % 5]}\n`)).join("")
      return values.reduce((file, value, index) => put(file, value, `K${index}`), present)
    })
    const read = environments(files)
    for (const [group, values] of groups.entries()) {
      expect(read[group]).toEqual(expect.arrayContaining(values.map((value, index) => `K${index}=${value}`)))
    }
  })

  test("what find says of files that others wrote", () => {
    const soup = fc.string({ unit: fc.constantFrom(..."ab'\"\\$` \t#;=", "\n", "\r", "KEY=", "\nKEY="), maxLength: 30 })
    const files = fc.sample(soup, sampleCount(250)).filter((file) => {
      try {
        return find(file).kind !== "reference"
      } catch {
        return false
      }
    })
    expect(files.length).toBeGreaterThan(100)
    const read = environments(files).map((all) => all.find((each) => each.startsWith("KEY=")) ?? "KEY=")
    const ours = files.map((file) => {
      const found = find(file)
      return `KEY=${found.kind === "value" ? found.value : ""}`
    })
    expect(ours.map((each, index) => [files[index], each])).toEqual(read.map((each, index) => [files[index], each]))
  })
})
