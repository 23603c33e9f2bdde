import { expect, test } from "vitest"
import { Places } from "../../provider/run/places.ts"
import { Troubles } from "../../provider/run/troubles.ts"

test.each([
  ["in its home", "~/.openclaw/.env", "ssh://tw", "~", true],
  ["of its host, whatever it is called", "~/.openclaw/.env", "ssh://TW:22", "~", true],
  ["of another host", "~/.openclaw/.env", "ssh://box", "~", false],
  ["in another home of its host", "~/.openclaw/.env", "ssh://tw", "/srv/other", false],
  ["in a home that only begins as its own does", "/srv/other-one/.env", "ssh://tw", "/srv/other", false],
  ["in a home that is declared", "/srv/other/.env", "ssh://tw", "/srv/other/", true],
  ["of all of its host", undefined, "ssh://tw", "/srv/other", true],
  ["the home itself", "/srv/other", "ssh://tw", "/srv/other", true],
])("what was found %s", (_, path, host, home, expected) => {
  const troubles = new Troubles()
  expect(troubles.isTroubled(host, home)).toBe(false)
  troubles.noteTrouble("ssh://tw", path)
  expect(troubles.isTroubled(host, home)).toBe(expected)
})

test("a place is declared by its file and what it is in there, however its home is written", () => {
  const places = new Places()
  const [host, locator] = ["local", "OPENCLAW_GATEWAY_TOKEN"]
  places.notePlace({ host, path: "~/.openclaw/.env", locator })
  const at = { host, path: "/home/me/.openclaw/.env", locator }
  expect(places.isPlace(at, "/home/me")).toBe(true)
  expect(places.isPlace({ ...at, locator: "CLAWDBOT_GATEWAY_TOKEN" }, "/home/me")).toBe(false)
  expect(places.isPlace({ ...at, path: "/home/me/.zshrc" }, "/home/me")).toBe(false)
  expect(places.isPlace({ ...at, host: "ssh://tw" }, "/home/me")).toBe(false)
})
