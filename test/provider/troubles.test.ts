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

test("a place is declared by its file and what it is in there, however its home is written", async () => {
  const { isPlace, notePlace } = await import("../../provider/places.ts")
  const [host, locator] = ["local", "OPENCLAW_GATEWAY_TOKEN"]
  notePlace({ host, path: "~/.openclaw/.env", locator })
  const at = { host, path: "/home/me/.openclaw/.env", locator }
  expect(isPlace(at, "/home/me")).toBe(true)
  expect(isPlace({ ...at, locator: "CLAWDBOT_GATEWAY_TOKEN" }, "/home/me")).toBe(false)
  expect(isPlace({ ...at, path: "/home/me/.zshrc" }, "/home/me")).toBe(false)
  expect(isPlace({ ...at, host: "ssh://tw" }, "/home/me")).toBe(false)
})
