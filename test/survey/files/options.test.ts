import { expect, test } from "vitest"
import { optionsIn } from "../../../survey/files/options.ts"

test.each([
  ["in two words", ["--token", "x", "--port", "18790", "--profile", "work", "--auth", "token"]],
  ["in one word", ["--token=x", "--port=18790", "--profile=work", "--auth=token"]],
])("reads a gateway's options %s", (_how, words) => {
  const { flag, port, profile, auth, route, password } = optionsIn(["openclaw", "gateway", "run", ...words], "gateway")
  expect([flag?.reveal(), port, profile, auth, route, password]).toEqual([
    "x",
    18790,
    "work",
    "token",
    undefined,
    false,
  ])
})

test.each([
  [["--url=wss://studio:1"], "wss://studio:1"],
  [["--host=studio", "--port=18790"], "ws://studio:18790"],
  [["--host", "studio", "--tls"], "wss://studio:18789"],
  [[], undefined],
])("reads a node's route of %j", (words, route) => {
  expect(optionsIn(["openclaw", "node", "run", ...words], "node").route).toBe(route)
})
