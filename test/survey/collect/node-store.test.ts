import { expect, test } from "vitest"
import { urlInStore } from "../../../survey/collect/node-store.ts"

const record = (port: number) =>
  `nodeHost.config{"version":1,"gateway":{"host":"127.0.0.1","port":${port},"tls":false}}`

test.each<[what: string, text: string, url: string | undefined]>([
  ["none", "\0settings", undefined],
  ["one", `\0\u0001${record(1)}\0`, "ws://127.0.0.1:1"],
  // As `last-url.sh` prints those of the database and of its journal.
  ["a line for each, the last counts", `${record(1)}\n${record(2)}\n`, "ws://127.0.0.1:2"],
  ["with what is between two rows of a page", `${record(1)}\0\u0003\0${record(2)}\0`, "ws://127.0.0.1:2"],
])("the URL of a node's last start: %s", (_what, text, url) => {
  expect(urlInStore("openclaw", text)).toBe(url)
})
