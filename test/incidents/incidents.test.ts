import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { incidents } from "./catalogue/index.ts"
import { ours } from "./incident.ts"
import { asked, type Result } from "./run.ts"
import { type Fleets, missing, runAll, startSuite } from "./suite.ts"

/** Until the last of them has come to its end. */
const patience = 1_800_000

describe.skipIf(missing)(`incidents [${missing ?? "real gateways, nodes, systemd, Docker, sshd"}]`, () => {
  let suite: Awaited<ReturnType<typeof startSuite>>
  let results: ReadonlyMap<string, Promise<Result>>
  let healthy: readonly string[]
  beforeAll(async () => {
    suite = await startSuite(incidents)
    healthy = await whole(suite.fleets)
    results = runAll(suite.fleets, incidents, ours)
  }, patience)
  afterAll(async () => {
    await Promise.allSettled([...(results?.values() ?? [])])
    await suite?.stop()
  }, patience)

  test("there are enough of them, each with a name of its own", () => {
    expect(new Set(incidents.map(({ id }) => id)).size).toBe(incidents.length)
    expect(incidents.length).toBeGreaterThanOrEqual(60)
  })

  test("of fleets that are whole, no cause of any is named", () => {
    expect(healthy).toEqual([])
  })

  test.each(incidents.map((incident) => [incident.id, incident] as const))(
    "%s",
    async (id, { cause }) => {
      const result = await results.get(id)
      const silent = ours.filter((tool) => typeof cause[tool] !== "string" && !result?.named[tool]?.line)
      expect(silent.map((tool) => `${tool} says:\n${result?.named[tool]?.first.join("\n")}`)).toEqual([])
      expect(result?.leaks).toEqual([])
    },
    patience,
  )
})

/** What would count as named, though nothing is wrong. */
async function whole(fleets: Fleets): Promise<string[]> {
  const all = incidents.flatMap((incident) => ours.map((tool) => ({ incident, tool })))
  const said = await Promise.all(
    [...fleets.values()].flatMap((fleet) => ours.map(async (tool) => ({ fleet, tool, ...(await asked(fleet, tool)) }))),
  )
  return all.flatMap(({ incident, tool }) => {
    const { first = [] } = said.find((each) => each.tool === tool && each.fleet.product === incident.fleet) ?? {}
    const cause = incident.cause[tool]
    return first
      .filter((line) => typeof cause !== "string" && [cause].flat().some((words) => words.test(line)))
      .map((line) => `${incident.id}: ${line}`)
  })
}
