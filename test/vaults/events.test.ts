import { randomUUID } from "node:crypto"
import { inspect } from "node:util"
import { describe, expect, onTestFinished, test } from "vitest"
import { listEventReads } from "../../vaults/events.ts"
import { openVault } from "../../vaults/index.ts"
import { VaultUnreachable } from "../../vaults/vault.ts"
import { type Events, startEvents, type Usage } from "../doubles/events.ts"
import { leaksIn } from "../support/canary/leaks.ts"
import { refusal } from "../support/refusal.ts"
import { strong } from "../support/tokens.ts"
import { onePasswordAccount } from "../support/vaults/one-password.ts"

const item = "abcdefghijklmnopqrstuvwxy2"
const minute = (at: number) => new Date(Date.UTC(2026, 10, 24, 12, at)).toISOString()
const usage = (at: number, more: Partial<Usage> = {}): Usage => ({
  ...{ uuid: randomUUID(), timestamp: minute(at), used_version: 3, vault_uuid: "v", item_uuid: item, action: "reveal" },
  user: { uuid: "U1", name: "Ann", email: "ann@example.org", type: "user" },
  client: { app_name: "1Password for Mac", app_version: "81000000", ip_address: "192.0.2.7" },
  ...more,
})

async function events(...usages: Usage[]): Promise<Events> {
  const started = await startEvents(`ey.${strong()}`, usages)
  onTestFinished(() => started.stop())
  return started
}

describe("the Events API", () => {
  test("lists the readers of this item and their programs", async () => {
    const { variables } = await events(
      usage(0, { item_uuid: "another" }),
      usage(1),
      usage(2, { action: "server-update" }),
      usage(3, { action: "server-fetch", user: { uuid: "S1", name: "gatekey", email: "" }, used_version: 4 }),
      usage(4, { action: "server-create" }),
    )
    expect(await listEventReads(item, new Date(0), variables)).toEqual([
      { at: minute(1), who: "ann@example.org", by: "1Password for Mac 81000000, 192.0.2.7", how: "reveal", version: 3 },
      { at: minute(3), who: "gatekey", by: "1Password for Mac 81000000, 192.0.2.7", how: "server-fetch", version: 4 },
    ])
  })

  test("is read from that time on, page by page", async () => {
    const it = await events(...Array.from({ length: 2_500 }, (_, at) => usage(at)))
    expect(await listEventReads(item, new Date(minute(100)), it.variables)).toHaveLength(2_400)
    expect(it.asked).toEqual([
      { limit: 1000, start_time: minute(100) },
      { cursor: expect.any(String) },
      { cursor: expect.any(String) },
    ])
  })

  test.each<[string, NonNullable<Events["broken"]>, RegExp]>([
    ["limits the rate", { status: 429 }, /answers 429/],
    ["has an error", { status: 500 }, /answers 500/],
    ["redirects", { status: 302, location: "http://127.0.0.1:9/" }, /redirects \(302\)/],
    ["is a web page", { status: 200, body: "<html>" }, /correct EVENTS_API_URL/],
    ["is another API", { status: 200, body: '{"items": 7}' }, /correct EVENTS_API_URL/],
    ["is of another kind", { status: 404, body: "{}" }, /\(404\); correct EVENTS_API_URL/],
    ["no longer accepts the token", { status: 401, body: "{}" }, /does not accept EVENTS_API_TOKEN: issue one/],
  ])("that %s is told, and the token is not", async (_, broken, words) => {
    const it = await events()
    it.broken = broken
    const error = await refusal(listEventReads(item, new Date(0), it.variables))
    expect(error).toBeInstanceOf(VaultUnreachable)
    expect(error.message).toMatch(words)
    expect(leaksIn(inspect(error, { showHidden: true, depth: 9 }), [it.variables.EVENTS_API_TOKEN])).toEqual([])
  })

  test("is refused with an invalid address, which the error does not quote", async () => {
    const at = { EVENTS_API_URL: "https://me:secret-word@events.example", EVENTS_API_TOKEN: "x" }
    const { message } = await refusal(listEventReads(item, new Date(0), at))
    expect(message).toMatch(/EVENTS_API_URL is not a valid URL; expected one such as/)
    expect(message).not.toContain("secret-word")
  })
})

describe("a vault of 1Password", () => {
  const spec = { provider: "onepassword", vault: "Home", item: "gatekey" } as const

  test("merges the reads of Connect and of the Events API, newest first", async () => {
    const account = await onePasswordAccount()
    const { id } = account.add("gatekey", [{ label: "token", value: strong() }])
    const early = new Date(Date.now() - 60_000).toISOString()
    const it = await events(usage(0, { item_uuid: id, timestamp: early }))
    const vault = openVault(spec, { ...account.connect, ...it.variables })
    const { reads = [] } = (await vault.readHistory?.(new Date(Date.now() - 3_600_000))) ?? {}
    expect(reads.map(({ how }) => how)).toEqual(["READ", "reveal"])
  })

  test("has reads by op only from the Events API", async () => {
    const account = await onePasswordAccount()
    const { id } = account.add("gatekey", [{ label: "token", value: strong() }])
    const it = await events(usage(0, { item_uuid: id }))
    expect((await openVault(spec, account.op).readHistory?.(new Date(0)))?.reads).toBeUndefined()
    expect((await openVault(spec, { ...account.op, ...it.variables }).readHistory?.(new Date(0)))?.reads).toHaveLength(
      1,
    )
  })
})
