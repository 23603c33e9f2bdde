import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { PlaceError } from "../../../core/errors.ts"
import { systemd } from "../../../places/systemd/systemd.ts"
import { fileOf, lookalikes } from "../../support/hostile/lookalikes.ts"
import { bytes, formatLaws, text } from "../laws.ts"

const find = (file: string, name = "KEY") => systemd.find(bytes(file), name)
const put = (file: string, value: string, name = "KEY") => text(systemd.put(bytes(file), name, value))
const drop = (file: string, name = "KEY") => text(systemd.drop(bytes(file), name))
const service = (...lines: string[]) => `[Service]\n${lines.map((line) => `${line}\n`).join("")}`

describe("find of a variable", () => {
  test.each([
    ["plain", service("Environment=KEY=value"), "value"],
    ["several on a line", service("Environment=A=1 KEY=2 B=3"), "2"],
    ["the item in quotes", service('Environment=A=1 "KEY=a b" B'), "a b"],
    ["the value in quotes", service("Environment=KEY='a \"b'"), 'a "b'],
    ["escapes", service('Environment="KEY=a\\"b\\\\c\\x41\\101\\u00e9\\s"'), 'a"b\\cAAé '],
    ["a percent sign", service("Environment=KEY=a%%h%"), "a%h%"],
    ["a dollar sign", service("Environment=KEY=$A"), "$A"],
    ["blanks around", "  [Service] \r\n Environment = KEY=a \r\n", "a"],
    ["a mark at the beginning", `\uFEFF${service("Environment=KEY=a")}`, "a"],
    ["continued", service("Environment=A=1 \\", "# c", "  KEY=a\\", "  B=2"), "a"],
    ["behind a reset", service("Environment=KEY=a", "Environment=", "Environment=KEY=b"), "b"],
    ["in a later [Service]", `${service("A=b")}[Install]\nWantedBy=x\n${service("Environment=KEY=a")}`, "a"],
  ])("%s", (_name, file, value) => {
    expect(find(file)).toEqual({ kind: "value", value, others: [] })
  })
  test.each([
    "",
    "Environment=KEY=a\n",
    "[Unit]\nEnvironment=KEY=a\n",
    service("Environment=KEY="),
    service("#Environment=KEY=a", "; Environment=KEY=b"),
    service("Environment=KEY=a", "Environment="),
    service("environment=KEY=a"),
    service("ExecStart=/bin/x \\", "Environment=KEY=a"),
  ])("nothing in %j", (file) => {
    expect(find(file)).toEqual({ kind: "missing" })
  })
  test("the last one counts", () => {
    const file = service("Environment=KEY=a B=c", "Environment=KEY=b")
    expect(find(file)).toEqual({ kind: "value", value: "b", others: ["a"] })
  })
  test("a specifier is a reference", () => {
    expect(find(service("Environment=KEY=%h/x"))).toEqual({ kind: "reference", content: "%h/x" })
  })
  test.each([
    ["an open quote", service('Environment=A=b "KEY=a'), "line 2, column 17"],
    ["an unknown escape", service("Environment=A=\\d KEY=a"), "line 2, column 15"],
    ["a header that is not closed", "[Service\nEnvironment=KEY=a\n", "line 1, column 1"],
  ])("%s is refused", (_name, file, where) => {
    expect(() => find(file)).toThrow(PlaceError)
    expect(() => find(file)).toThrow(where)
  })
})

describe("put of a variable", () => {
  test.each([
    ["", "v1", service("Environment=KEY=v1")],
    [service(), "v1", service("Environment=KEY=v1")],
    ["[Service]", "v1", service("Environment=KEY=v1")],
    ["[Unit]\r\nA=b\r\n", "v1", "[Unit]\r\nA=b\r\n\r\n[Service]\r\nEnvironment=KEY=v1\r\n"],
    [
      `${service("Type=simple")}\n[Install]\nA=b`,
      "v1",
      `${service("Type=simple", "Environment=KEY=v1")}\n[Install]\nA=b`,
    ],
    [service("Environment=A=b", "Type=simple"), "v1", service("Environment=A=b", "Environment=KEY=v1", "Type=simple")],
    [service("Environment=A=b \\"), "v1", service("Environment=A=b \\", "", "Environment=KEY=v1")],
    [
      service("Environment=KEY=a", "Environment="),
      "v1",
      service("Environment=KEY=a", "Environment=", "Environment=KEY=v1"),
    ],
    [service("Environment=A=1 KEY=a B=2"), "v1", service("Environment=A=1 KEY=v1 B=2")],
    [service("Environment='KEY=a' B=2"), "a'b\\", service("Environment='KEY=a\\'b\\\\' B=2")],
    [service("Environment=KEY="), "a%h$b", service("Environment=KEY=a%%h$b")],
    [service("Environment=KEY=a"), 'a "b"', service('Environment="KEY=a \\"b\\""')],
    [
      service("Environment=KEY=a KEY=b", "Environment=KEY=%h"),
      "v1",
      service("Environment=KEY=v1 KEY=v1", "Environment=KEY=v1"),
    ],
  ])("into %j", (file, value, expected) => {
    expect(put(file, value)).toBe(expected)
  })
  test.each(["a\nb", "a\0", "\x1B[", ""])("%j is refused", (value) => {
    expect(() => put("", value)).toThrow(PlaceError)
  })
  test.each(["1KEY", "K-Y", "", "KEY=a", "-t", "--", "--a b", "--a=b"])("%j is no locator", (name) => {
    expect(() => put("", "a", name)).toThrow(PlaceError)
  })
})

test.each([
  [service("Environment=KEY=a"), service()],
  [service("Environment=A=1 KEY=a B=2"), service("Environment=A=1 B=2")],
  [service("Environment=KEY=a B=2"), service("Environment=B=2")],
  [service("Environment=KEY=a KEY=b", "Environment=A=1 KEY=c"), service("Environment=A=1")],
  [service("Environment=KEY=a", "Environment=", "Environment=KEY=b"), service("Environment=")],
  [service("Environment=A=1 \\", "  KEY=a \\", "  B=2"), service("Environment=A=1 \\", "  B=2")],
  [service("Environment=A=1 \\", "# c", "  KEY=a \\", "  B=2"), service("Environment=A=1 \\", "# c", "   \\", "  B=2")],
  [service("Environment= \\", "# c", "  KEY=a"), service("# c")],
])("drop of a variable from %j", (file, expected) => {
  expect(drop(file)).toBe(expected)
})

describe("a flag", () => {
  const start = (line: string) => service(`ExecStart=${line}`)
  test.each([
    ["/bin/x --token a", "a"],
    ["/bin/x --token=a --port 1", "a"],
    ["-/bin/x '--token' 'a b'", "a b"],
    ["/bin/x --token a$$b%%c$", "a$b%c$"],
    [":/bin/x --token a$$b", "a$$b"],
    ['/bin/x --token ";" ; /bin/y', ";"],
    ["/bin/x --token a ; /bin/y --token b", "b"],
    ["/bin/x a\\d --token a", "a"],
    ["/bin/x --token \\;", ";"],
  ])("is found in %j", (line, value) => {
    expect(find(start(line), "--token")).toMatchObject({ kind: "value", value })
  })
  test.each([
    ["/bin/x --token", undefined],
    ["/bin/x --token ; /bin/y a", undefined],
    ["/bin/x --tokens a", undefined],
    ["--token a", undefined],
    [`/bin/x --token \${A}`, `\${A}`],
    ["/bin/x --token $A", "$A"],
    ["/bin/x --token %h", "%h"],
  ])("has no value in %j", (line, content) => {
    expect(find(start(line), "--token")).toEqual(content ? { kind: "reference", content } : { kind: "missing" })
  })
  test.each([
    ["/bin/x --token a --port 1", "v1", "/bin/x --token v1 --port 1"],
    ["/bin/x --token=a --port 1", "v1", "/bin/x --token=v1 --port 1"],
    ["/bin/x --token 'a'", "v1", "/bin/x --token 'v1'"],
    ["/bin/x --token a", "a b$c%d", '/bin/x --token "a b$$c%%d"'],
    ["/bin/x '--token=a b'", "v1", "/bin/x '--token=v1'"],
    ["/bin/x --token", "v1", "/bin/x --token v1"],
    ["/bin/x", "v1", "/bin/x --token v1"],
    ["/bin/x", "-v1", "/bin/x --token=-v1"],
    ["/bin/x a ; /bin/y b", "v1", "/bin/x a ; /bin/y b --token v1"],
    ["/bin/x --token a ; /bin/y", "v1", "/bin/x --token v1 ; /bin/y"],
    ["/bin/x \\\n  --port 1", "v1", "/bin/x \\\n  --port 1 --token v1"],
    ["/bin/x\nExecStart=\nExecStart=/bin/y", "v1", "/bin/x\nExecStart=\nExecStart=/bin/y --token v1"],
  ])("is put into %j", (line, value, expected) => {
    expect(put(start(line), value, "--token")).toBe(start(expected))
  })
  test("needs a command", () => {
    expect(() => put(service("ExecStart=/bin/x", "ExecStart="), "a", "--token")).toThrow("no ExecStart=")
  })
  test.each([
    ["/bin/x --token a --port 1", "/bin/x --port 1"],
    ["/bin/x --port 1 --token=a", "/bin/x --port 1"],
    ["/bin/x --token", "/bin/x"],
    ["/bin/x --token a ; /bin/y --token=b c", "/bin/x ; /bin/y c"],
    ["/bin/x --token a\nExecStart=\nExecStart=/bin/y", "/bin/x\nExecStart=\nExecStart=/bin/y"],
    ["/bin/x \\\n  --token a \\\n  --port 1", "/bin/x \\\n  --port 1"],
  ])("is dropped from %j", (line, expected) => {
    expect(drop(start(line), "--token")).toBe(start(expected))
  })
})

const lines = fc.oneof(
  fc.constantFrom(
    "",
    "# KEY=no",
    "[Service]",
    "[Install]",
    "Environment=A=b",
    "Environment='A=b c' \\\n# c\n  B=%h",
    "Type=simple",
  ),
  fc.constantFrom(
    "Environment=KEY=old",
    'Environment=A=1 "KEY=o l d" B=2',
    "Environment=KEY='old'",
    "Environment=KEY=%h",
  ),
  lookalikes.map((value) => `X=x${value.replace(/\\+$/, "")}`),
)
const commands = fc.oneof(
  fc.constantFrom(
    "/bin/x",
    "/bin/x --port 1",
    "/bin/x --token a",
    "-/bin/x '--token=a b' c",
    "/bin/x ; /bin/y --token $A",
    ":/bin/x a",
  ),
)

describe("keeps the laws of a format", () => {
  test("for a variable", () => {
    formatLaws(systemd, fc.record({ file: fileOf(lines), locator: fc.constant("KEY"), content: lookalikes }))
  })
  test("for a flag", () => {
    const file = fc.tuple(fileOf(lines), commands).map(([before, line]) => `${before}\n[Service]\nExecStart=${line}\n`)
    formatLaws(systemd, fc.record({ file, locator: fc.constant("--token"), content: lookalikes }))
  })
})
