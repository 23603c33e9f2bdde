import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { checkHost, normalizeHost, parseHost } from "../../core/host.ts"
import { describeKind } from "../../core/kind.ts"

describe("a host", () => {
  test.each([
    ["ssh://tw", { name: "tw" }],
    ["ssh://me@tw.local", { user: "me", name: "tw.local" }],
    ["ssh://me@tw.local:2222", { user: "me", name: "tw.local", port: 2222 }],
    ["ssh://me@[fe80::1]:22", { user: "me", name: "fe80::1", port: 22 }],
    ["ssh://my_alias", { name: "my_alias" }],
  ])("%s is %j", (host, parsed) => {
    expect(parseHost(host)).toEqual(parsed)
    expect(checkHost(host)).toBeUndefined()
  })

  test("may be this machine", () => {
    expect(checkHost("local")).toBeUndefined()
    expect(parseHost("local")).toBeUndefined()
  })

  test.each(["mac", "", "LOCAL", "ssh://", "ssh://me@", "ssh://me@mac:0", "ssh://me@mac:70000", "ssh://me@mac/x"])(
    "%j is none",
    (host) => {
      expect(checkHost(host)).toBe(`${describeKind(host)} is not a host: allowed is local, or ssh://[user@]name[:port]`)
    },
  )

  test("is shown without control characters if it is not valid", () => {
    expect(checkHost("ssh://\u001b[2J")).not.toContain("\u001b")
  })

  test("contains no option of ssh, and only one word for a shell", () => {
    const awkward = fc.stringMatching(/^[-a-z0-9 ;$`'"\\\n@:%|&<>()*?[\]~!#]{1,12}$/)
    fc.assert(
      fc.property(awkward, awkward, (user, name) => {
        const { user: found = "x", name: machine = "x" } = parseHost(`ssh://${user}@${name}`) ?? {}
        expect(found).toMatch(/^[a-z0-9][-a-z0-9]*$/)
        expect(machine).toMatch(/^[a-z0-9][-a-z0-9]*$|^[0-9a-f:]+$/)
      }),
    )
  })
})

describe("two spellings of one host", () => {
  test.each([
    ["ssh://me@tw", "ssh://me@TW:22"],
    ["local", "local"],
  ])("%s and %s", (one, other) => expect(normalizeHost(one)).toBe(normalizeHost(other)))

  test.each([
    ["ssh://me@tw", "ssh://you@tw"],
    ["ssh://me@tw", "ssh://tw"],
    ["ssh://me@tw", "ssh://me@tw:2222"],
  ])("but not %s and %s", (one, other) => expect(normalizeHost(one)).not.toBe(normalizeHost(other)))
})
