import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { describeEngine } from "../support/engine.ts"
import { endLeftBehind, killDuring } from "../support/kill.ts"
import { noPostgres, type Postgres, startPostgres } from "../support/postgres.ts"
import { type Operator, type Team, team, whole } from "../support/team.ts"

vi.setConfig({ testTimeout: 900_000, hookTimeout: 120_000 })

/** `E2E_RACES=20` for all of them; few show no more, and cost a sixth. */
const races = Number(process.env.E2E_RACES ?? 4)

const lockedWords =
  /^error: the stack is currently locked by \d lock\(s\)\. Either wait for the other process\(es\) to end or delete the lock file with `pulumi cancel`\.\n {2}postgres:\/\/\S+: created by \S+@\S+ \(pid \d+\) at \S+$/m

const missing = noPostgres ? ` (${noPostgres})` : ""

/** What Pulumi says where the lock that it found was given up before it could read whose it is. */
const goneWords = /^error: (?:blob \(key "\.pulumi\/locks\/.*key not found: )?sql: no rows in result set$/m

describeEngine("two operators with one state", () => {
  describe.skipIf(missing)(`in PostgreSQL${missing}`, operators)
})

function operators(): void {
  let postgres: Postgres
  let all: Team
  let ada: Operator
  let ben: Operator
  let [current, highest] = [1, 1]

  beforeAll(async () => {
    postgres = await startPostgres()
    all = await team(postgres.env)
    ada = all.operator("ada")
    for (const args of [
      ["login", postgres.url],
      ["stack", "init", "dev"],
    ])
      await works(ada, ...args)
    ada.declare(1)
    await works(ada, "up", "--yes", "--skip-preview")
    ben = all.operator("ben", ada)
    for (const args of [
      ["login", postgres.url],
      ["stack", "select", "dev"],
    ])
      await works(ben, ...args)
    expect(await all.standing(ben)).toEqual(whole(1, 1))
  })
  afterAll(async () => {
    await all?.remove()
    await postgres?.stop()
  })

  async function works(who: Operator, ...args: string[]): Promise<string> {
    const { code, output } = await who.pulumi(...args)
    expect(code, `pulumi ${args.join(" ")}\n${output}`).toBe(0)
    return output
  }

  /** The fleet is whole, the state says which generation it has, and who declares that one has nothing to do. */
  async function settled(generation: number, most: number): Promise<void> {
    ;[current, highest] = [generation, most]
    expect(await all.standing(ada)).toEqual(whole(current, highest))
    ben.declare(current)
    await works(ben, "preview", "--expect-no-changes")
  }

  /** What became of an `up`: it did it all, or did nothing as another held the lock, or its number was overtaken. */
  function ending({ code, output }: { readonly code: number | null; readonly output: string }): string {
    if (code === 0) return "whole"
    expect(code, output).toBe(255)
    if (/error: .*generation \d+ is not kept \(kept: /.test(output)) return "overtaken"
    expect(output).not.toContain("Updating (dev)")
    if (goneWords.test(output)) return "refused, and the other as well"
    expect(output).toMatch(lockedWords)
    return "refused"
  }

  test(`race ${races} times: always one whole generation`, async ({ annotate }) => {
    const counts: Record<string, number> = {}
    const times: number[] = []
    for (let race = 0; race < races; race++) {
      const rivals = [
        { numbers: [highest + 1, highest + 1], words: ["--skip-preview"] },
        { numbers: [highest + 1, highest + 2], words: [] },
        { numbers: [highest + 1, current], words: ["--skip-preview"] },
        { numbers: [current - 1, highest + 1], words: [] },
      ][race % 4] as { numbers: [number, number]; words: string[] }
      const numbers = rivals.numbers.map((number) => Math.max(number, 1))
      const begun = Date.now()
      const both = await Promise.all(
        [ada, ben].map(async (who, at) => {
          who.declare(numbers[at] ?? 0)
          await pause(at * ((race * 97) % 300))
          return who.pulumi("up", "--yes", ...rivals.words)
        }),
      )
      times.push(Date.now() - begun)
      const ends = both.map(ending)
      const kind = [...ends].sort().join(", ")
      counts[kind] = (counts[kind] ?? 0) + 1
      const standing = await all.standing(ada)
      const won = numbers.filter((_, at) => ends[at] === "whole")
      expect(won.length === 0 ? [current] : won, both.map(({ output }) => output).join("\n")).toContain(
        standing.current,
      )
      await settled(standing.current, Math.max(highest, ...won))
    }
    times.sort((a, b) => a - b)
    await annotate(
      `${races} races: ${JSON.stringify(counts)}; median ${times[races >> 1]} ms, longest ${times.at(-1)} ms`,
    )
    expect(all.leaks()).toEqual([])
  })

  test("that write their locks in the same moment, both having found none: never both are let in", async ({
    annotate,
  }) => {
    await postgres.query(`CREATE SEQUENCE met;
      CREATE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        FOR tries IN 1..100 LOOP
          PERFORM pg_stat_clear_snapshot();
          IF (SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'INSERT INTO pulumi_state%') > 1 THEN
            PERFORM nextval('met');
            EXIT;
          END IF;
          PERFORM pg_sleep(0.02);
        END LOOP;
        PERFORM pg_sleep_until(date_trunc('second', clock_timestamp()) + interval '1 second');
        RETURN new;
      END $$;
      CREATE TRIGGER meet BEFORE INSERT ON pulumi_state FOR EACH ROW WHEN (new.key LIKE '%/locks/%') EXECUTE FUNCTION meet()`)
    const files = all.look()
    const counts: Record<string, number> = {}
    for (let round = 0; round < 5; round++) {
      for (const who of [ada, ben]) who.declare(current)
      const both = await Promise.all([ada, ben].map((who) => who.pulumi("up", "--yes", "--skip-preview")))
      const kind = both.map(ending).sort().join(", ")
      counts[kind] = (counts[kind] ?? 0) + 1
    }
    await postgres.query("DROP TRIGGER meet ON pulumi_state")
    const met = Number(await postgres.query("SELECT last_value FROM met"))
    await annotate(`${JSON.stringify(counts)}; met ${met} times`)
    expect(met).toBeGreaterThanOrEqual(5)
    expect(Object.keys(counts)).not.toContain("whole, whole")
    expect(all.look()).toEqual(files)
    await settled(current, highest)
  })

  test("one is killed in the midst of a rotation: the other is told whose lock it is, cancels, and finishes", async () => {
    for (const who of [ada, ben]) who.declare(highest + 1)
    const words = ["up", "--yes", "--skip-preview"]
    const { killed, code } = await killDuring(ada, words, "both", {
      event: 1,
      in: join(all.folder, "studio/.openclaw/gatekey"),
    })
    expect([killed, code]).toEqual([true, null])
    await endLeftBehind(ada.folder)
    expect(await works(ben, "preview")).toMatch(/generation : \d+ => \d+/)
    const refused = await ben.pulumi("up", "--yes")
    expect(ending(refused)).toBe("refused")
    expect(await works(ben, "cancel", "--yes")).toContain("has been canceled!")
    await works(ben, "up", "--yes")
    await settled(highest + 1, highest + 1)
  })

  test("the server dies in the midst of a rotation: the run fails, and the next finishes", async () => {
    for (const who of [ada, ben]) who.declare(highest + 1)
    const cut = ada.start("up", "--yes", "--skip-preview")
    await changed(all)
    await postgres.end("SIGQUIT")
    const { code, output } = await cut.ended
    expect(code, output).toBe(255)
    await postgres.start()
    expect(ending(await ben.pulumi("up", "--yes"))).toBe("refused")
    await works(ben, "cancel", "--yes")
    await works(ben, "up", "--yes")
    await settled(highest + 1, highest + 1)
  })
}

/** Once a file of the fleet is another one. */
async function changed(all: Team): Promise<void> {
  const before = JSON.stringify(all.look())
  await vi.waitUntil(() => JSON.stringify(all.look()) !== before, { timeout: 60_000, interval: 5 })
}
