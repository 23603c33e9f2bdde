import { describe, expect, test } from "vitest"
import { Secret } from "../../core/secret.ts"
import { openConnectVault } from "../../vaults/connect.ts"
import { openVault } from "../../vaults/index.ts"
import { VaultUnreachable } from "../../vaults/vault.ts"
import type { Planned } from "../doubles/connect/faults.ts"
import { refusal } from "../support/refusal.ts"
import { strong } from "../support/tokens.ts"
import { onePasswordAccount } from "../support/vaults/one-password.ts"

const spec = { provider: "onepassword", vault: "Home", item: "gatekey" } as const
const kept = () => ({ token: new Secret(strong()), generation: 1 })

describe("an item of a Connect server", () => {
  test.each([
    ["vault and item by their titles", ({ name }: Names) => ({ vault: name, item: "gatekey" })],
    ["and by their ids", ({ vault, item }: Names) => ({ vault, item })],
  ])("is named by %s", async (_, names) => {
    const account = await onePasswordAccount()
    const token = strong()
    const { id } = account.add("gatekey", [{ label: "token", value: token }])
    const vault = account.items.vaults[0] ?? { id: "", name: "" }
    const named = names({ name: vault.name, vault: vault.id, item: id })
    const read = await openVault({ provider: "onepassword", ...named }, account.connect).read()
    expect(read?.token.reveal()).toBe(token)
  })

  test("may have a title of any letters", async () => {
    const account = await onePasswordAccount()
    const named = { ...spec, item: `a "gate" & #1 100% / ü?` }
    const first = kept()
    await openVault(named, account.connect).write(first)
    expect((await openVault(named, account.connect).read())?.token.equals(first.token)).toBe(true)
  })

  test("is refused if two have its title: the error has both ids", async () => {
    const account = await onePasswordAccount()
    const ids = [account.add("gatekey", []).id, account.add("gatekey", []).id]
    const vault = openVault(spec, account.connect)
    for (const work of [() => vault.read(), () => vault.write(kept())]) {
      const { message } = await refusal(work())
      for (const id of ids) expect(message).toContain(id)
      expect(message).toMatch(
        /^1Password item gatekey in vault Home: 2 items have this title \(.* declare the item by its id/,
      )
    }
  })

  test("is not an archived one", async () => {
    const account = await onePasswordAccount()
    account.add("gatekey", [{ label: "token", value: strong() }], { state: "ARCHIVED" })
    expect(await openVault(spec, account.connect).read()).toBeUndefined()
  })

  test("can be read by `op read` with a reference of three parts", async () => {
    const account = await onePasswordAccount()
    const first = kept()
    await openVault(spec, account.connect).write(first)
    const read = { provider: "exec", read: ["op", "read", "--no-newline", "op://Home/gatekey/token"] } as const
    expect((await openVault(read, account.op).read())?.token.equals(first.token)).toBe(true)
  })

  test("has its versions, their authors and its reads as history", async () => {
    const account = await onePasswordAccount()
    const vault = openVault(spec, account.connect)
    expect(await vault.readHistory?.(new Date(0))).toEqual({ versions: [], reads: [] })
    for (let times = 0; times < 3; times++) await vault.write(kept())
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    const between = new Date()
    await openVault(spec, account.connectReader).read()
    const { versions, reads, id } = (await vault.readHistory?.(between)) ?? {}
    expect(versions).toEqual([3, 2, 1].map((version) => ({ version, at, who: "CONNECTWRITER" })))
    expect(id).toBe(account.item("gatekey").id)
    const read = { at, how: "READ", by: "double, 127.0.0.1", version: 3 }
    expect(reads).toEqual(["CONNECTWRITER", "CONNECTREADER"].map((who) => ({ ...read, who })))
  })
})

interface Names {
  readonly name: string
  readonly vault: string
  readonly item: string
}

describe("a concurrent change by another client", () => {
  test("is read again and kept", async () => {
    const account = await onePasswordAccount()
    account.add("gatekey", [{ label: "token", value: strong() }])
    account.faults.plan({ kind: "status", status: 409, method: "PUT", times: 1 })
    const next = kept()
    await openVault(spec, account.connect).write(next)
    expect(account.item("gatekey").fields.find(({ label }) => label === "token")?.value).toBe(next.token.reveal())
    expect(account.requests.filter((each) => each.startsWith("PUT")).map((each) => each.slice(-3))).toEqual([
      "409",
      "200",
    ])
  })

  test("is reported if it happens twice", async () => {
    const account = await onePasswordAccount()
    account.add("gatekey", [])
    account.faults.plan({ kind: "status", status: 409, method: "PUT" })
    const { message } = await refusal(openVault(spec, account.connect).write(kept()))
    expect(message).toMatch(/changed at the same time by another .* run this again/)
  })
})

test("a write that the server answers with another value is an error", async () => {
  const account = await onePasswordAccount()
  const item = account.add("gatekey", [{ label: "token", value: strong() }])
  const other = { id: item.id, title: "gatekey", fields: [{ label: "token", value: strong() }] }
  account.faults.plan({ kind: "garbage", text: JSON.stringify(other), method: "PUT" })
  const { message } = await refusal(openVault(spec, account.connect).write(kept()))
  expect(message).toMatch(/reports another value than the one written$/)
})

describe("a server that cannot be reached", () => {
  const faults: readonly [string, Planned, RegExp][] = [
    ["cuts the connection", { kind: "drop" }, /cannot be reached \(the connection was cut\)/],
    ["cuts its answer", { kind: "cut" }, /cannot be reached/],
    ["has an error", { kind: "status", status: 500 }, /answers 500/],
    ["is not ready", { kind: "status", status: 503 }, /answers 503/],
    ["limits the rate", { kind: "status", status: 429 }, /answers 429/],
    ["is a web page", { kind: "garbage" }, /not a 1Password Connect server; correct OP_CONNECT_HOST/],
    ["is another API", { kind: "garbage", text: "true" }, /not a 1Password Connect server/],
    [
      "answers with another item",
      { kind: "garbage", text: "{}", path: "/items/[a-z2-7]" },
      /not a 1Password Connect server/,
    ],
    ["redirects", { kind: "redirect", to: "http://127.0.0.1:9/" }, /redirects \(302\)/],
  ]

  test.each(faults)("%s", async (_, fault, words) => {
    const account = await onePasswordAccount()
    account.add("gatekey", [{ label: "token", value: strong() }])
    account.faults.plan(fault)
    const vault = openVault(spec, account.connect)
    for (const work of [() => vault.read(), () => vault.write(kept())]) {
      const error = await refusal(work())
      expect(error.message).toMatch(words)
      expect(error.message).toMatch(/OP_CONNECT_HOST|run this again/)
      expect(error).toBeInstanceOf(VaultUnreachable)
    }
    expect(account.items.versions(account.item("gatekey").id)).toHaveLength(1)
  })

  test("times out", async () => {
    const account = await onePasswordAccount()
    account.faults.plan({ kind: "slow", milliseconds: 60_000 })
    const { OP_CONNECT_TOKEN = "" } = account.connect
    const error = await refusal(openConnectVault(spec, account.url, OP_CONNECT_TOKEN, 200).read())
    expect(error).toBeInstanceOf(VaultUnreachable)
    expect(error.message).toMatch(/cannot be reached \(no answer within 0.2 s\)/)
  })

  test("answers a later call", async () => {
    const account = await onePasswordAccount()
    account.faults.plan({ kind: "drop", times: 1 }, { kind: "slow", milliseconds: 50 })
    const vault = openVault(spec, account.connect)
    await refusal(vault.read())
    expect(await vault.read()).toBeUndefined()
  })

  test.each([
    "",
    "connect.example",
    "ftp://connect.example",
    "http://me:secret-word@connect.example",
    "http://[",
    "http://x/?a=b",
  ])("has no address: %j", async (host) => {
    const vault = openVault(spec, { OP_CONNECT_HOST: host, OP_CONNECT_TOKEN: strong() })
    const error = await refusal(vault.read())
    expect(error).toBeInstanceOf(VaultUnreachable)
    expect(error.message).toMatch(/OP_CONNECT_HOST/)
    expect(error.message).not.toContain("secret-word")
  })
})

describe("an access token without permission to", () => {
  test("write: the error has the command that creates another", async () => {
    const account = await onePasswordAccount()
    account.add("gatekey", [{ label: "token", value: strong() }])
    const vault = openVault(spec, account.connectReader)
    expect(await vault.read()).toBeDefined()
    const { message } = await refusal(vault.write(kept()))
    expect(message).toMatch(/cannot write it; create one that can: op connect token create .* --vault Home,rw$/)
  })

  test("see the vault", async () => {
    const account = await onePasswordAccount()
    const error = await refusal(openVault({ ...spec, vault: "Other" }, account.connect).read())
    expect(error.message).toMatch(
      /cannot read a vault of that name; .*op connect vault grant --server NAME --vault Other$/,
    )
  })
})
