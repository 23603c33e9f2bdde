import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest"
import { detector } from "../support/canary.ts"
import { describeEngine } from "../support/engine.ts"
import { noPostgres, type Postgres, startPostgres } from "../support/postgres.ts"
import { type Operator, type Team, team, whole } from "../support/team.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

const missing = noPostgres ? ` (${noPostgres})` : ""

describeEngine("a fleet's state", () => {
  describe.skipIf(missing)(`in PostgreSQL${missing}`, postgresTests)
})

async function works(who: Operator, ...args: string[]): Promise<string> {
  const { code, output } = await who.pulumi(...args)
  expect(code, `pulumi ${args.join(" ")}\n${output}`).toBe(0)
  return output
}

async function refused(who: Operator, ...args: string[]): Promise<string> {
  const { code, output } = await who.pulumi(...args)
  expect(code, `pulumi ${args.join(" ")}\n${output}`).toBe(255)
  return output
}

const settled = (who: Operator) => works(who, "preview", "--expect-no-changes")

function postgresTests(): void {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres?.stop())

  /** A team of its own in an empty database; its first operator has deployed generation 1 where the state is. */
  async function deployed(url: (all: Team) => string = () => postgres.url) {
    await postgres.query("DROP TABLE IF EXISTS pulumi_state")
    const all = await team(postgres.env)
    onTestFinished(() => all.remove())
    const ada = all.operator("ada")
    await works(ada, "login", url(all))
    // What is compressed could not be found.
    if (url(all) === postgres.url) await postgres.query("ALTER TABLE pulumi_state ALTER data SET STORAGE EXTERNAL")
    await works(ada, "stack", "init", "dev")
    ada.declare(1)
    await works(ada, "up", "--yes", "--skip-preview")
    expect(await all.standing(ada)).toEqual(whole(1, 1))
    return { all, ada }
  }

  /** Every row as it is and decoded, and every file of the server, after all that is in its memory was written out. */
  async function stored(): Promise<{ readonly name: string; readonly bytes: Buffer }[]> {
    await postgres.query("CHECKPOINT")
    const tables = (
      await postgres.query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    )
      .split("\n")
      .filter(Boolean)
    expect(tables).toContain("pulumi_state")
    const rows = await Promise.all(tables.map((table) => postgres.query(`SELECT to_jsonb(t) FROM ${table} t`)))
    const decoded = await postgres.query("SELECT key, data->>'data' FROM pulumi_state")
    return [
      ...rows.map((text, at) => ({ name: `table ${tables[at]}`, bytes: Buffer.from(text) })),
      ...decoded
        .split("\n")
        .map((line) => line.split("\t") as [string, string?])
        .map(([key, data = ""]) => ({ name: `key ${key}`, bytes: Buffer.from(data, "base64") })),
      ...postgres.files(),
    ]
  }

  test("is deployed, rotated and taken back; no page of the database holds a token", async ({ annotate }) => {
    const { all, ada } = await deployed()
    await settled(ada)
    for (const [rotation, highest] of [
      [2, 2],
      [1, 2],
      [3, 3],
    ] as const) {
      ada.declare(rotation)
      await works(ada, "up", "--yes")
      expect(await all.standing(ada)).toEqual(whole(rotation, highest))
      await settled(ada)
    }
    expect(all.secrets.size).toBeGreaterThan(6)

    const haystacks = await stored()
    const found = (words: ReadonlyMap<string, string>) => {
      const needle = detector(words)
      return haystacks.flatMap((haystack) => needle.find(haystack))
    }
    expect(found(all.secrets)).toEqual([])
    // The same search finds what is no secret, in each of the kinds of place.
    const plain = found(new Map([["a plain word", "gatekey:index:Placement"]]))
    for (const where of [
      /in table pulumi_state/,
      /in key .*\/stacks\//,
      /in key .*\/history\//,
      /in data\/base\//,
      /in data\/pg_wal\//,
    ])
      expect(
        plain.some((line) => where.test(line)),
        `${where}`,
      ).toBe(true)
    const size = haystacks.reduce((sum, { bytes }) => sum + bytes.length, 0)
    await annotate(`${haystacks.length} files and rows, ${size >> 20} MiB; ${all.secrets.size} secrets, none found`)
    expect(all.leaks()).toEqual([])
  })

  test("has its password beside the address: Pulumi prints an address as it was given", async () => {
    const { all, ada } = await deployed()
    const credentials = join(ada.folder, "pulumi/credentials.json")
    const before = await works(ada, "whoami", "-v")
    expect(before + readFileSync(credentials, "utf8")).not.toContain(postgres.password)
    const open = postgres.url.replace("gatekey@", `gatekey:${postgres.password}@`)
    expect(await works(all.operator("ben", ada), "login", open)).toContain(postgres.password)
  })

  test("is moved there from a folder: nothing is written, and no token changes", async () => {
    const folder = (all: Team) => `file://${all.folder}/ada`
    const { all, ada } = await deployed(folder)
    ada.declare(2)
    await works(ada, "up", "--yes", "--skip-preview")
    const files = all.look()
    const file = join(all.folder, "state.json")
    const settings = readFileSync(ada.file, "utf8")
    await works(ada, "stack", "export", "--file", file)
    await works(ada, "login", postgres.url)
    await works(ada, "stack", "init", "dev")
    await works(ada, "stack", "import", "--file", file)
    expect(readFileSync(ada.file, "utf8"), "the salt stays, and so the passphrase").toBe(settings)
    await settled(ada)
    expect(await all.standing(ada)).toEqual(whole(2, 2))
    expect(all.look()).toEqual(files)
    const needle = detector(all.secrets)
    expect(needle.find({ name: "the exported state", bytes: readFileSync(file) })).toEqual([])

    // Who still has the old state is refused once the fleet has gone on, and told why.
    const ben = all.operator("ben", ada)
    await works(ben, "login", folder(all))
    await works(ben, "stack", "select", "dev")
    ada.declare(3)
    await works(ada, "up", "--yes", "--skip-preview")
    expect(await refused(ben, "up", "--yes")).toMatch(
      /a newer generation is in place: local has seen generation 3 \(.*\); this state knows 2 at most\. Nothing was changed/,
    )
    await works(ben, "stack", "rm", "dev", "--force", "--yes", "--preserve-config")
    await settled(ada)
  })

  test("is restored from what the server keeps of each update", async () => {
    const { all, ada } = await deployed()
    const file = join(all.folder, "restored.json")
    const early = join(all.folder, "early.json")
    await works(ada, "stack", "export", "--file", early)
    ada.declare(2)
    await works(ada, "up", "--yes", "--skip-preview")
    await works(ada, "stack", "import", "--file", early)
    expect(await refused(ada, "preview")).toContain("Restore the newer state (pulumi stack import")
    const newest = await postgres.query(
      "SELECT convert_from(decode(data->>'data', 'base64'), 'UTF8') FROM pulumi_state WHERE key LIKE '%/backups/gatekey/dev/%' ORDER BY key DESC LIMIT 1",
    )
    const { version, checkpoint } = JSON.parse(newest)
    writeFileSync(file, JSON.stringify({ version, deployment: checkpoint.latest }))
    await works(ada, "stack", "import", "--file", file)
    await settled(ada)
    expect(await all.standing(ada)).toEqual(whole(2, 2))
  })

  test("gets another passphrase: nothing is written to the fleet, and the old one opens it no more", async () => {
    const { all, ada } = await deployed()
    const old = ada.env.PULUMI_CONFIG_PASSPHRASE ?? ""
    const ben = all.operator("ben", ada)
    for (const args of [
      ["login", postgres.url],
      ["stack", "select", "dev"],
    ])
      await works(ben, ...args)
    const files = all.look()
    const { code, output } = await ada.answer("another one", "stack", "change-secrets-provider", "passphrase")
    expect(code, output).toBe(0)
    expect(await refused(ada, "preview")).toContain("incorrect passphrase")
    for (const each of [ada, ben]) each.env.PULUMI_CONFIG_PASSPHRASE = "another one"
    await settled(ada)
    expect(all.look()).toEqual(files)
    // Others need the new salt, which stands in the stack's file: a pull, and the new passphrase.
    expect(await refused(ben, "preview")).toContain("incorrect passphrase")
    writeFileSync(ben.file, readFileSync(ada.file))
    await settled(ben)

    // What was kept before is still under the old one, with the token that comes next: so two rotations, not one.
    const row = await postgres.query(
      "SELECT convert_from(decode(data->>'data', 'base64'), 'UTF8') FROM pulumi_state WHERE key LIKE '%/backups/gatekey/dev/%' ORDER BY key LIMIT 1",
    )
    const { version, checkpoint } = JSON.parse(row)
    const thief = all.operator("thief", ada)
    writeFileSync(join(all.folder, "stolen.json"), JSON.stringify({ version, deployment: checkpoint.latest }))
    thief.env.PULUMI_CONFIG_PASSPHRASE = old
    writeFileSync(thief.file, "config: {}\n")
    await works(thief, "login", `file://${thief.folder}`)
    await works(thief, "stack", "init", "dev")
    await works(thief, "stack", "import", "--file", join(all.folder, "stolen.json"))
    await all.standing(thief)
    const known = [...all.secrets.values()]
    const token = () => readFileSync(all.place.split("|")[1] ?? "", "utf8").trim()
    for (const [rotation, stolen] of [
      [1, true],
      [2, true],
      [3, false],
    ] as const) {
      ada.declare(rotation)
      await works(ada, "up", "--yes", "--skip-preview")
      expect(known.includes(token()), `generation ${rotation}`).toBe(stolen)
    }
  })

  test("is lost with its passphrase: the fleet keeps its token, and nothing but what it remembers is written", async () => {
    const { all, ada } = await deployed()
    ada.declare(2)
    await works(ada, "up", "--yes", "--skip-preview")
    await all.standing(ada)
    const files = all.look()
    const token = () => readFileSync(all.place.split("|")[1] ?? "", "utf8").trim()
    const before = token()

    ada.env.PULUMI_CONFIG_PASSPHRASE = "who knows"
    for (const command of ["preview", "up"])
      expect(await refused(ada, command, ...(command === "up" ? ["--yes"] : []))).toContain("incorrect passphrase")
    // Both of these go without it: the old state stays, should it be found.
    await works(ada, "stack", "rename", "dev-lost")
    const lost = ada.file.replace("dev.yaml", "dev-lost.yaml")
    expect([existsSync(ada.file), existsSync(lost)]).toEqual([false, true])
    const kept = readFileSync(lost, "utf8").split("\n")
    writeFileSync(ada.file, kept.filter((line) => !line.startsWith("encryptionsalt:")).join("\n"))
    ada.env.PULUMI_CONFIG_PASSPHRASE = "a new one"
    await works(ada, "stack", "init", "dev")

    expect(await refused(ada, "up", "--yes")).toMatch(
      /this state knows of none\. Nothing was changed\. Restore the newer state \(pulumi stack import\); or, where it is lost, raise gatekey:token\.rotation to 3, set gatekey:rotation\.supersede: 2, and adopt the token in use, so that it stays: gatekey:token\.adopt: \{from: "host\|path\|locator"\}, its place at the gateway/,
    )
    const adopt = { token: { adopt: { from: all.place } } }
    ada.declare(2, adopt)
    expect(await refused(ada, "up", "--yes")).toContain("a newer generation is in place")
    ada.declare(3, { ...adopt, rotation: { supersede: 2 } })
    await works(ada, "preview")
    await works(ada, "up", "--yes")
    expect(token()).toBe(before)
    expect(
      all
        .look()
        .filter((line) => !files.includes(line))
        .map((line) => line.split(" ")[0]),
    ).toEqual(["studio", "tw"].map((name) => join(all.folder, name, ".local/state/gatekey/gatekey.dev.json")))
    await settled(ada)
    expect(await all.standing(ada)).toEqual(whole(3, 3))
    // All that was said of it may go again, and the fleet goes on.
    ada.declare(3)
    await settled(ada)
    ada.declare(4)
    await works(ada, "up", "--yes")
    expect(await all.standing(ada)).toEqual(whole(4, 4))
    await works(ada, "stack", "rm", "dev-lost", "--force", "--yes")
    await works(ada, "stack", "select", "dev") // Pulumi leaves none selected.
    await settled(ada)
    expect(all.leaks()).toEqual([])
  })
}
