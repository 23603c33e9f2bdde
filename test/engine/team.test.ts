import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { detector, type Haystack } from "../support/canary/canary.ts"
import { searchAll } from "../support/canary/search.ts"
import type { Kind } from "../support/canary/sources.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { type Operator, refused, type Team, team, whole, works } from "../support/fleets/team.ts"
import { noPostgres, type Postgres, startPostgres } from "../support/hosts/postgres.ts"
import { startTransit } from "../support/vaults/transit-double.ts"

const missing = noPostgres ? ` (${noPostgres})` : ""

describeEngine("a fleet's state", () => {
  describe.skipIf(missing)(`in PostgreSQL${missing}`, story)
})

/** One fleet from its first day on; each test goes on where the one before it ended. */
function story(): void {
  let postgres: Postgres
  let all: Team
  let ada: Operator
  let folder: string

  beforeAll(async () => {
    postgres = await startPostgres()
    all = await team(postgres.env)
    ada = all.operator("ada")
    folder = `file://${ada.folder}`
    await works(ada, "login", folder)
    await works(ada, "stack", "init", "dev")
    ada.declare(1)
    await works(ada, "up", "--yes", "--skip-preview")
    expect(await all.standing(ada)).toEqual(whole(1, 1))
  })
  afterAll(async () => {
    await all?.remove()
    await postgres?.stop()
  })

  const settled = (who: Operator) => works(who, "preview", "--expect-no-changes")
  const token = () => readFileSync(all.place.split("|")[1] ?? "", "utf8").trim()

  async function turned(rotation: number, highest: number): Promise<void> {
    ada.declare(rotation)
    await works(ada, "up", "--yes", "--skip-preview")
    expect(await all.standing(ada)).toEqual(whole(rotation, highest))
  }

  test("a state moves from a folder to the server without a write or a changed token", async () => {
    await turned(2, 2)
    const [files, settings] = [all.look(), readFileSync(ada.file, "utf8")]
    const file = join(all.folder, "state.json")
    await works(ada, "stack", "export", "--file", file)
    await works(ada, "login", postgres.url)
    // So that all of it can be found: what is compressed could not be.
    await postgres.query("ALTER TABLE pulumi_state ALTER data SET STORAGE EXTERNAL")
    await works(ada, "stack", "init", "dev")
    await works(ada, "stack", "import", "--file", file)
    expect(readFileSync(ada.file, "utf8"), "the salt stays, and so the passphrase").toBe(settings)
    await settled(ada)
    expect(await all.standing(ada)).toEqual(whole(2, 2))
    expect(all.look()).toEqual(files)
    expect(detector(all.secrets).find({ name: file, bytes: readFileSync(file) })).toEqual([])
  })

  test("a moved state is rejected in its old place after a rotation, until it is removed there", async () => {
    const ben = all.operator("ben", ada)
    await works(ben, "login", folder)
    await works(ben, "stack", "select", "dev")
    await turned(3, 3)
    expect(await refused(ben, "up", "--yes")).toMatch(
      /a newer generation is in place: local has seen generation 3 \(.*\); this state knows 2 at most\. Nothing was changed/,
    )
    await works(ben, "stack", "rm", "dev", "--force", "--yes", "--preserve-config")
    await settled(ada)
  })

  test("a state in the database is rotated and restored; no page of it contains a token", async ({ annotate }) => {
    await turned(4, 4)
    await turned(3, 4)
    await turned(5, 5)
    await settled(ada)
    expect(all.secrets.size).toBeGreaterThan(6)
    const haystacks = await stored(postgres)
    const found = (words: ReadonlyMap<string, string>) => {
      const needle = detector(words)
      return haystacks.flatMap((haystack) => needle.find(haystack))
    }
    const kinds = new Map<Kind, Set<string>>([["token", new Set(all.secrets.values())]])
    const { hits, missed } = searchAll("a state in PostgreSQL", all.secrets, kinds, haystacks)
    expect(hits).toEqual([])
    expect(missed, "planted secrets that were not found").toEqual([])
    // The same search finds what is no secret, in each kind of place.
    const plain = found(new Map([["a plain word", "gatekey:index:Placement"]]))
    for (const where of [
      / in table pulumi_state, /,
      / in key gatekey\/\.pulumi\/stacks\//,
      / in key gatekey\/\.pulumi\/history\//,
      / in key gatekey\/\.pulumi\/backups\//,
      / in data\/base\//,
      / in data\/pg_wal\//,
    ])
      expect(
        plain.some((line) => where.test(line)),
        `${where}`,
      ).toBe(true)
    const size = haystacks.reduce((sum, { bytes }) => sum + bytes.length, 0)
    await annotate(`${haystacks.length} files and rows, ${size >> 20} MiB, ${all.secrets.size} secrets: none found`)
  })

  test("has its password beside the address, as Pulumi prints an address as it was given", async () => {
    const said = await works(ada, "whoami", "-v")
    expect(said + readFileSync(join(ada.folder, "pulumi/credentials.json"), "utf8")).not.toContain(postgres.password)
    const open = postgres.url.replace("gatekey@", `gatekey:${postgres.password}@`)
    expect(await works(all.operator("cem", ada), "login", open)).toContain(postgres.password)
  })

  test("a state is restored from the server's copy of each update", async () => {
    const [early, late] = ["early", "late"].map((name) => join(all.folder, `${name}.json`)) as [string, string]
    await works(ada, "stack", "export", "--file", early)
    await turned(6, 6)
    await works(ada, "stack", "import", "--file", early)
    expect(await refused(ada, "preview")).toContain("Restore the newer state (pulumi stack import)")
    await postgres.keptState(late)
    await works(ada, "stack", "import", "--file", late)
    await settled(ada)
    expect(await all.standing(ada)).toEqual(whole(6, 6))
  })

  test("a state gets another passphrase; the old one reveals the current token, but not the next", async () => {
    const [files, old] = [all.look(), ada.env.PULUMI_CONFIG_PASSPHRASE]
    const dora = all.operator("dora", ada)
    await works(dora, "login", postgres.url)
    await works(dora, "stack", "select", "dev")
    const { code, output } = await ada.answer("another one", "stack", "change-secrets-provider", "passphrase")
    expect(code, output).toBe(0)
    expect(await refused(ada, "preview")).toContain("incorrect passphrase")
    for (const each of [ada, dora]) each.env.PULUMI_CONFIG_PASSPHRASE = "another one"
    await settled(ada)
    expect(all.look()).toEqual(files)
    // Others need the new salt as well, which stands in the stack's file.
    expect(await refused(dora, "preview")).toContain("incorrect passphrase")
    writeFileSync(dora.file, readFileSync(ada.file))
    await settled(dora)

    const thief = all.operator("thief", ada)
    thief.env.PULUMI_CONFIG_PASSPHRASE = old ?? ""
    writeFileSync(thief.file, "config: {}\n")
    await postgres.keptState(join(all.folder, "stolen.json"))
    await works(thief, "login", `file://${thief.folder}`)
    await works(thief, "stack", "init", "dev")
    await works(thief, "stack", "import", "--file", join(all.folder, "stolen.json"))
    expect((await all.standing(thief)).current).toBe(6)
    const stolen = [...all.secrets.values()]
    await turned(7, 7)
    expect(stolen).toContain(token())
    await turned(8, 8)
    expect(stolen).not.toContain(token())
  })

  test("a state is lost with its passphrase: the fleet keeps its token, and only its markers are written", async () => {
    const [files, before] = [all.look(), token()]
    ada.env.PULUMI_CONFIG_PASSPHRASE = "who knows"
    expect(await refused(ada, "up", "--yes")).toContain("incorrect passphrase")
    await works(ada, "stack", "rename", "dev-lost")
    const kept = readFileSync(ada.file.replace("dev.yaml", "dev-lost.yaml"), "utf8").split("\n")
    writeFileSync(ada.file, kept.filter((line) => !line.startsWith("encryptionsalt:")).join("\n"))
    ada.env.PULUMI_CONFIG_PASSPHRASE = "a new one"
    await works(ada, "stack", "init", "dev")
    expect(await refused(ada, "up", "--yes")).toContain(
      'this state knows none. Nothing was changed. Restore the newer state (pulumi stack import); or, if it is lost, raise gatekey:token.rotation to 9, set gatekey:rotation.supersede: 8, and adopt the token in use, so that it stays: gatekey:token.adopt: {from: "host|path|locator"}, its place at the gateway',
    )
    // Without that last word the next refusal has a place that can be named.
    ada.declare(9, { rotation: { supersede: 8 } })
    expect(await refused(ada, "up", "--yes")).toContain("Adopt it as the first token (gatekey:token.adopt: {from: ")
    ada.declare(9, { rotation: { supersede: 8 }, token: { adopt: { from: all.place } } })
    await works(ada, "up", "--yes", "--skip-preview")
    expect(token()).toBe(before)
    expect(
      all
        .look()
        .filter((line) => !files.includes(line))
        .map((line) => line.split(" ")[0]),
    ).toEqual(["studio", "tw"].map((name) => join(all.folder, name, ".local/state/gatekey/gatekey.dev.json")))
    await settled(ada)
    expect(await all.standing(ada)).toEqual(whole(9, 9))
    // What was said of it may go again, and so may the old state; Pulumi then has none selected.
    ada.declare(9)
    await works(ada, "stack", "rm", "dev-lost", "--force", "--yes")
    await works(ada, "stack", "select", "dev")
    await settled(ada)
    await turned(10, 10)
  })

  test("a state uses a key service: nothing is written to the fleet, and no passphrase is needed", async () => {
    const transit = await startTransit("gatekey")
    onTestFinished(() => transit.stop())
    const files = all.look()
    Object.assign(ada.env, transit.env)
    await works(ada, "stack", "change-secrets-provider", "hashivault://gatekey")
    delete ada.env.PULUMI_CONFIG_PASSPHRASE
    expect(readFileSync(ada.file, "utf8")).toMatch(/^secretsprovider: hashivault:\/\/gatekey\nencryptedkey: \S+$/m)
    await settled(ada)
    expect(all.look()).toEqual(files)
    await turned(11, 11)
    ada.env.VAULT_TOKEN = "another one"
    expect(await refused(ada, "preview")).toContain("permission denied")
    expect(all.leaks()).toEqual([])
  })
}

/** Every row as it is and decoded, and every file of the server, once all that was in its memory is written. */
async function stored(postgres: Postgres): Promise<Haystack[]> {
  await postgres.query("CHECKPOINT")
  const tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
  const names = (await postgres.query(tables)).split("\n").filter(Boolean)
  const rows = await Promise.all(names.map((name) => postgres.query(`SELECT to_jsonb(t) FROM ${name} t`)))
  const contents = (await postgres.query("SELECT key, data->>'data' FROM pulumi_state")).split("\n").filter(Boolean)
  return [
    ...rows.map((text, at) => ({ name: `table ${names[at]}`, bytes: Buffer.from(text) })),
    ...contents.map((line) => {
      const [key, data = ""] = line.split("\t")
      return { name: `key ${key}`, bytes: Buffer.from(data, "base64") }
    }),
    ...postgres.files(),
  ].map((haystack) => ({ ...haystack, source: "PostgreSQL" }))
}
