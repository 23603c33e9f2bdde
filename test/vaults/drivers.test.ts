import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { Secret } from "../../core/secret.ts"
import { openVault } from "../../vaults/index.ts"
import { type Vault, type VaultContent, type VaultSpec, VaultUnreachable } from "../../vaults/vault.ts"
import type { Item } from "../doubles/connect/items.ts"
import { strong } from "../support/tokens.ts"
import { type Account, onePasswordAccount } from "../support/vaults/one-password.ts"
import { noPass, type PasswordStore, passwordStore } from "../support/vaults/pass.ts"

/** A vault of one kind, and the actions of a user by hand. */
interface World {
  readonly vault: Vault
  /** The vault with credentials that are not accepted. */
  readonly stranger: Vault
  /** Creates the entry, with a token and content of the user. */
  seed(token: string): void
  /** Reads the user's content. */
  own(): unknown
  /** Only what is asked for by hand. */
  token(): string | undefined
  /** Makes the vault unreachable. */
  breakDown(): Promise<Vault>
}

let store: PasswordStore
beforeAll(() => {
  if (!noPass) store = passwordStore()
})
afterAll(() => store?.stop())

const item: VaultSpec = { provider: "onepassword", vault: "Home", item: "gatekey" }

const worlds: readonly {
  readonly name: string
  readonly fields: boolean
  readonly skipped?: string | undefined
  make(): Promise<World>
}[] = [
  { name: "1Password Connect", fields: true, make: async () => onePassword(await onePasswordAccount(), "connect") },
  { name: "op", fields: true, make: async () => onePassword(await onePasswordAccount(), "op") },
  { name: "pass", fields: false, skipped: noPass, make: async () => pass() },
]

function onePassword(account: Account, way: "connect" | "op"): World {
  const env = account[way]
  const wrong = {
    ...env,
    OP_CONNECT_TOKEN: way === "connect" ? strong() : undefined,
    OP_SERVICE_ACCOUNT_TOKEN: `ops_${strong()}`,
  }
  const vault = openVault(item, env)
  const own = ({ fields, sections = [], tags, urls, title, favorite }: Item) => {
    const ours = sections.find(({ label }) => label === "gatekey")?.id
    const others = fields.filter(({ label, section }) => label !== "token" && !(ours && section?.id === ours))
    return [
      others.map(({ label, type, value, section }) => [label, type, value, section?.id]),
      tags,
      urls,
      title,
      favorite,
    ]
  }
  return {
    vault,
    stranger: openVault(item, wrong),
    seed(token) {
      account.add(
        "gatekey",
        [
          { id: "username", label: "username", type: "STRING", purpose: "USERNAME", value: "me" },
          { id: "notesPlain", label: "notesPlain", type: "STRING", purpose: "NOTES", value: "mine\nand long" },
          { label: "token", type: "CONCEALED", value: token },
          // Named like one of ours, in a section that is not.
          { label: "due", type: "STRING", section: { id: "doors" }, value: "never" },
          { label: "bell", type: "CONCEALED", section: { id: "doors" }, value: "1234" },
        ],
        {
          tags: ["house", "keys"],
          urls: [{ label: "web", primary: true, href: "https://gate.example" }],
          sections: [{ id: "doors", label: "Doors" }],
          favorite: true,
        },
      )
    },
    own: () => own(account.item("gatekey")),
    token: () => account.item("gatekey").fields.find(({ label }) => label === "token")?.value,
    async breakDown() {
      await account.stop()
      return vault
    },
  }
}

let entries = 0
function pass(): World {
  const name = `gateway/token-${++entries}`
  const spec: VaultSpec = {
    provider: "exec",
    read: ["pass", "show", name],
    write: ["pass", "insert", "--multiline", "--force", name],
  }
  return {
    vault: openVault(spec, store.env),
    stranger: openVault(spec, store.stranger),
    seed: (token) => store.insert(name, `${token}\nurl: https://gate.example\n\n  and a note`),
    own: () => store.show(name).split("\n").slice(1),
    token: () => store.show(name).split("\n")[0],
    breakDown: async () => openVault(spec, { ...store.env, PATH: "/nowhere" }),
  }
}

function kept(fields: boolean, more: Partial<VaultContent> = {}): VaultContent {
  const token = new Secret(strong())
  if (!fields) return { token }
  const times = { created: "2026-11-25T21:00:00Z", due: "2026-12-25T21:00:00Z" }
  return { token, generation: 3, fingerprint: "fp:1f3a9c07", ...times, ...more }
}

/** Converts the content to a form that can be compared, as a Secret hides its value. */
function plain(kept: VaultContent | undefined): unknown {
  return kept && { ...kept, token: kept.token.reveal(), previous: kept.previous?.reveal() }
}

describe.each(worlds)("$name", ({ fields, make, skipped }) => {
  test.skipIf(skipped)("has no content without an entry", async () => {
    const { vault } = await make()
    expect(await vault.read()).toBeUndefined()
  })

  test.skipIf(skipped)("creates the entry and reads the same content", async () => {
    const { vault, token } = await make()
    const first = kept(fields)
    await vault.write(first)
    expect(plain(await vault.read())).toEqual(plain(first))
    expect(token()).toBe(first.token.reveal())
  })

  test.skipIf(skipped)("reads a user's entry, and changes nothing of the user's content at a write", async () => {
    const { vault, seed, own, token } = await make()
    const byHand = strong()
    seed(byHand)
    const before = own()
    expect(plain(await vault.read())).toEqual(plain({ token: new Secret(byHand) }))
    for (let times = 0; times < 2; times++) {
      const next = kept(fields, { previous: new Secret(byHand) })
      await vault.write(next)
      expect(own()).toEqual(before)
      expect(plain(await vault.read())).toEqual(plain(next))
      expect(token()).toBe(next.token.reveal())
    }
  })

  test.skipIf(skipped)("fails to read and to write if it is unreachable", async () => {
    const { seed, breakDown } = await make()
    seed(strong())
    const vault = await breakDown()
    await expect(vault.read()).rejects.toThrow(VaultUnreachable)
    await expect(vault.write(kept(fields))).rejects.toThrow(VaultUnreachable)
  })

  test.skipIf(skipped)("fails to read and to write without credentials", async () => {
    const { stranger, seed, token } = await make()
    const byHand = strong()
    seed(byHand)
    await expect(stranger.read()).rejects.toThrow(VaultUnreachable)
    await expect(stranger.write(kept(fields))).rejects.toThrow(VaultUnreachable)
    expect(token()).toBe(byHand)
  })
})

describe.each(worlds.filter(({ fields }) => fields))("$name, which has fields:", ({ make }) => {
  test("keeps the previous token as long as writes contain it", async () => {
    const { vault } = await make()
    const previous = new Secret(strong())
    for (const next of [kept(true), kept(true, { previous }), kept(true), kept(true, { previous }), kept(true)]) {
      await vault.write(next)
      expect(plain(await vault.read())).toEqual(plain(next))
    }
  })

  test("removes fields that a write does not contain", async () => {
    const { vault } = await make()
    await vault.write(kept(true, { previous: new Secret(strong()) }))
    const token = new Secret(strong())
    await vault.write({ token })
    expect(plain(await vault.read())).toEqual(plain({ token }))
  })
})
