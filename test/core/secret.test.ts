import { format, inspect } from "node:util"
import { describe, expect, test, vi } from "vitest"
import { Secret } from "../../core/secret.ts"
import { strong } from "../support/tokens.ts"

const value = strong()
const secret = new Secret(value)

describe("a secret shows nothing of its value", () => {
  const nested = { list: [secret], map: new Map([["key", secret]]), error: Object.assign(new Error("x"), { secret }) }
  const ways: Readonly<Record<string, () => string>> = {
    "as a string": () => String(secret),
    "in a template": () => `${secret}`,
    "added to text": () => `the token ${secret}`,
    "as JSON": () => JSON.stringify({ secret, list: [secret] }),
    inspected: () => inspect(secret),
    "inspected with all that is hidden": () => inspect(secret, { showHidden: true, depth: null, getters: true }),
    "inspected within others": () => inspect(nested, { depth: null, showHidden: true }),
    "formatted by %s, %o, %O and %j": () => format("%s %o %O %j", secret, secret, secret, secret),
    "by its keys": () => JSON.stringify([Object.keys(secret), Object.entries(secret), { ...secret }]),
    "by its own properties": () => JSON.stringify(Object.getOwnPropertyDescriptors(secret)),
    cloned: () => JSON.stringify(structuredClone(secret)),
    "as a message of an error": () => new Error(`${secret}`).stack ?? "",
  }
  test.each(Object.keys(ways))("%s", (way) => {
    expect(ways[way]?.()).not.toContain(value)
  })

  test("logged", () => {
    const written: string[] = []
    const spy = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => written.push(String(chunk)) > 0)
    const log = vi
      .spyOn(console, "log")
      .mockImplementation((...args) => void process.stdout.write(`${format(...args)}\n`))
    console.log(secret, { secret }, `${secret}`)
    log.mockRestore()
    spy.mockRestore()
    expect(written).toEqual(["[token] { secret: [token] } [token]\n"])
  })
})

test("only reveal() returns the value", () => {
  expect(secret.reveal()).toBe(value)
  expect(String(secret)).toBe("[token]")
})

test("two secrets are compared by their values", () => {
  expect(secret.equals(value)).toBe(true)
  expect(secret.equals(new Secret(value))).toBe(true)
  expect(secret.equals(strong())).toBe(false)
  expect(secret.equals(undefined)).toBe(false)
  expect(secret.equals("[token]")).toBe(false)
})
