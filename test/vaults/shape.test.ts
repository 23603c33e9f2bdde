import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterEach, expect, onTestFinished, test, vi } from "vitest"
import { itemLines, readItemHistory } from "../../cli/history/vault.ts"
import { plainText } from "../../cli/text.ts"
import { UserError } from "../../core/errors.ts"
import { openVault } from "../../vaults/index.ts"
import { hostile, rawTexts } from "../support/hostile/escapes.ts"
import { hostilePrograms } from "../support/hostile/hostile-programs.ts"

const bad = `\n${hostile}`
const token = { id: "token", label: "token", value: "abc" }

/** Items of a server that does not follow the interface. */
const items: readonly unknown[] = [
  ...[null, 7, "x", [], [null], {}, { id: "i", fields: 7 }, { id: "i", fields: [null] }, { id: "i", fields: [7] }],
  { id: "i", fields: [{ label: "token", value: 7 }] },
  { id: "i", fields: [{ label: 7, value: "x" }] },
  { id: "i", sections: 7, fields: [token] },
  { id: "i", sections: [null], fields: [token] },
  { id: { a: 1 }, fields: [token] },
  { id: bad, title: "i", version: 7, fields: [token] },
  {
    ...{ id: "i", version: bad, fields: [{ ...token, section: null }] },
    ...{ updated_at: bad, last_edited_by: bad, updatedAt: bad, lastEditedBy: bad },
  },
  { id: "i", version: { a: bad }, updated_at: 7, last_edited_by: { a: bad }, fields: [token, { ...token, id: bad }] },
  { id: "i", version: -1e300, sections: [{ id: "gatekey" }], fields: [{ ...token, value: bad }] },
]
const actors = [null, 7, { id: bad, userAgent: { a: 1 }, requestIp: 7 }, { id: [bad] }]
const requests = actors.flatMap((actor) =>
  [null, { item: null }, { item: { id: "i" }, itemVersion: bad }].flatMap((resource) => [
    { result: "SUCCESS", action: "READ", timestamp: bad, actor, resource },
    { result: "SUCCESS", action: "UPDATE", timestamp: 7, actor, resource },
  ]),
)
const activities: readonly unknown[] = [null, 7, [null], [7, "x", []], requests]

afterEach(() => void vi.unstubAllEnvs())

/** Reads it, and tells its past as `gatekey history --vault` does: an error for the user, or texts without an escape. */
async function walk(): Promise<void> {
  const spec = { provider: "onepassword", vault: "v", item: "i" } as const
  const resources = [{ type: "x", outputs: { host: "op://v/i", path: "/token" } }] as never
  const works = [
    () => openVault(spec, process.env).read(),
    async () => {
      const history = await readItemHistory(resources)
      expect(rawTexts(JSON.parse(JSON.stringify(history)))).toEqual([])
      const lines = plainText(itemLines(history))
      expect([rawTexts(lines.replaceAll("\n", "")), lines]).toEqual([[], expect.not.stringMatching(/^x/m)])
    },
  ]
  for (const work of works)
    await work().catch((error) => {
      if (!(error instanceof UserError)) throw error
      expect(rawTexts(error.message)).toEqual([])
    })
}

test.each(items.map((item) => [JSON.stringify(item), item] as const))(
  "an item that op prints may be %s",
  async (_, item) => {
    const bin = hostilePrograms({ op: `cat <<'END'\n${JSON.stringify(item)}\nEND` })
    vi.stubEnv("PATH", `${bin}:${process.env.PATH}`)
    vi.stubEnv("OP_SERVICE_ACCOUNT_TOKEN", "x")
    await walk()
  },
)

test.each(items.map((item) => [JSON.stringify(item), item] as const))(
  "an item of a Connect server may be %s",
  async (_, item) => {
    let activity: unknown
    let list: unknown
    const server = createServer(({ url = "" }, answer) => {
      answer.setHeader("content-type", "application/json")
      const isItem = /\/items\/./.test(url)
      answer.end(JSON.stringify(/activity/.test(url) ? activity : isItem ? item : list))
    }).listen(0, "127.0.0.1")
    onTestFinished(() => void server.close())
    await once(server, "listening")
    vi.stubEnv("OP_CONNECT_HOST", `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    vi.stubEnv("OP_CONNECT_TOKEN", "x")
    for (list of [[null, 7, { id: 7 }, { id: "i", title: "i", name: "v" }], [null], 7, { id: bad }])
      for (activity of activities) await walk()
  },
)
