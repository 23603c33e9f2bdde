import { describe, expect, test } from "vitest"
import { Secret } from "../../core/secret.ts"
import { connectVault } from "../../vaults/connect.ts"
import { vaultOf } from "../../vaults/index.ts"
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
    const read = await vaultOf({ provider: "onepassword", ...named }, account.connect).read()
    expect(read?.token.reveal()).toBe(token)
  })

  test("may have a title of any letters", async () => {
    const account = await onePasswordAccount()
    const named = { ...spec, item: `a "gate" & #1 100% / ü?` }
    const first = kept()
    await vaultOf(named, account.connect).write(first)
    expect((await vaultOf(named, account.connect).read())?.token.equals(first.token)).toBe(true)
  })

  test("is not guessed: of two with one title both ids are told", async () => {
    const account = await onePasswordAccount()
    const ids = [account.add("gatekey", []).id, account.add("gatekey", []).id]
    const vault = vaultOf(spec, account.connect)
    for (const work of [() => vault.read(), () => vault.write(kept())]) {
      const { message } = await refusal(work())
      for (const id of ids) expect(message).toContain(id)
      expect(message).toMatch(
        /^1Password item gatekey in vault Home: 2 items have this title \(.* declare the item by its id/,
      )
    }
  })

  test("is none that was archived", async () => {
    const account = await onePasswordAccount()
    account.add("gatekey", [{ label: "token", value: strong() }], { state: "ARCHIVED" })
    expect(await vaultOf(spec, account.connect).read()).toBeUndefined()
  })

  test("is read by `op read` with a reference of three parts, whoever wrote it", async () => {
    const account = await onePasswordAccount()
    const first = kept()
    await vaultOf(spec, account.connect).write(first)
    const read = { provider: "exec", read: ["op", "read", "--no-newline", "op://Home/gatekey/token"] } as const
    expect((await vaultOf(read, account.op).read())?.token.equals(first.token)).toBe(true)
  })

  test("tells its versions, who wrote them, and who read them", async () => {
    const account = await onePasswordAccount()
    const vault = vaultOf(spec, account.connect)
    expect(await vault.past?.(new Date(0))).toEqual({ versions: [], reads: [] })
    for (let times = 0; times < 3; times++) await vault.write(kept())
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    const between = new Date()
    await vaultOf(spec, account.connectReader).read()
    const { versions, reads, id } = (await vault.past?.(between)) ?? {}
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

describe("a change by somebody else in between", () => {
  test("is looked at again, and kept", async () => {
    const account = await onePasswordAccount()
    account.add("gatekey", [{ label: "token", value: strong() }])
    account.faults.plan({ kind: "status", status: 409, method: "PUT", times: 1 })
    const next = kept()
    await vaultOf(spec, account.connect).write(next)
    expect(account.item("gatekey").fields.find(({ label }) => label === "token")?.value).toBe(next.token.reveal())
    expect(account.requests.filter((each) => each.startsWith("PUT")).map((each) => each.slice(-3))).toEqual([
      "409",
      "200",
    ])
  })

  test("and again in between: is told", async () => {
    const account = await onePasswordAccount()
    account.add("gatekey", [])
    account.faults.plan({ kind: "status", status: 409, method: "PUT" })
    const { message } = await refusal(vaultOf(spec, account.connect).write(kept()))
    expect(message).toMatch(/changed by another .* run this again/)
  })
})

describe("a server that cannot be asked", () => {
  const faults: readonly [string, Planned, RegExp][] = [
    ["cuts the connection", { kind: "drop" }, /cannot be reached \(the connection was cut\)/],
    ["cuts its answer", { kind: "cut" }, /cannot be reached/],
    ["has an error", { kind: "status", status: 500 }, /answers 500/],
    ["is not ready", { kind: "status", status: 503 }, /answers 503/],
    ["has had enough", { kind: "status", status: 429 }, /answers 429/],
    ["is a page", { kind: "garbage" }, /not 1Password Connect's; correct OP_CONNECT_HOST/],
    ["is another's interface", { kind: "garbage", text: "true" }, /not 1Password Connect's/],
    ["answers with another item", { kind: "garbage", text: "{}", path: "/items/[a-z2-7]" }, /not 1Password Connect's/],
    ["leads elsewhere", { kind: "redirect", to: "http://127.0.0.1:9/" }, /leads elsewhere \(302\)/],
  ]

  test.each(faults)("%s", async (_, fault, words) => {
    const account = await onePasswordAccount()
    account.add("gatekey", [{ label: "token", value: strong() }])
    account.faults.plan(fault)
    const vault = vaultOf(spec, account.connect)
    for (const work of [() => vault.read(), () => vault.write(kept())]) {
      const error = await refusal(work())
      expect(error.message).toMatch(words)
      expect(error.message).toMatch(/OP_CONNECT_HOST|run this again/)
      expect(error).toBeInstanceOf(VaultUnreachable)
    }
    expect(account.items.versions(account.item("gatekey").id)).toHaveLength(1)
  })

  test("is not waited for for ever", async () => {
    const account = await onePasswordAccount()
    account.faults.plan({ kind: "slow", milliseconds: 60_000 })
    const { OP_CONNECT_TOKEN = "" } = account.connect
    const error = await refusal(connectVault(spec, account.url, OP_CONNECT_TOKEN, 200).read())
    expect(error).toBeInstanceOf(VaultUnreachable)
    expect(error.message).toMatch(/cannot be reached \(no answer within 0.2 s\)/)
  })

  test("is asked again later, and answers", async () => {
    const account = await onePasswordAccount()
    account.faults.plan({ kind: "drop", times: 1 }, { kind: "slow", milliseconds: 50 })
    const vault = vaultOf(spec, account.connect)
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
    const vault = vaultOf(spec, { OP_CONNECT_HOST: host, OP_CONNECT_TOKEN: strong() })
    const error = await refusal(vault.read())
    expect(error).toBeInstanceOf(VaultUnreachable)
    expect(error.message).toMatch(/OP_CONNECT_HOST/)
    expect(error.message).not.toContain("secret-word")
  })
})

describe("a token that may not", () => {
  test("write: the command that makes another is told", async () => {
    const account = await onePasswordAccount()
    account.add("gatekey", [{ label: "token", value: strong() }])
    const vault = vaultOf(spec, account.connectReader)
    expect(await vault.read()).toBeDefined()
    const { message } = await refusal(vault.write(kept()))
    expect(message).toMatch(/may not write it; make one that may: op connect token create .* --vault Home,rw$/)
  })

  test("see the vault", async () => {
    const account = await onePasswordAccount()
    const error = await refusal(vaultOf({ ...spec, vault: "Other" }, account.connect).read())
    expect(error.message).toMatch(/reads no vault of that name; .*op connect vault grant --server NAME --vault Other$/)
  })
})
