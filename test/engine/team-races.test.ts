import { readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { describeEngine } from "../support/engine/engine.ts"
import { endLeftBehind, killDuring } from "../support/engine/kill.ts"
import type { Ended } from "../support/engine/workspace.ts"
import { type Operator, type Team, team, whole, works } from "../support/fleets/team.ts"
import { noPostgres, type Postgres, startPostgres } from "../support/hosts/postgres.ts"

vi.setConfig({ testTimeout: 1_200_000, hookTimeout: 900_000 })

/** One of each kind; with `E2E_RACES=20` five of each, which takes five minutes. */
const races = Number(process.env.E2E_RACES ?? 4)

const missing = noPostgres ? ` (${noPostgres})` : ""

describeEngine("two operators with one state", () => {
  describe.skipIf(missing)(`in PostgreSQL${missing}`, rivals)
})

const secretFile = (home: string) => `${home}/.openclaw/gatekey/gateway-token`

const lockedWords =
  /^error: the stack is currently locked by \d lock\(s\)\. Either wait for the other process\(es\) to end or delete the lock file with `pulumi cancel`\.\n {2}postgres:\/\/\S+: created by \S+@\S+ \(pid \d+\) at \S+$/m

/** What Pulumi says where the lock that it met was given up before it could read whose it is. */
const goneWords =
  /^error: (?:could not list bucket: blob \(code=NotFound\)|blob \(key "\.pulumi\/locks\/\S+"\) \(code=NotFound\): key not found): sql: no rows in result set$/m

/** What became of an `up`: it did it all, or did nothing as it met another's lock, or its number had been overtaken. */
function ending({ code, output }: Ended): "whole" | "refused" | "refused, its lock gone" | "overtaken" {
  if (code === 0) return "whole"
  expect(code, output).toBe(255)
  if (/error: .*generation \d+ is not kept \(kept: /.test(output)) return "overtaken"
  expect(output).not.toContain("Updating (dev)")
  if (goneWords.test(output)) return "refused, its lock gone"
  expect(output).toMatch(lockedWords)
  return "refused"
}

function rivals(): void {
  let postgres: Postgres
  let all: Team
  let ada: Operator
  let ben: Operator
  let [current, highest] = [1, 1]

  beforeAll(async () => {
    postgres = await startPostgres()
    all = await team(postgres.env)
    ada = all.operator("ada")
    await works(ada, "login", postgres.url)
    await works(ada, "stack", "init", "dev")
    ada.declare(1)
    await works(ada, "up", "--yes", "--skip-preview")
    ben = all.operator("ben", ada)
    await works(ben, "login", postgres.url)
    await works(ben, "stack", "select", "dev")
    expect(await all.standing(ben)).toEqual(whole(1, 1))
  })
  afterAll(async () => {
    await all?.remove()
    await postgres?.stop()
  })

  /** The fleet is whole, the state says which generation it has, and who declares that one has nothing to do. */
  async function settled(generation: number, most: number): Promise<void> {
    ;[current, highest] = [generation, most]
    expect(await all.standing(ada)).toEqual(whole(current, highest))
    ben.declare(current)
    await works(ben, "preview", "--expect-no-changes")
  }

  test(`race ${races} times: always one whole generation`, async ({ annotate }) => {
    const counts: Record<string, number> = {}
    const times: number[] = []
    for (let race = 0; race < races; race++) {
      // The last of them: the second previews while the first changes the fleet, and comes after it, or while it is at it.
      const [numbers, words, lead] = [
        [[highest + 1, highest + 1], ["--skip-preview"], (race * 97) % 300],
        [[highest + 1, highest + 2], [], (race * 97) % 300],
        [[highest + 1, current], ["--skip-preview"], (race * 97) % 300],
        [[current, highest + 1], [], 3000 + ((race * 1700) % 7000)],
      ][race % 4] as [[number, number], string[], number]
      const begun = Date.now()
      const both = await Promise.all(
        [ada, ben].map(async (who, at) => {
          who.declare(numbers[at] ?? 0)
          await pause(at * lead)
          return who.pulumi("up", "--yes", ...words)
        }),
      )
      times.push(Date.now() - begun)
      const ends = both.map(ending)
      const kind = [...ends].sort().join(" + ")
      counts[kind] = (counts[kind] ?? 0) + 1
      const won = numbers.filter((_, at) => ends[at] === "whole")
      const standing = await all.standing(ada)
      expect(won.length === 0 ? [current] : won, both.map(({ output }) => output).join("\n")).toContain(
        standing.current,
      )
      await settled(standing.current, Math.max(highest, ...won))
    }
    times.sort((a, b) => a - b)
    await annotate(`${JSON.stringify(counts)}; median ${times[races >> 1]} ms, longest ${times.at(-1)} ms`)
    expect(all.leaks()).toEqual([])
  })

  test("two runs that write their locks at the same moment are never both admitted", async ({ annotate }) => {
    await postgres.query(`CREATE SEQUENCE met;
      CREATE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
        FOR tries IN 1..200 LOOP
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
    for (const who of [ada, ben]) who.declare(current)
    for (let round = 0; round < 4; round++) {
      const both = await Promise.all([ada, ben].map((who) => who.pulumi("up", "--yes", "--skip-preview")))
      const kind = both.map(ending).sort().join(" + ")
      counts[kind] = (counts[kind] ?? 0) + 1
    }
    await postgres.query("DROP TRIGGER meet ON pulumi_state")
    const met = Number(await postgres.query("SELECT last_value FROM met"))
    await annotate(`${JSON.stringify(counts)}; met ${met} times`)
    expect(met).toBeGreaterThanOrEqual(4)
    expect(Object.keys(counts)).not.toContain("whole + whole")
    expect(all.look()).toEqual(files)
    await settled(current, highest)
  })

  test("after a run is killed during a rotation, another one reports the lock's owner, cancels, and finishes", async () => {
    for (const who of [ada, ben]) who.declare(highest + 1)
    const moment = { event: 1, in: join(all.folder, "studio/.openclaw/gatekey") }
    const { killed, code } = await killDuring(ada, ["up", "--yes", "--skip-preview"], "both", moment)
    expect([killed, code]).toEqual([true, null])
    await endLeftBehind(ada.folder)
    expect(await works(ben, "preview")).toMatch(/generation : \d+ => \d+/)
    expect(ending(await ben.pulumi("up", "--yes"))).toBe("refused")
    expect(await works(ben, "cancel", "--yes")).toContain("has been canceled!")
    await works(ben, "up", "--yes")
    await settled(highest + 1, highest + 1)
  })

  test("if the server dies during a rotation, the run fails, and the next one finishes", async () => {
    for (const who of [ada, ben]) who.declare(highest + 1)
    const cut = ada.start("up", "--yes", "--skip-preview")
    await changed(join(all.folder, secretFile("tw")))
    await postgres.end("SIGQUIT")
    const { code, output } = await cut.ended
    expect(code, output).toBe(255)
    await postgres.start()
    expect(ending(await ben.pulumi("up", "--yes"))).toBe("refused")
    await works(ben, "cancel", "--yes")
    await works(ben, "up", "--yes")
    await settled(highest + 1, highest + 1)
  })

  describe("one cancels the lock of the other, whose machine only slept", () => {
    /** The first goes one number up, and sleeps from when it wrote a home's secret file until the second is done. */
    async function overtaking(home: string, number: number): Promise<Ended> {
      ada.declare(highest + 1)
      ben.declare(number)
      const first = ada.start("up", "--yes", "--skip-preview")
      await changed(join(all.folder, secretFile(home)))
      process.kill(first.pid, "SIGSTOP")
      await works(ben, "cancel", "--yes")
      await works(ben, "up", "--yes", "--skip-preview")
      expect(first.child.exitCode).toBe(null)
      process.kill(first.pid, "SIGCONT")
      const ended = await first.ended
      expect(ended.code, ended.output).toBe(0)
      return ended
    }

    test("with the same number: the same token, which was made ahead; only the lost lock is reported", async () => {
      const { output } = await overtaking("tw", highest + 1)
      expect(output).toContain("there was a problem deleting the lock at")
      await settled(highest + 1, highest + 1)
    })

    test("with the previous number: no file is torn, the preview reports the drift, and the next `up` repairs it", async () => {
      const back = current
      await overtaking("tw", back)
      const { current: now, holds, rest } = await all.standing(ada)
      expect({ now, holds, rest }).toEqual({
        now: highest + 1,
        holds: { [secretFile("studio")]: highest + 1, [secretFile("tw")]: back },
        rest: "as it was",
      })
      expect(await works(ada, "preview")).toMatch(
        /\(tw secret file\):\n +warning: contains generation \d+, the previous token \(.*\); expected generation \d+/,
      )
      await works(ada, "up", "--yes")
      await settled(now, now)
    })

    test("with a higher number: the older state is rejected, and the server keeps the newer one", async () => {
      await overtaking("studio", highest + 2)
      const { code, output } = await ben.pulumi("up", "--yes")
      expect([code, output]).toEqual([255, expect.stringContaining("a newer generation is in place")])
      const file = join(all.folder, "state.json")
      await postgres.keptState(file, 1)
      await works(ben, "stack", "import", "--file", file)
      await works(ben, "up", "--yes")
      await settled(highest + 2, highest + 2)
      expect(all.leaks()).toEqual([])
    })
  })
}

/** Once a file holds something else; it is never gone meanwhile. */
async function changed(file: string): Promise<void> {
  const before = readFileSync(file, "utf8")
  await vi.waitUntil(() => readFileSync(file, "utf8") !== before, { timeout: 60_000, interval: 5 })
}
