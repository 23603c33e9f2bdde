import { expect, test, vi } from "vitest"

/** A run of its own: the notes are this process's. */
async function run() {
  vi.resetModules()
  return import("../../provider/troubles.ts")
}

test.each([
  ["in its home", "~/.openclaw/.env", "ssh://tw", "~", true],
  ["of its host, whatever it is called", "~/.openclaw/.env", "ssh://TW:22", "~", true],
  ["of another host", "~/.openclaw/.env", "ssh://box", "~", false],
  ["in another home of its host", "~/.openclaw/.env", "ssh://tw", "/srv/other", false],
  ["in a home that only begins as its own does", "/srv/other-one/.env", "ssh://tw", "/srv/other", false],
  ["in a home that is declared", "/srv/other/.env", "ssh://tw", "/srv/other/", true],
  ["of all of its host", undefined, "ssh://tw", "/srv/other", true],
  ["the home itself", "/srv/other", "ssh://tw", "/srv/other", true],
])("what was found %s", async (_, path, host, home, expected) => {
  const { isTroubled, noteTrouble } = await run()
  expect(isTroubled(host, home)).toBe(false)
  noteTrouble("ssh://tw", path)
  expect(isTroubled(host, home)).toBe(expected)
})

test("a file that was found wrong is known by its full path", async () => {
  const { isTroubledFile, noteTrouble } = await run()
  noteTrouble("local", "~/.openclaw/.env")
  expect(isTroubledFile("local", "/home/me", "/home/me/.openclaw/.env")).toBe(true)
  expect(isTroubledFile("local", "/home/me", "/home/me/.zshrc")).toBe(false)
  expect(isTroubledFile("ssh://tw", "/home/me", "/home/me/.openclaw/.env")).toBe(false)
})
