import { describe, expect, test } from "vitest"
import {
  describePairing,
  describeUndeclared,
  findApproval,
  findPairing,
  type KnownDevice,
  listUndeclared,
} from "../../gateways/pairing.ts"
import { codeOfPairing } from "../../gateways/pairing-code.ts"
import { type Pairings, parsePairings } from "../../gateways/pairings.ts"

const id = (letter: string) => letter.repeat(64)

/** A paired device as openclaw 2026.9.6 lists it; clawdbot 2026.1.24-3 leaves `approvedVia` and `connected` out. */
const paired = (letter: string, more: object = {}) => ({
  deviceId: id(letter),
  publicKey: "p7zqFdnCDo2uDxEoS1yH",
  displayName: "tw",
  platform: "linux",
  clientId: "node-host",
  clientMode: "node",
  role: "node",
  roles: ["node"],
  scopes: [],
  approvedVia: "owner",
  connected: true,
  createdAtMs: 1795617713129,
  tokens: [{ role: "node", scopes: [], createdAtMs: 1795617713129 }],
  ...more,
})
const asking = (letter: string, more: object = {}) => ({
  requestId: `ask-${letter}`,
  deviceId: id(letter),
  displayName: "tw",
  role: "node",
  roles: ["node"],
  scopes: [],
  silent: false,
  isRepair: false,
  ts: 1795617731536,
  ...more,
})
const live = (letter: string, more: object = {}) => ({
  nodeId: id(letter),
  displayName: "tw",
  approvalState: "approved",
  connectedAtMs: 1795617713186,
  paired: true,
  connected: true,
  ...more,
})
const away = { connected: false, connectedAtMs: undefined }
const person = {
  deviceId: id("f"),
  displayName: "phone",
  role: "operator",
  roles: ["operator"],
  scopes: ["operator.admin"],
}
const revokedTokens = [{ role: "node", createdAtMs: 1, revokedAtMs: 2 }]

const pairings = (devices: object[], nodes: object[] = [], requests: object[] = []): Pairings =>
  parsePairings({ paired: devices, pending: requests }, { ts: 1, nodes })

const rows: readonly {
  what: string
  has: Pairings
  says: string
  explicit?: string
  approves?: string
  device?: string
  known?: KnownDevice
}[] = [
  { what: "connected", has: pairings([paired("a")], [live("a")]), says: "approved, connected" },
  {
    what: "connected, approved by the gateway itself",
    has: pairings([paired("a", { approvedVia: "silent" })], [live("a")]),
    says: "approved, connected",
    explicit: "approved silently, connected",
  },
  {
    what: "clawdbot's, with fewer fields",
    has: pairings(
      [paired("a", { approvedVia: undefined, connected: undefined, scopes: undefined })],
      [live("a", { approvalState: undefined })],
    ),
    says: "approved, connected",
  },
  {
    what: "paired and not connected",
    has: pairings([paired("a")], [live("a", away)]),
    says: "approved, not connected",
  },
  {
    what: "approved, never connected",
    has: pairings([paired("a")], [live("a", { ...away, approvalState: "unapproved" })]),
    says: "approved, not connected",
  },
  {
    what: "connected, without permissions yet",
    has: pairings([paired("a")], [live("a", { approvalState: "pending-approval", pendingRequestId: "cap-1" })]),
    says: "connected, what it may do is pending (request cap-1)",
    approves: "node.pair.approve cap-1",
  },
  {
    what: "not connected, without permissions yet",
    has: pairings(
      [paired("a")],
      [live("a", { ...away, approvalState: "pending-approval", pendingRequestId: "cap-1" })],
    ),
    says: "approved, not connected",
    approves: "node.pair.approve cap-1",
  },
  {
    what: "connected, requests more permissions: a person must decide",
    has: pairings([paired("a")], [live("a", { approvalState: "pending-reapproval", pendingRequestId: "cap-2" })]),
    says: "approved, connected, asks for more (request cap-2)",
  },
  {
    what: "requests pairing",
    has: pairings([], [], [asking("a")]),
    says: "pending (request ask-a)",
    approves: "device.pair.approve ask-a",
  },
  {
    what: "the gateway itself will approve it",
    has: pairings([], [], [asking("a", { silent: true })]),
    says: "pending (request ask-a)",
  },
  {
    what: "requests pairing as node and operator",
    has: pairings([], [], [asking("a", { roles: ["node", "operator"], scopes: ["operator.admin"] })]),
    says: "pending (request ask-a)",
  },
  {
    what: "requests pairing as a node with scopes",
    has: pairings([], [], [asking("a", { scopes: ["operator.admin"] })]),
    says: "pending (request ask-a)",
  },
  {
    what: "requests pairing again with another key",
    has: pairings([], [], [asking("a", { isRepair: true })]),
    says: "pending (request ask-a)",
  },
  {
    what: "another device requests pairing in the name of a paired one",
    has: pairings([paired("a")], [live("a", away)], [asking("b")]),
    says: "approved, not connected",
  },
  {
    what: "two requests with one name",
    has: pairings([], [], [asking("b"), asking("a")]),
    says: "2 devices have this name: aaaaaaaaaaaa…, bbbbbbbbbbbb…",
  },
  {
    what: "two paired devices with one name",
    has: pairings([paired("b"), paired("a")], [live("a"), live("b", away)]),
    says: "2 devices have this name: aaaaaaaaaaaa…, bbbbbbbbbbbb…",
  },
  {
    what: "two devices with one name, one of them declared",
    has: pairings([paired("b"), paired("a")], [live("a"), live("b", away)]),
    device: id("b"),
    says: "approved, not connected",
  },
  {
    what: "the declared device with another name",
    has: pairings([paired("a", { displayName: "Living room" })], [live("a")]),
    device: id("a"),
    says: "approved, connected",
  },
  {
    what: "another device with the declared name",
    has: pairings([], [], [asking("b")]),
    device: id("a"),
    says: "unknown to the gateway",
  },
  {
    what: "revoked, requests pairing again",
    has: pairings([paired("a", { tokens: revokedTokens })], [live("a", away)], [asking("a", { isRepair: true })]),
    says: "revoked",
  },
  {
    what: "revoked and approved again",
    has: pairings([paired("a", { tokens: [...revokedTokens, { role: "node", createdAtMs: 3 }] })], [live("a")]),
    says: "approved, connected",
  },
  { what: "no device", has: pairings([]), says: "unknown to the gateway" },
  {
    what: "a person's device of that name",
    has: pairings([{ ...person, displayName: "tw" }]),
    says: "unknown to the gateway",
  },
  { what: "pruned", has: pairings([]), known: { id: id("a"), silent: true }, says: "pruned" },
  {
    what: "removed",
    has: pairings([]),
    known: { id: id("a"), silent: false },
    says: "revoked: the gateway no longer knows it",
  },
  {
    what: "pruned and paired again as another device",
    has: pairings([paired("b")], [live("b")]),
    known: { id: id("a"), silent: true },
    says: "approved, connected",
  },
  {
    what: "still paired, with another name",
    has: pairings([paired("a", { displayName: "box" })], [live("a")]),
    known: { id: id("a"), silent: true },
    says: "unknown to the gateway",
  },
]

/** The code of each description, by how it begins. */
const codes: Readonly<Record<string, string>> = {
  "approved, connected": "connected",
  "approved silently, connected": "silent",
  "approved, connected, asks for more": "asks-for-more",
  "approved, not connected": "not-connected",
  "connected, what it may do is pending": "permissions-pending",
  pending: "pending",
  pruned: "pruned",
  revoked: "revoked",
  "revoked: the gateway no longer knows it": "revoked",
  "2 devices have this name": "several",
  "unknown to the gateway": "not-paired",
}

test.each(rows)("gives a pairing its code: $what", ({ has, says, explicit = says, device, known }) => {
  const status = findPairing(has, { node: "tw", ...(device ? { device } : {}) }, known)
  const begins = (description: string) => description.replace(/(?: \(request|: aaaa).*/, "")
  expect([codeOfPairing(status, false), codeOfPairing(status, true)]).toEqual([
    codes[begins(says)],
    codes[begins(explicit)],
  ])
})

test.each(rows)("describes a pairing: $what: $says", ({ has, says, explicit = says, approves, device, known }) => {
  const status = findPairing(has, { node: "tw", ...(device ? { device } : {}) }, known)
  expect([describePairing(status, false), describePairing(status, true)]).toEqual([says, explicit])
  const approval = findApproval(status)
  expect(approval && `${approval.method} ${approval.request}`).toBe(approves)
})

test("only a connected node has the start of its connection", () => {
  const { nodes } = pairings([paired("a"), paired("b")], [live("a"), live("b", { connected: false })])
  expect(nodes.map(({ since }) => since)).toEqual([1795617713186, undefined])
})

test.each([
  ["device.pair.list", {}, { nodes: [] }],
  ["device.pair.list", { paired: [{ displayName: "tw" }], pending: [] }, { nodes: [] }],
  ["node.list", { paired: [], pending: [] }, undefined],
])("refuses an answer of another form to %s and quotes none of it", (method, devices, nodes) => {
  expect(() => parsePairings(devices, nodes)).toThrow(
    `the gateway's answer to ${method} has another form than expected`,
  )
})

describe("undeclared nodes and requests", () => {
  const has = pairings(
    [paired("a"), paired("b", { displayName: "old-tw" }), person],
    [live("a"), live("b")],
    [
      asking("c", { displayName: "box" }),
      asking("d"),
      asking("e", { displayName: "new" }),
      asking("0", { displayName: "at once", silent: true }),
    ],
  )

  test.each([
    [["tw", "old-tw", "box", "new"], ["tw (asks, request ask-d)"]],
    [["tw", id("b"), id("c"), id("d"), id("e")], []],
    [
      ["tw", "new"],
      ["box (asks, request ask-c)", "old-tw (device bbbbbbbbbbbb…)", "tw (asks, request ask-d)"],
    ],
  ])("with %j declared", (declared, strays) => {
    expect(listUndeclared(has, declared)).toEqual(strays)
  })

  test.each([
    [[], "no strays"],
    [["a"], "1 stray: a"],
    [["a", "b"], "2 strays: a, b"],
  ])("describes %j: %s", (strays, words) => {
    expect(describeUndeclared(strays)).toBe(words)
  })
})

test("escapes control characters in names and requests", () => {
  const evil = "\u001b[2Jtw\u202e"
  const status = findPairing(pairings([], [], [asking("a", { requestId: evil })]), { node: "tw" })
  expect(describePairing(status, false)).toBe("pending (request \\u{1b}[2Jtw\\u{202e})")
  expect(listUndeclared(pairings([paired("a", { displayName: evil })]), [])).toEqual([
    "\\u{1b}[2Jtw\\u{202e} (device aaaaaaaaaaaa…)",
  ])
})
