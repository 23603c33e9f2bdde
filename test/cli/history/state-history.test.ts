import { expect, test } from "vitest"
import { stateHistoryIn } from "../../../cli/history/state-history.ts"
import { leaksIn } from "../../support/canary/leaks.ts"
import { strong } from "../../support/tokens.ts"

const urn = (type: string, name: string) =>
  `urn:pulumi:dev::gatekey::gatekey:index:Fleet$gatekey:index:${type}::${name}`
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" }
const resource = (type: string, name: string, outputs: object, more: object = {}) => {
  return { type: `gatekey:index:${type}`, urn: urn(type, name), outputs: { ...outputs }, ...more }
}
const known = { generation: 2, highest: 3, created: "2026-11-24T15:03:00.000Z", fingerprint: "fp:1f3a9c07" }
const token = (more: object = {}) => resource("Token", "token", { ...known, value: secret, generations: secret }, more)
const receipt = { generation: 2, at: "2026-11-24T15:03:00.000Z", who: "me@studio", places: 12, verdicts: [] }
const receiptsOf = (...receipts: unknown[]) =>
  stateHistoryIn([resource("Receipt", "receipt", { generation: 2, receipts })])

test("of the Token: what stands in the open", () => {
  const { token: kept } = stateHistoryIn([
    token({ modified: "2026-11-25T21:32:39.329957013Z", inputs: { adopt: { from: "x" } } }),
  ])
  expect(kept).toEqual({ ...known, adopted: true, modified: "2026-11-25T21:32:39.329Z" })
  expect(stateHistoryIn([token()]).token).toEqual({ ...known, adopted: false })
})

test("nothing of a stack that is empty", () => {
  expect(stateHistoryIn([])).toEqual({ receipts: [], holders: [] })
})

test("two Tokens are refused, as nothing tells whose receipts these are", () => {
  expect(() => stateHistoryIn([token(), token()])).toThrow("the stack has more than one Token")
})

test("the places that hold the token, and which is a gateway's own", () => {
  const held = (generation: number) => ({ must: "token", generation })
  const { holders } = stateHistoryIn([
    resource("Placement", "tw secret file", held(2)),
    resource("Placement", "tw dotenv", { must: "nothing", generation: 2 }),
    resource("Flip", "studio secret file", held(1), { parent: urn("Gateway", "studio") }),
    resource("Handshake", "studio handshake", { generation: 2 }),
  ])
  expect(holders).toEqual([
    { name: "tw secret file", generation: 2 },
    { name: "studio secret file", generation: 1, gateway: "studio" },
  ])
})

test("the generation that was last through, and the receipts: also those of an earlier gatekey", () => {
  const now = { ...receipt, fingerprint: "fp:1f3a9c07", holders: ["tw secret file"], lagging: ["ssh://box"], from: 1 }
  const { through, receipts } = receiptsOf(receipt, now)
  expect(through).toBe(2)
  expect(receipts).toEqual([
    { source: "receipt", ...receipt, lagging: [] },
    { source: "receipt", ...now },
  ])
})

test.each([
  ["nothing", null],
  ["without a number", { ...receipt, generation: "2" }],
  ["without a time", { ...receipt, at: "soon" }],
])("no receipt: %s", (_, value) => {
  expect(receiptsOf(value).receipts).toEqual([])
})

test("texts are as they may be shown, and no token is among them, also in a state that somebody edited", () => {
  const value = strong()
  const edited = {
    ...{ who: `me\u001b[2J ${value}`, verdicts: [value], holders: [`tw ${value}`], lagging: [`ssh://${value}`] },
    ...{ fingerprint: value, commit: value.slice(1), from: value, places: value },
  }
  const { receipts } = receiptsOf({ ...receipt, ...edited })
  expect(receipts[0]?.who).toBe("me\\u{1b}[2J [masked]")
  expect(receipts[0]).not.toHaveProperty("fingerprint")
  expect(receipts[0]).not.toHaveProperty("commit")
  expect(leaksIn(JSON.stringify(receipts), [value])).toEqual([])
})

test("a receipt whose time has no text is left out", () => {
  expect(receiptsOf({ ...receipt, at: { toString: 1, valueOf: 1 } }).receipts).toEqual([])
})
