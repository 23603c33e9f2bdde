import { rmSync, symlinkSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, test } from "vitest"
import { type Raw, secret, secretsIn, unknown } from "../../../support/engine/wire.ts"
import { bench, config, key } from "./placements.ts"

const on = bench()
const { at, outputs, placement, token, value, words } = on

const refused = (property: string) =>
  `${property}: unknown property; expected one of host, path, locator, format, must, reference, why, serves, ` +
  "overwrite, since, token, generation, fingerprint"

describe("check", () => {
  const check = async (news: Raw) => {
    const { inputs, failures } = await on.plugin.check(placement().urn, news)
    return { inputs, failures: failures.map(({ property, reason }) => `${property}: ${reason}`) }
  }

  test("says what the place must hold, and tells the format by the file's name", async () => {
    const { inputs, failures } = await check(at(config()))
    expect(failures).toEqual([])
    expect(inputs).toMatchObject({ host: "local", must: "token", format: "json5", holds: words() })
  })

  test("binds it to its token by what may be shown: none of its inputs is a secret", async () => {
    const { inputs } = await check(at(config()))
    const { generation, fingerprint } = outputs()
    expect(inputs).toMatchObject({ token: token().state?.id, generation, fingerprint })
    expect(Object.keys(inputs)).not.toContain("ring")
    expect(secretsIn(inputs)).toEqual([])
    expect(JSON.stringify(inputs)).not.toContain(value())
  })

  test("never takes a given `holds`", async () => {
    expect((await check(at(config(), { holds: "x" }))).inputs.holds).toBe(words())
  })

  test.each<[string, Raw, string]>([
    ["nothing", { must: "nothing" }, "nothing"],
    [
      "a reference",
      { must: "reference", reference: { source: "file", mode: "singleValue", path: "~/t" } },
      "the reference to the file ~/t",
    ],
    ["a token that is not known yet", { token: unknown, fingerprint: unknown }, unknown],
    ["a generation that is not known yet", { generation: unknown }, unknown],
  ])("of %s", async (_, more, holds) => {
    const { inputs, failures } = await check(at(config(), more))
    expect(failures).toEqual([])
    expect(inputs.holds).toBe(holds)
  })

  test.each<[string, Raw, string[]]>([
    ["no path", { path: undefined }, ["path: is missing; it must be a string"]],
    ["no locator", { locator: undefined }, ["locator: is missing; it must be a string"]],
    ["a relative path", { path: "x.json" }, ["path: a text of 6 characters is relative; use ~/… or an absolute path"]],
    ["a path up", { path: "~/../x.json" }, ['path: a text of 11 characters goes up by ".."; write the path it means']],
    [
      "another's home",
      { path: "~root/x.json" },
      ["path: a text of 12 characters is the home of another user; use ~/… or an absolute path"],
    ],
    [
      "another host",
      { host: "me@mac" },
      ["host: a text of 6 characters is not a host: allowed is local, or ssh://[user@]name[:port]"],
    ],
    ["an empty locator", { locator: "" }, ["locator: is empty"]],
    ["another must", { must: "something" }, ["must: must be one of token, reference, nothing"]],
    ["a reference that is missing", { must: "reference" }, ["reference: is missing; `must: reference` requires it"]],
    ["a flag as a text", { overwrite: "yes" }, ["overwrite: must be true or false"]],
    ["a token as a secret", { token: secret("x") }, ["token: must be a string"]],
    ["a ring", { ring: secret("{}") }, [refused("ring")]],
    ["a value", { value: secret("x") }, [refused("value")]],
  ])("refuses %s", async (_, more, expected) => {
    const news = Object.entries({ ...at(config()), ...more }).filter(([, entry]) => entry !== undefined)
    expect((await check(Object.fromEntries(news))).failures).toEqual(expected)
  })

  test("refuses a file whose name tells no format, and names those that there are", async () => {
    const { failures } = await check(at("/x/token"))
    expect(failures).toEqual([
      "format: is not known from the file's name; set it to one of json5, dotenv, shell, environment-file, systemd, plist, compose, file, reader",
    ])
    expect((await check(at("/x/token", { format: "json" }))).failures[0]).toMatch(/^format: must be one of json5/)
    expect((await check(at("/x/token", { format: "dotenv" }))).failures).toEqual([])
  })

  test.each(["~/.config/fish/config.fish", "~/.login", "~/.tcshrc", "/etc/csh.cshrc"])(
    "refuses %s, which no shell reads that gatekey edits for",
    async (path) => {
      const { failures } = await check(
        at(path, { format: "shell", must: "nothing", locator: "OPENCLAW_GATEWAY_TOKEN" }),
      )
      expect(failures).toEqual([
        expect.stringMatching(/^path: is a file of (?:fish|csh), but only files of sh, bash and zsh/),
      ])
    },
  )

  test("says all that is wrong at once", async () => {
    const { failures } = await check({ path: "x", locator: "", host: "mac", must: 1, overwrite: 1, pathh: "y" })
    const properties = failures.map((failure) => failure.split(":")[0])
    expect(properties.sort()).toEqual(["format", "host", "locator", "must", "overwrite", "path", "pathh"])
  })

  test("refuses a place that is declared twice, by whatever name of the file", async () => {
    const path = config()
    const link = join(dirname(path), "linked.json")
    symlinkSync("openclaw.json", link)
    const first = placement()
    await first.checked(at(path))
    await first.checked(at(path))
    const reason = `is declared twice, by "${first.urn.split("::").at(-1)}" as well; remove one of the two`
    await expect(placement().checked(at(path))).rejects.toThrow(reason)
    await expect(placement().checked(at(link))).rejects.toThrow(reason)
    await placement().checked(at(path, { locator: "gateway.remote.token" }))
  })
})

describe("diff", () => {
  const olds = { host: "local", path: "/nowhere/x.json", locator: key, format: "json5", must: "token", holds: "a" }
  test.each<[string, Raw, string[], string[]]>([
    ["the same", {}, [], []],
    ["other words", { holds: "b" }, ["holds"], []],
    ["words not known yet", { holds: unknown }, ["holds"], []],
    ["another path", { path: "/y.json" }, ["path"], ["path"]],
    ["another locator and words", { locator: "y", holds: "b" }, ["locator", "holds"], ["locator"]],
    ["another reason", { why: "x", serves: "y", overwrite: true }, [], []],
  ])("of %s compares only what it is given", async (_, more, changes, replaces) => {
    const { urn } = placement()
    const place = `local|${olds.path}|${key}`
    const answer = { changes, replaces, detailed: [...changes].sort() }
    expect(await on.plugin.diff(urn, place, olds, { ...olds, ...more })).toEqual(answer)
    expect(await on.plugin.diff(urn, place, olds, { ...olds, ...more })).toEqual(answer)
  })

  test("is the same whatever stands in the file meanwhile", async () => {
    const path = config()
    const one = placement()
    const news = await one.checked(at(path))
    const before = await on.plugin.diff(one.urn, `local|${path}|${key}`, { ...news, holds: "a" }, news)
    rmSync(dirname(path), { recursive: true })
    expect(await on.plugin.diff(one.urn, `local|${path}|${key}`, { ...news, holds: "a" }, news)).toEqual(before)
  })
})
