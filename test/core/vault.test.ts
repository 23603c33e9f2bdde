import fc from "fast-check"
import { expect, test } from "vitest"
import { checkHost, checkPlaceHost } from "../../core/host.ts"
import { formatPlaceId, parsePlaceId } from "../../core/place.ts"
import { createVaultPlace, describeVault, isVaultName, parseVault, type VaultSpec } from "../../core/vault.ts"

const name = fc.stringMatching(/^[\w. -]{1,12}$/)
const word = fc.string({ minLength: 1, maxLength: 12 }).filter((each) => !/[|\p{Cc}]/u.test(each))
const programs = fc.array(word, { minLength: 1, maxLength: 4 })
const spec: fc.Arbitrary<VaultSpec> = fc.oneof(
  fc.record({ provider: fc.constant("onepassword" as const), vault: name, item: name, field: name }),
  fc.record({ provider: fc.constant("exec" as const), read: programs, write: programs }),
)

test("converts an item to a place and back", () => {
  fc.assert(
    fc.property(spec, fc.boolean(), (spec, writes) => {
      const place = { ...createVaultPlace(spec, writes), locator: "*" }
      expect(checkPlaceHost(place.host)).toBeUndefined()
      expect(checkHost(place.host), "no machine").toBeDefined()
      const parsed = parseVault(place.host, place.path)
      const wanted = spec.provider === "exec" && !writes ? { provider: spec.provider, read: spec.read } : spec
      expect(parsed).toEqual({ spec: wanted, writes })
      // A field such as `..` cannot be a path: schema and `op` know none.
      if (!/^\/\.{1,2}$/.test(place.path)) expect(parsePlaceId(formatPlaceId(place))).toEqual(place)
    }),
  )
})

test.each([
  "op://Home",
  "op://Home/",
  "op:///gateway",
  "op://Home/a/b",
  "op://Ho|me/a",
  "op://Home/a?role=mirror",
  "exec:",
  "exec:[]",
  'exec:{"read":[]}',
  'exec:{"read":"pass"}',
  'exec:{"read":["pa|ss"]}',
  'exec:{"read":["pass"],"write":[1]}',
  "ssh://me@tw",
  "local",
])("refuses %s as an item", (host) => {
  expect(parseVault(host)).toBeUndefined()
  expect(checkPlaceHost(host)).toBe(checkHost(host))
})

test("describes an item by its reference or program", () => {
  expect(describeVault("op://Home/gateway?role=source")).toBe("op://Home/gateway")
  expect(describeVault('exec:{"read":["pass","show","a"]}')).toBe("pass show a")
  expect(["Home", "a b", "x-1_2.3"].map(isVaultName)).toEqual([true, true, true])
  expect(["", "a/b", "a?b", "é"].map(isVaultName)).toEqual([false, false, false, false])
})
