import { randomBytes } from "node:crypto"
import { expect, test } from "vitest"
import { describeEngine } from "../support/engine/engine.ts"
import { takes, vaultFleet } from "../support/fleets/vault-fleet.ts"
import { noProduct } from "../support/products/gateway.ts"

const missing = noProduct("openclaw")
const strange = () => randomBytes(32).toString("hex")
interface Told {
  readonly to: number
  readonly kind: string
  readonly outcome: string
}

const up = ["up", "--yes", "--skip-preview"] as const

describeEngine("a vault", () => {
  test.skipIf(missing)(
    `mirrors the token, which gateway and node fetch there: drift, outage, rotation, revert [${missing ?? "real openclaw"}]`,
    async () => {
      const fleet = await vaultFleet()
      fleet.set("mirror", { token: { rotation: 1, maxAge: "30d" } })
      await fleet.says(0, ...up)
      const { token: first = "", ...record } = await fleet.item()
      expect(record).toEqual({
        generation: "1",
        fingerprint: expect.stringMatching(/^fp:[0-9a-f]{8}$/),
        created: expect.stringMatching(/Z$/),
        due: expect.stringMatching(/Z$/),
        previous: undefined,
      })
      await takes(fleet, first)
      await fleet.says(0, "preview", "--expect-no-changes")
      expect(fleet.copies([first]), "no plaintext anywhere").toEqual([])
      expect(fleet.processes()).toHaveLength(2)
      const ran = fleet.processes()

      // Rotation: the item changes in the moment in which the gateway reloads.
      fleet.set("mirror", { token: { rotation: 2, maxAge: "30d" } })
      expect(await fleet.says(0, ...up)).toMatch(
        /the gateway accepted generation 2 \(fp:\w+\) \d+ ms after it was written/,
      )
      const { token: second = "", ...now } = await fleet.item()
      expect(second).not.toBe(first)
      expect(now).toMatchObject({ generation: "2", previous: undefined })
      expect([await fleet.asks(second), await fleet.asks(first)]).toEqual(["accepted", "refused: AUTH_TOKEN_MISMATCH"])
      expect(fleet.processes(), "nothing was restarted").toEqual(ran)
      expect(fleet.copies([first, second])).toEqual([])
      await fleet.says(0, "preview", "--expect-no-changes")

      // Drift: edited by hand, then deleted.
      await fleet.edit(strange())
      const drifted = await fleet.says(0, "preview")
      expect(drifted).toContain("studio vault item")
      expect(drifted).toMatch(/contains another token \(fp:\w+\); expected generation 2/)
      await fleet.says(0, ...up)
      expect(await fleet.item()).toMatchObject({ token: second, generation: "2", previous: undefined })
      await fleet.says(0, "preview", "--expect-no-changes")
      const home = fleet.connect.items.vaults[0]?.id ?? ""
      for (const { id } of fleet.connect.items.in(home)) fleet.connect.items.delete(id)
      expect(await fleet.says(0, "preview")).toContain("contains nothing: the file is missing; expected generation 2")
      await fleet.says(0, ...up)
      expect(await fleet.item()).toMatchObject({ token: second, generation: "2" })
      await fleet.says(0, "preview", "--expect-no-changes")

      // Outage: previews go on; nothing is rotated that cannot be recorded.
      fleet.connect.faults.plan({ kind: "status", status: 503 })
      const blind = await fleet.says(0, "preview")
      expect(blind).toContain("1Password")
      await fleet.says(0, ...up)
      fleet.set("mirror", { token: { rotation: 3, maxAge: "30d" } })
      expect(await fleet.says(255, ...up)).toContain("nothing was changed")
      fleet.connect.faults.clear()
      expect((await fleet.item()).token).toBe(second)
      expect(await fleet.asks(second)).toBe("accepted")

      // Revert.
      fleet.set("mirror", { token: { rotation: 1, maxAge: "30d" } })
      await fleet.says(0, ...up)
      expect(await fleet.item()).toMatchObject({ token: first, generation: "1", previous: undefined })
      expect([await fleet.asks(first), await fleet.asks(second)]).toEqual(["accepted", "refused: AUTH_TOKEN_MISMATCH"])
      expect(fleet.processes()).toEqual(ran)
      expect(fleet.copies([first, second])).toEqual([])
      await fleet.says(0, "preview", "--expect-no-changes")

      // The gateway cannot ask the vault: it keeps its token, and the item has that one again.
      const mend = fleet.withoutOp("studio")
      fleet.set("mirror", { token: { rotation: 2, maxAge: "30d" } })
      expect(await fleet.says(255, ...up)).toContain("Its place was restored")
      expect((await fleet.item()).token).toBe(first)
      expect([await fleet.asks(first), await fleet.asks(second)]).toEqual(["accepted", "refused: AUTH_TOKEN_MISMATCH"])
      mend()
      await fleet.says(0, ...up)
      expect(await fleet.item()).toMatchObject({ token: second, generation: "2", previous: undefined })
      expect(await fleet.asks(second)).toBe("accepted")
      await fleet.says(0, "preview", "--expect-no-changes")

      const { changes, vault } = JSON.parse(await fleet.gatekey("history", "--vault", "--json"))
      expect(changes.map(({ to, kind, outcome }: Told) => [to, kind, outcome])).toEqual([
        [2, "revert", "succeeded"],
        [2, "revert", "failed"],
        [1, "revert", "succeeded"],
        [3, "rotation", "failed"],
        [2, "rotation", "succeeded"],
        [1, "first", "succeeded"],
      ])
      expect(vault.item).toBe("1Password item gateway in vault Home")
      expect(vault.versions[0]).toMatchObject({ who: "CONNECTWRITER", at: expect.stringMatching(/Z$/) })
      expect(vault.readers[0]).toMatchObject({ who: "CONNECTWRITER", how: "READ", by: "double, 127.0.0.1" })
    },
    900_000,
  )

  test.skipIf(missing)(
    `is the source of the token: a changed item is another generation, a weak one is refused [${missing ?? "real openclaw"}]`,
    async () => {
      const fleet = await vaultFleet()
      const [first, second] = [strange(), strange()]
      fleet.set("source", { token: {} })
      expect(await fleet.says(255, ...up), "there is none yet").toContain("contains no token; put it there")
      await fleet.edit(first)
      await fleet.says(0, ...up)
      await takes(fleet, first)
      await fleet.says(0, "preview", "--expect-no-changes")

      await fleet.edit(second)
      const preview = await fleet.says(0, "preview")
      expect(preview).toContain("the vault has a newer token: it becomes generation 2, after 1")
      expect(await fleet.says(0, ...up)).toMatch(/the gateway accepted generation 2/)
      expect([await fleet.asks(second), await fleet.asks(first)]).toEqual(["accepted", "refused: AUTH_TOKEN_MISMATCH"])
      await fleet.says(0, "preview", "--expect-no-changes")

      await fleet.edit("openclaw")
      expect(await fleet.says(0, "preview")).toContain("is a public default, so it is rejected")
      expect(await fleet.says(255, ...up)).toContain("is a public default, so it is rejected")
      expect((await fleet.item()).token, "others make it").toBe("openclaw")
      expect(await fleet.asks(second)).toBe("accepted")

      // Back to the first, as 1Password's item history does it.
      await fleet.edit(first)
      expect(await fleet.says(0, "preview")).toContain("the token of generation 1 again")
      await fleet.says(0, ...up)
      expect(await fleet.asks(first)).toBe("accepted")
      expect(fleet.copies([first, second])).toEqual([])
      await fleet.says(0, "preview", "--expect-no-changes")

      fleet.connect.faults.plan({ kind: "drop" })
      expect(await fleet.says(0, "preview")).toContain("no other token is accepted meanwhile")
      await fleet.says(0, ...up)
      fleet.connect.faults.clear()
    },
    900_000,
  )
})
