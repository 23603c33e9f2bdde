import { readFileSync, writeFileSync } from "node:fs"
import { expect, test } from "vitest"
import { checksNone } from "../../../../provider/resources/placement/auth-mode.ts"
import type { PlacementInputs } from "../../../../provider/resources/placement/inputs.ts"
import { strong } from "../../../support/tokens.ts"
import { bench, config, key } from "./placements.ts"

const on = bench()
const { at, placement, told, value, words } = on
const password = "gateway.auth.password"

function configOf(auth: object): string {
  const path = config()
  writeFileSync(path, JSON.stringify({ gateway: { auth } }))
  return path
}

function authIn(path: string): object {
  return JSON.parse(readFileSync(path, "utf8")).gateway.auth
}

test("writes the token, the mode and no password in one edit, if the stack knows the password", async () => {
  const path = configOf({ mode: "password", password: value() })
  const one = placement()
  await one.preview(at(path))
  expect(told(one)).toContain(
    "in the same write gateway.auth.mode is set to token and gateway.auth.password is removed",
  )
  expect(authIn(path)).toEqual({ mode: "password", password: value() })
  await one.up(at(path))
  expect(authIn(path)).toEqual({ mode: "token", token: value() })
})

test.each([{ mode: "token" }, {}])("writes the password in place of a token that the stack knows: %o", async (mode) => {
  const path = configOf({ ...mode, token: value() })
  await placement().up(at(path, { locator: password }))
  expect(authIn(path)).toEqual({ mode: "password", password: value() })
})

test("leaves a config without a mode as it is, if a literal password is its only credential", async () => {
  const path = configOf({ password: value() })
  await placement().up(at(path, { locator: password }))
  expect(authIn(path)).toEqual({ password: value() })
})

test("sets the mode beside a reference to a password, as a reference alone does not tell it", async () => {
  const path = configOf({})
  const reference = { source: "file", provider: "gatekey", id: "value" }
  await placement().up(at(path, { locator: password, must: "reference", reference }))
  expect(authIn(path)).toEqual({ mode: "password", password: reference })
})

test.each([
  [key, { mode: "password", password: strong() }, /gateway\.auth\.mode is password, expected token/],
  [password, { mode: "token", token: strong() }, /gateway\.auth\.mode is token, expected password/],
  [password, { mode: "none" }, /gateway\.auth\.mode is none, expected password/],
])("refuses to write %s over a credential that the stack does not know: %o", async (locator, auth, words) => {
  const path = configOf(auth)
  await expect(placement().up(at(path, { locator }))).rejects.toThrow(words)
  expect(authIn(path)).toEqual(auth)
})

test("repairs a mode by which the declared password does not count", async () => {
  const path = configOf({ mode: "password", password: value() })
  const one = placement()
  const inputs = at(path, { locator: password })
  await one.up(inputs)
  writeFileSync(path, JSON.stringify({ gateway: { auth: { mode: "token", password: value() } } }))
  await one.refresh()
  expect(one.state?.outputs.holds).toBe(`${words()}, but gateway.auth.mode is token`)
})

test.each([
  [key, "none", true],
  [key, "trusted-proxy", true],
  [password, "none", true],
  [key, "token", false],
  [key, "password", false],
  [key, undefined, false],
  ["gateway.remote.token", "none", false],
])("a right %s says nothing of a gateway whose mode is %s: %s", (locator, mode, expected) => {
  const bytes = Buffer.from(JSON.stringify({ gateway: { auth: { mode } } }))
  const look = { kind: "file", bytes, mode: 0o600, leftover: false } as const
  const inputs = { locator, format: "json5", must: "token" } as PlacementInputs
  expect(checksNone(look, inputs)).toBe(expected)
})
