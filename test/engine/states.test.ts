import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { describeEngine } from "../support/engine/engine.ts"
import { homeIn } from "../support/engine/home.ts"
import { keptNames, keptStack } from "../support/engine/kept-state.ts"
import { ownerOf } from "../support/engine/machine.ts"
import { noPostgres, startPostgres } from "../support/hosts/postgres.ts"

/** `test/fixtures/keep-state.ts` keeps one of each version. */
describeEngine("a state that an earlier version left", () => {
  const backends = [
    ["a folder", async () => ({}), undefined, ["preview"]],
    ["PostgreSQL", inPostgres, noPostgres, ["up", "--yes", "--skip-preview"]],
  ] as const

  test("is kept of each version", () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"))
    expect(keptNames).toContain(version)
  })

  for (const name of keptNames) {
    for (const [where, backend, why, command] of backends) {
      test.skipIf(why)(`${name}, in ${where}: a ${command[0]} has nothing to do`, async () => {
        const stack = await keptStack(name, await backend())
        onTestFinished(() => stack.remove())
        const home = homeIn(join(stack.folder, "home"), ownerOf(false))
        const before = home.look()
        const { code, output } = await stack.pulumi(...command, "--expect-no-changes")
        expect(code, output).toBe(0)
        expect(home.look()).toEqual(before)
      })
    }
  }
})

async function inPostgres(): Promise<Readonly<Record<string, string>>> {
  const postgres = await startPostgres()
  onTestFinished(() => postgres.stop())
  return { ...postgres.env, PULUMI_BACKEND_URL: postgres.url }
}
