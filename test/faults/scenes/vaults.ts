import type { Planned } from "../../doubles/connect/faults.ts"
import type { Connect } from "../../doubles/connect/server.ts"
import { bound, type ManagedType } from "../../support/engine/managed.ts"
import type { Condition, Operation, Scene, World } from "../scene.ts"
import { layFolder, makeResource } from "../stage.ts"

/** What a vault may answer in place of what it was asked for. */
const answers: Readonly<Record<string, Planned>> = {
  "429": { kind: "status", status: 429 },
  "500": { kind: "status", status: 500 },
  "401": { kind: "status", status: 401 },
  "a page": { kind: "garbage" },
  nothing: { kind: "drop" },
  "half of it": { kind: "cut" },
  "it late": { kind: "slow", milliseconds: 2_000 },
  "nothing for long": { kind: "slow", milliseconds: 17_000 },
}

/** Each answer at each of the requests that were made. @param requests what the vault was asked for without a fault */
function conditionsOf({ faults }: Connect, requests: readonly string[]): Condition[] {
  return requests.flatMap((request, at) =>
    Object.entries(answers).map(([name, answer]) => ({
      name: `the vault answers request ${at + 1} (${request.split(" ")[0]}) with ${name}`,
      begin() {
        // Those before it are answered as they come.
        faults.plan({ kind: "slow", milliseconds: 0, times: at }, { ...answer, times: 1 })
        return () => faults.clear()
      },
    })),
  )
}

let items = 0

function scene(type: ManagedType & ("Placement" | "VaultRecord"), operation: Operation): Scene {
  let seen: readonly string[] | undefined
  return {
    ...{ name: `${type} in a vault`, type, operation, needs: "vault" },
    async prepare(world: World) {
      const vault = world.vault()
      const title = `gateway ${++items}`
      const { folder, remove } = layFolder({})
      const at = (generation: 1 | 2) => ({
        ...{ host: `op://Home/${title}`, path: "/token", ...bound(world.token) },
        ...(generation === 1 ? world.first : {}),
        ...(type === "Placement" ? { locator: "*" } : { created: "2026-01-01T00:00:00.000Z" }),
      })
      const place = { host: `op://Home/${title}`, path: "/token", locator: "*", ...bound(world.token) }
      if (type === "VaultRecord") await (await makeResource(world, "Placement", "create", {})).up(place)
      const one = await makeResource(world, type, operation, at(operation === "update" ? 1 : 2))
      let before = 0
      const home = vault.items.vaults[0]?.id ?? ""
      return {
        ...{ folder, one, news: at(2), remove },
        begins() {
          before = vault.requests.length
        },
        conditions() {
          seen ??= vault.requests.slice(before)
          return conditionsOf(vault, seen)
        },
        check() {
          const found = vault.items.in(home).filter((each) => each.title === title)
          const fields = found.flatMap(({ fields = [] }) => fields.filter(({ label }) => label === "token"))
          const isRight = fields.length === 1 && fields[0]?.value === world.values.at(-1)
          return isRight ? [] : [`${found.length} items with ${fields.length} fields of the token, or another value`]
        },
      }
    },
  }
}

/** What lies in a vault: it answers each request late, wrongly, by half or not at all. */
export const vaults: readonly Scene[] = (["create", "update"] as const).flatMap((operation) => [
  scene("Placement", operation),
  scene("VaultRecord", operation),
])
