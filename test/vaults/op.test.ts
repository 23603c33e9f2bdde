import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { Foreign } from "../../core/foreign.ts"
import { Secret } from "../../core/secret.ts"
import { openVault } from "../../vaults/index.ts"
import { openOpVault } from "../../vaults/op.ts"
import { VaultUnreachable } from "../../vaults/vault.ts"
import { folder } from "../support/hosts/machine.ts"
import { refusal } from "../support/refusal.ts"
import { strong } from "../support/tokens.ts"
import { type Account, onePasswordAccount } from "../support/vaults/one-password.ts"

const spec = { provider: "onepassword", vault: "Home", item: "gatekey" } as const
const kept = () => ({ token: new Secret(strong()), generation: 1 })

describe("an item read and written by op", () => {
  test("is refused if two have its title: the error has both ids", async () => {
    const account = await onePasswordAccount()
    const ids = [account.add("gatekey", []).id, account.add("gatekey", []).id]
    const { message } = await refusal(openVault(spec, account.op).read())
    for (const id of ids) expect(message).toContain(id)
    expect(message).toMatch(/declare the item by its id/)
  })

  test.each([
    ["a title in other letters", "GateKey", {}],
    ["the address of a website", "Login", { urls: [{ href: "https://gatekey/" }] }],
  ])("is none that op finds by %s", async (_, title, more) => {
    const account = await onePasswordAccount()
    const { id } = account.add(title, [{ label: "token", value: strong() }], more)
    const vault = openVault(spec, account.op)
    for (const work of [() => vault.read(), () => vault.write(kept())]) {
      expect((await refusal(work())).message).toMatch(`op finds ${id}, which has another title`)
    }
    expect(account.items.versions(id)).toHaveLength(1)
  })

  test("loses the previous token at a write without one, although op keeps it", async () => {
    const account = await onePasswordAccount()
    const vault = openVault(spec, { ...account.op, OP_DOUBLE_MERGES: "1" })
    await vault.write({ ...kept(), previous: new Secret(strong()) })
    const next = kept()
    await vault.write(next)
    const now = await vault.read()
    expect([now?.token.equals(next.token), now?.previous]).toEqual([true, undefined])
  })

  test("is written through a pipe: no argument contains a value", async () => {
    const account = await onePasswordAccount()
    const vault = openVault(spec, account.op)
    for (let times = 0; times < 2; times++) await vault.write({ ...kept(), previous: new Secret(strong()) })
    const { id } = account.item("gatekey")
    const inVault = ["--vault", "Home", "--format", "json"]
    const get = ["item", "get", "gatekey", ...inVault]
    const [create, edit] = [
      ["item", "create", "-", ...inVault],
      ["item", "edit", id, ...inVault],
    ]
    expect(account.calls()).toEqual([get, create, get, get, edit, get])
  })

  test("has its current version as history", async () => {
    const account = await onePasswordAccount()
    const vault = openVault(spec, account.op)
    for (let times = 0; times < 2; times++) await vault.write(kept())
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT/)
    expect(await vault.readHistory?.(new Date(0))).toEqual({
      versions: [{ version: 2, at, who: "SERVICEWRITER" }],
      id: account.item("gatekey").id,
    })
  })

  test("is written again once after a conflict", async () => {
    const account = await onePasswordAccount()
    account.add("gatekey", [])
    const vault = openVault(spec, account.op)
    const conflict = { kind: "status", status: 409, method: "PUT" } as const
    account.faults.plan({ ...conflict, times: 1 })
    await vault.write(kept())
    account.faults.plan(conflict)
    expect((await refusal(vault.write(kept()))).message).toMatch(
      /another client changes this vault at the same time; run this again/,
    )
  })
})

describe("an op that cannot read", () => {
  const cases: readonly [string, (account: Account) => NodeJS.ProcessEnv, RegExp][] = [
    ["is not signed in", ({ op }) => ({ ...op, OP_SERVICE_ACCOUNT_TOKEN: undefined }), /run: eval \$\(op signin\)/],
    [
      "has a token that is none",
      ({ op }) => ({ ...op, OP_SERVICE_ACCOUNT_TOKEN: "x" }),
      /does not accept OP_SERVICE_ACCOUNT_TOKEN/,
    ],
    [
      "has one that was deleted",
      ({ op }) => ({ ...op, OP_SERVICE_ACCOUNT_TOKEN: "ops_x" }),
      /op service-account create gatekey --vault Home:read_items/,
    ],
    ["finds no way", ({ op }) => ({ ...op, OP_DOUBLE_HOST: "http://127.0.0.1:9" }), /cannot reach 1Password/],
  ]

  test.each(cases)("%s", async (_, environment, words) => {
    const vault = openVault(spec, environment(await onePasswordAccount()))
    for (const work of [() => vault.read(), () => vault.write(kept())]) {
      const error = await refusal(work())
      expect(error).toBeInstanceOf(VaultUnreachable)
      expect(error.message).toMatch(words)
    }
  })

  test.each([
    ["received too many requests", 429, /wait an hour, or see: op service-account ratelimit/],
    ["denies reading", 403, /cannot read it; create one that can/],
    [
      "met an error of 1Password's",
      500,
      /op ended with 1: \(500\) .*; run it by hand: op item get gatekey --vault Home/,
    ],
  ])("%s", async (_, status, words) => {
    const account = await onePasswordAccount()
    account.faults.plan({ kind: "status", status })
    const error = await refusal(openVault(spec, account.op).read())
    expect(error).toBeInstanceOf(VaultUnreachable)
    expect(error.message).toMatch(words)
  })

  test("waits for input", async () => {
    const account = await onePasswordAccount()
    const error = await refusal(openOpVault(spec, { ...account.op, OP_DOUBLE_HANGS: "1" }, 300).read())
    expect(error).toBeInstanceOf(VaultUnreachable)
    expect(error.message).toMatch(/did not end within 0.3 s; check whether it waits for input: op item get/)
  })

  test("is another program", async () => {
    const bin = folder()
    writeFileSync(join(bin, "op"), "#!/bin/sh\necho hello\n", { mode: 0o755 })
    const error = await refusal(openVault(spec, { PATH: `${bin}:/usr/bin:/bin` }).read())
    expect(error).toBeInstanceOf(VaultUnreachable)
    expect(error.message).toMatch(/printed no item/)
  })
})

describe("a service account without permission to", () => {
  test("write: the error has the command that creates another", async () => {
    const account = await onePasswordAccount()
    account.add("gatekey", [{ label: "token", value: strong() }])
    const vault = openVault(spec, account.opReader)
    expect(await vault.read()).toBeDefined()
    const { message } = await refusal(vault.write(kept()))
    expect(message).toMatch(/cannot write it; .*op service-account create gatekey --vault Home:read_items,write_items$/)
  })

  test("see the vault", async () => {
    const account = await onePasswordAccount()
    const { message } = await refusal(openVault({ ...spec, vault: "Other" }, account.op).read())
    expect(message).toMatch(/op finds no vault, or several, of that name; see: op vault list/)
  })
})

test("recognises the errors that versions of op print", async () => {
  const { findOpError: opErrorIn } = await import("../../vaults/op-error.ts")
  const said: readonly [string, string | undefined][] = [
    [
      `[ERROR] 2026/10/05 11:36:52 "x" isn't an item in the "Private" vault. Specify the item with its UUID, name, or domain.`,
      "missing",
    ],
    [
      `[ERROR] 2025/01/14 08:22:56 "example.com" isn't an item. Specify the item with its UUID, name, or domain.`,
      "missing",
    ],
    [`[ERROR] 2026/10/05 11:36:52 "(429) Too Many Requests" isn't an item in the "Private" vault.`, "missing"],
    [
      `[ERROR] 2023/05/20 00:20:53 More than one item matches "login". Try again and specify the item by its ID:`,
      "ambiguous",
    ],
    [
      `[ERROR] 2026/10/07 12:00:00 "Panel" isn't a vault in this account. Specify the vault with its ID or name.`,
      "noVault",
    ],
    [
      "[ERROR] 2026/09/16 12:00:00 You are not currently signed in. Please run `op signin --help` for instructions",
      "signedOut",
    ],
    ["[ERROR] account is not signed in", "signedOut"],
    ["[ERROR] 2026/08/09 14:36:55 no active session found for account me", "signedOut"],
    ["[ERROR] 2020/12/11 13:48:31 session expired, sign in to create a new session", "signedOut"],
    ["[ERROR] could not find session token for account my", "signedOut"],
    [
      "[ERROR] 2026/09/28 23:02:09 Validation: (failed to session.DecodeSACredentials), Server: (failed to DecodeSACredentials), illegal base64 data at input byte 12",
      "badToken",
    ],
    [
      "[ERROR] (403) Forbidden (Service Account Deleted): The Service Account used in this integration has been deleted.",
      "badToken",
    ],
    ["[ERROR] (403) Forbidden: You aren't authorized to access this resource.", "forbidden"],
    ["[ERROR] (409) Conflict: Internal server conflict", "conflict"],
    [
      "[ERROR] 2026/10/07 12:00:00 (429) Too Many Requests: You've reached the maximum number of this type of requests this service account is allowed to make.",
      "limited",
    ],
    ['[ERROR] Get "https://my.1password.com/api": dial tcp: lookup my.1password.com: no such host', "offline"],
    ["[ERROR] something new", undefined],
  ]
  for (const [words, meaning] of said) expect([words, opErrorIn(new Foreign(words))]).toEqual([words, meaning])
})
