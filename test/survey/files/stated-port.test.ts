import { describe, expect, it } from "vitest"
import { portOf, statedPort, usualPort } from "../../../survey/files/stated-port.ts"
import { folder } from "../../support/hosts/machine.ts"
import { environmentOf, noProduct } from "../../support/products/gateway.ts"
import { askOpenclaw } from "../../support/products/real-openclaw.ts"

const texts = [
  "28801",
  " 28801 ",
  "127.0.0.1:28801",
  "[::1]:28801",
  "x:1:2",
  "28801x",
  "0",
  "65535",
  "65536",
  "-1",
  "",
  "1e3",
]
const profiles = ["work", "Work", "a-b_c", "x".repeat(64), "2"]

describe.skipIf(noProduct("openclaw"))(`as openclaw itself says [${noProduct("openclaw") ?? "installed"}]`, () => {
  it("the port of its variable, and of a profile", () => {
    const home = folder()
    const program = `console.log(JSON.stringify([
      ${JSON.stringify(texts)}.map((OPENCLAW_GATEWAY_PORT) => resolveGatewayPort({ gateway: { port: 7 } }, { OPENCLAW_GATEWAY_PORT })),
      ${JSON.stringify(profiles)}.map((OPENCLAW_PROFILE) => resolveGatewayPort({}, { OPENCLAW_PROFILE })),
    ]))`
    expect(askOpenclaw(["resolveGatewayPort"], program, environmentOf("openclaw", home), home)).toEqual([
      texts.map((text) => statedPort("openclaw", text) ?? 7),
      profiles.map((profile) => usualPort("openclaw", profile)),
    ])
  })
})

it.each([
  ["28801", 28801],
  ["28801x", 28801],
  [" 28801", 28801],
  ["x", undefined],
  ["0", undefined],
])("clawdbot takes %j for %j", (text, port) => {
  expect(statedPort("clawdbot", text)).toBe(port)
})

it.each<[number[], number[], number | undefined]>([
  [[1, 2], [], 1],
  [[1, 2], [3, 2], 2],
  [[1, 2], [5, 4], 4],
  [[], [], undefined],
])("of %j stated and %j listened on: %j", (stated, listens, port) => {
  expect(portOf(stated, listens)).toBe(port)
})
