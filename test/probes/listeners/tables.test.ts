import { expect, test } from "vitest"
import { parseLsof } from "../../../probes/listeners/lsof.ts"
import { addHolders, parseSocketRow } from "../../../probes/listeners/tables.ts"

const row = (local: string, state = "0A") =>
  ` 3: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000   501        0 114627 1 0000000066cf8858 100 0`

test.each([
  ["0100007F:4965", "127.0.0.1"],
  ["00000000:4965", "0.0.0.0"],
  ["00000000000000000000000001000000:4965", "::1"],
  ["00000000000000000000000000000000:4965", "::"],
  ["0000000000000000FFFF00000A00A8C0:4965", "192.168.0.10"],
  ["000080FE00000000FF005450B6AD1DFE:4965", "fe80::5054:ff:fe1d:adb6"],
])("parses the kernel's %s as %s", (local, address) => {
  expect(parseSocketRow(row(local))).toEqual({ address, uid: 501, inode: "114627" })
})

test.each([
  ["a connection", row("0100007F:4965", "01")],
  ["the heading", "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"],
  ["nothing", ""],
  ["half a row", " 3: 0100007F:4965 00000000:0000 0A"],
])("skips %s, which is not a listening socket", (_, line) => {
  expect(parseSocketRow(line)).toBeUndefined()
})

test("adds to a socket its processes: one, several or none", () => {
  const rows = ["1", "2", "3"].map((inode) => ({ address: "::", uid: 0, inode }))
  expect(addHolders(rows, ["10 1", "11 2", "12 2"]).map(({ pids }) => pids)).toEqual([[10], [11, 12], []])
})

test("parses lsof's fields, one a line", () => {
  const lines = ["p4711", "u501", "f22", "n127.0.0.1:18789", "f23", "n[::1]:18789", "p12", "u0", "f5", "n*:18789"]
  expect(parseLsof(lines, [])).toEqual([
    { address: "127.0.0.1", uid: 501, pids: [4711] },
    { address: "::1", uid: 501, pids: [4711] },
    { address: "any address", uid: 0, pids: [12] },
  ])
})

test("a socket that only netstat lists has no readable process", () => {
  const lsof = ["p4711", "u501", "f22", "n127.0.0.1:18789"]
  expect(parseLsof(lsof, ["127.0.0.1.18789", "*.18789", "*.18789"])).toEqual([
    { address: "127.0.0.1", uid: 501, pids: [4711] },
    { address: "any address", uid: undefined, pids: [] },
  ])
})
