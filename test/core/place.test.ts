import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { describeKind } from "../../core/kind.ts"
import { checkPath, findFormat, formatPlaceId, parsePlaceId } from "../../core/place.ts"

describe("an id", () => {
  test("contains host, path and locator", () => {
    const place = { host: "local", path: "~/.openclaw/openclaw.json", locator: "gateway.auth.token" }
    expect(formatPlaceId(place)).toBe("local|~/.openclaw/openclaw.json|gateway.auth.token")
    expect(parsePlaceId(formatPlaceId(place))).toEqual(place)
  })

  test("of any valid place identifies it", () => {
    const path = fc.string({ unit: fc.constantFrom(..."abc.-_ |é\"'"), minLength: 1 }).map((rest) => `/${rest}`)
    const locator = fc.string({ unit: fc.constantFrom(..."abc.*-[]|é"), minLength: 1 })
    fc.assert(
      fc.property(path, locator, (path, locator) => {
        fc.pre(checkPath(path) === undefined)
        const place = { host: "local", path, locator }
        expect(parsePlaceId(formatPlaceId(place))).toEqual(place)
      }),
      { numRuns: 2000 },
    )
  })

  test.each(["", "local", "local|/x", "|/x|y", "local||y", "local|/x|"])("refuses %j", (id) => {
    expect(parsePlaceId(id)).toBe(
      `${describeKind(id)} is not host|path|locator, such as local|~/.openclaw/openclaw.json|gateway.auth.token`,
    )
  })

  test("of an invalid place is refused for the same reason", () => {
    expect(parsePlaceId("local|../x|y")).toContain("is relative")
    expect(parsePlaceId("mac|/x|y")).toContain("is not a host")
  })

  test("that is not valid is shown without control characters", () => {
    expect(parsePlaceId("\u001b[2J")).not.toContain("\u001b")
  })
})

describe("a path", () => {
  test.each(["/etc/x.conf", "~/.openclaw/.env", "~/a b/c'd", "/a/..b/c..", "/a/...", "/a//b"])(
    "%s is allowed",
    (path) => {
      expect(checkPath(path)).toBeUndefined()
    },
  )

  test.each([
    ["~root/x", "is the home of another user; use ~/… or an absolute path"],
    ["~", "is relative; use ~/… or an absolute path"],
    ["x", "is relative; use ~/… or an absolute path"],
    ["./x", "is relative; use ~/… or an absolute path"],
    ["../x", "is relative; use ~/… or an absolute path"],
    ["", "is relative; use ~/… or an absolute path"],
    ["$HOME/x", "is relative; use ~/… or an absolute path"],
    ["~/../x", 'goes up by ".."; write the path it means'],
    ["/a/../b", 'goes up by ".."; write the path it means'],
    ["/a/..", 'goes up by ".."; write the path it means'],
    ["/", "is a directory's; name the file"],
    ["~/", "is a directory's; name the file"],
    ["/a/", "is a directory's; name the file"],
    ["/a\0b", "contains a NUL character"],
  ])("%j is refused", (path, problem) => {
    expect(checkPath(path)).toContain(problem)
  })

  test("never leaves the home or the root", () => {
    const part = fc.constantFrom("..", ".", "a", "", "~", "b c")
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.constantFrom("/", "~/", ""), (parts, start) => {
        const path = start + parts.join("/")
        if (checkPath(path) !== undefined) return
        expect(path.split("/")).not.toContain("..")
        expect(/^(\/|~\/)/.test(path)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test("that is refused is shown without control characters", () => {
    expect(checkPath("\u001b[2J")).not.toContain("\u001b")
  })
})

test.each([
  ["~/.openclaw/openclaw.json", "json5"],
  ["/x/config.json5", "json5"],
  ["/x/config.jsonc", "json5"],
  ["~/Library/LaunchAgents/ai.openclaw.gateway.plist", "plist"],
  ["~/.config/systemd/user/openclaw-gateway.service", "systemd"],
  ["~/.config/systemd/user/openclaw-gateway.service.d/10-token.conf", "systemd"],
  ["~/.openclaw/gateway.systemd.env", "environment-file"],
  ["/x/docker-compose.yml", "compose"],
  ["/x/compose.yaml", "compose"],
  ["/x/docker-compose.override.yaml", "compose"],
  ["~/.zshrc", "shell"],
  ["~/.bash_profile", "shell"],
  ["~/.profile", "shell"],
  ["/x/start.sh", "shell"],
  ["~/.openclaw/.env", "dotenv"],
  ["/x/.env.local", "dotenv"],
  ["~/.openclaw/service-env/ai.openclaw.gateway.env", "dotenv"],
  ["/x/values.yaml", undefined],
  ["/x/token", undefined],
  ["/x.json/token", undefined],
])("finds by the name of %s the format %s", (path, format) => {
  expect(findFormat({ path, locator: "x" })).toBe(format)
})

test.each(["/x/token", "/x/openclaw.json", "/x/.env"])("the whole of %s is a file", (path) => {
  expect(findFormat({ path, locator: "*" })).toBe("file")
})
