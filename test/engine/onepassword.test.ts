import { expect, test } from "vitest"
import { describeEngine } from "../support/engine/engine.ts"
import { onePasswordFleet } from "../support/fleets/onepassword-fleet.ts"
import { strong } from "../support/tokens.ts"

const up = ["up", "--yes", "--skip-preview"] as const
const refreshed = [...up, "--refresh"] as const
const unchanged = [...up, "--expect-no-changes"] as const

describeEngine("1Password's own Pulumi package", () => {
  test("gives a fleet its token: a changed item is another generation, an earlier password its own, a weak one none", async () => {
    const fleet = await onePasswordFleet("from-item")
    // Of the item's password the preview knows nothing, so nothing of the token.
    const first = await fleet.says("preview", "--diff")
    expect(first).toContain("gatekey:index:TokenSource")
    expect(fleet.placed()).toBeUndefined()
    expect(fleet.account.items.in(fleet.account.items.vaults[0]?.id ?? "")).toEqual([])
    await fleet.says(...up)
    const made = fleet.password()
    expect(made).toMatch(/^[a-zA-Z0-9]{64}$/)
    expect([fleet.placed(), fleet.generation()]).toEqual([made, 1])

    const before = fleet.home.look()
    await fleet.says(...unchanged)
    expect(fleet.home.look()).toEqual(before)

    fleet.edit("changeme")
    expect(await fleet.fails(...refreshed)).toContain("the token in token.value is a public default, so it is rejected")
    expect([fleet.home.look(), fleet.generation()]).toEqual([before, 1])

    const second = strong()
    fleet.edit(second)
    expect(await fleet.says(...refreshed)).toContain("token.value has a newer token: it becomes generation 2, after 1")
    expect([fleet.placed(), fleet.generation()]).toEqual([second, 2])

    fleet.edit(made)
    expect(await fleet.says(...refreshed)).toContain("token.value has the token of generation 1 again")
    expect([fleet.placed(), fleet.generation()]).toEqual([made, 1])

    // Another recipe makes another password: the preview of a fleet that is there knows neither token nor generation.
    fleet.rewrite("length: 64", "length: 60")
    expect(await fleet.says("preview", "--diff")).toContain("token.value is not known before `pulumi up`")
    expect(fleet.placed()).toBe(made)
    await fleet.says(...up)
    expect([fleet.placed(), fleet.placed()?.length, fleet.generation()]).toEqual([fleet.password(), 60, 3])

    // A lookup asks in each run.
    fleet.rewrite("value: item.password", 'value: onepassword.getItemOutput({ vault, title: "gateway" }).password')
    fleet.edit(second)
    expect(await fleet.says("preview")).toContain("token.value has the token of generation 2 again")
  })

  test("keeps a fleet's token in an item, which gets each new one in the same up", async () => {
    const fleet = await onePasswordFleet("into-item")
    await fleet.says("preview")
    await fleet.says(...up)
    const made = fleet.placed()
    expect(fleet.password()).toBe(made)
    const before = fleet.home.look()
    await fleet.says(...unchanged)
    expect([fleet.home.look(), fleet.account.item("gateway").version]).toEqual([before, 1])

    await fleet.says("config", "set", "rotation", "2")
    expect(await fleet.says("preview")).toMatch(/onepassword:index:Item +gateway +update/)
    await fleet.says(...up)
    expect([fleet.password(), fleet.generation()]).toEqual([fleet.placed(), 2])
    expect(fleet.password()).not.toBe(made)

    // Without a lookup, and without a refresh, a run that changes no item does not ask 1Password.
    const { account } = fleet
    fleet.rewrite('onepassword.getVaultOutput({ name: "Home" }).uuid', JSON.stringify(account.items.vaults[0]?.id))
    await account.stop()
    await fleet.says("preview", "--expect-no-changes")
    expect(await fleet.fails("preview", "--refresh")).toContain("1Password Item read error: Could not get item")
  })
})
