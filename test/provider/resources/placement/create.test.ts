import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, test } from "vitest"
import { startPlugin } from "../../../support/engine/plugin.ts"
import { isSecret, leaks, revealed, secret, secretsIn, unknown } from "../../../support/engine/wire.ts"
import { folder } from "../../../support/hosts/machine.ts"
import { strong } from "../../../support/tokens.ts"
import { bench, config, heldBy, key } from "./placements.ts"

const on = bench()
const { at, outputs, placement, token, told, value, words } = on

describe("create", () => {
  test("writes the token, and only after the preview", async () => {
    const path = join(folder(), "new/openclaw.json")
    const one = placement()
    expect((await one.preview(at(path))).step).toBe("create")
    expect(existsSync(dirname(path))).toBe(false)
    await one.up(at(path))
    expect(readFileSync(path, "utf8")).toContain(value())
    expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700])
    expect(one.state?.id).toBe(`local|${path}|${key}`)
    expect(one.state?.outputs.holds).toBe(words())
    expect(told(one)).toEqual([])
  })

  test("is refused where openclaw reads a config of its predecessor's name, which a new one would hide", async () => {
    const top = folder()
    const [path, old] = ["openclaw.json", "clawdbot.json"].map((name) => join(top, name))
    writeFileSync(old ?? "", '{gateway:{mode:"local"}}', { mode: 0o600 })
    const words = `openclaw reads ${old}, because ${path} does not exist`
    const one = placement()
    await expect(one.preview(at(path ?? ""))).rejects.toThrow(words)
    await expect(one.up(at(path ?? ""))).rejects.toThrow(`rename the file (mv ${old} ${path};`)
    expect(readdirSync(top)).toEqual(["clawdbot.json"])
  })

  test("remembers the token by its ring and its value, both secret, and only once it is written", async () => {
    const one = placement()
    const path = config()
    const { outputs: coming } = await one.preview(at(path))
    expect(coming).toMatchObject({ token: token().state?.id, holds: words(), ring: unknown, value: unknown })
    await one.up(at(path))
    const { ring, value: held, ...open } = one.state?.outputs ?? {}
    expect([ring, held].every(isSecret)).toBe(true)
    expect(revealed(held)).toBe(value())
    expect(JSON.parse(revealed(ring))).toMatchObject({ current: 2, previous: 1 })
    expect(revealed(ring)).not.toContain(value())
    expect(secretsIn(open)).toEqual([])
    expect(leaks(one.state, [value()])).toEqual([])
    expect(secretsIn(one.state?.inputs)).toEqual([])
  })

  test.each([
    { must: "nothing" },
    { must: "reference", reference: { source: "file", provider: "gatekey", id: "value" } },
  ])("of what is no token remembers no value: %j", async (more) => {
    const one = placement()
    const path = config()
    expect((await one.preview(at(path, more))).outputs).not.toHaveProperty("value")
    await one.up(at(path, more))
    expect(secretsIn(one.state)).toEqual(["$.outputs.ring"])
  })

  test.each([
    ["a reference", '{source: "file", provider: "gatekey", id: "value"}'],
    ["null", "null"],
  ])("takes a known token from the disk that %s hides", async (_, later) => {
    const one = placement()
    const path = config()
    writeFileSync(path, `{gateway: {auth: {token: "${value()}", token: ${later}}}}\n`)
    const more = { must: "reference", reference: { source: "file", provider: "gatekey", id: "value" } }
    await one.preview(at(path, more))
    await one.up(at(path, more))
    expect(readFileSync(path, "utf8")).not.toContain(value())
  })

  test("refuses to remove an unknown one that a reference hides", async () => {
    const path = config()
    const reference = { source: "file", provider: "gatekey", id: "value" }
    const foreign = strong()
    writeFileSync(path, `{gateway: {auth: {token: "${foreign}", token: ${JSON.stringify(reference)}}}}\n`)
    const one = placement()
    const error = await one.preview(at(path, { must: "reference", reference })).catch(({ message }) => message)
    expect(error).toContain("overwrite: true")
    expect(readFileSync(path, "utf8")).toContain(foreign)
  })

  test("previews a token that is not known yet, and writes nothing", async () => {
    const path = config()
    const unknowns = { token: unknown, generation: 1, fingerprint: unknown }
    const { outputs } = await placement().preview(at(path, unknowns))
    expect(outputs).toMatchObject({ token: unknown, holds: unknown, ring: unknown, value: unknown })
    expect(readFileSync(path, "utf8")).toBe("{}\n")
  })

  test.each(["path", "locator", "host", "must", "format"])("previews a %s that is not known yet", async (name) => {
    const top = folder()
    const { outputs } = await placement().preview(at(join(top, "x.json"), { [name]: unknown }))
    expect(outputs[name]).toBe(unknown)
    expect(readdirSync(top)).toEqual([])
  })

  test("refuses to write over a live value that it does not know, in the preview already", async () => {
    const foreign = strong()
    const path = config(foreign)
    const one = placement()
    for (const step of [one.preview, one.up]) {
      const error = await step(at(path)).catch(({ message }) => message)
      expect(error).toContain(`local|${path}|${key} contains another token (fp:`)
      expect(error).toContain("which gatekey does not know and will not overwrite")
      expect(error).toContain("overwrite: true")
      expect(leaks(error, [foreign])).toEqual([])
    }
    expect(heldBy(path)).toBe(foreign)
  })

  test("writes over it where that is asked for, and says what was there", async () => {
    const path = config(strong())
    const one = placement()
    await one.preview(at(path, { overwrite: true }))
    await one.up(at(path, { overwrite: true }))
    expect(heldBy(path)).toBe(value())
    expect(told(one)[0]).toMatch(
      /^contains another token \(fp:\w{8}\); expected generation 2 \(fp:\w{8}\)\. `pulumi up` fixes it$/,
    )
    expect(told(one)[1]).toMatch(/^contained another token \(fp:\w{8}\); contains generation 2 \(fp:\w{8}\) now$/)
  })

  test.each([
    ["a public default", () => "clawdbot-local-dev"],
    ["an earlier generation", () => revealed(outputs().previous)],
  ])("writes over %s without asking", async (_, held) => {
    const path = config(held())
    await placement().up(at(path))
    expect(heldBy(path)).toBe(value())
  })

  test("twice is once: a killed run's second try touches nothing", async () => {
    const path = config()
    const inputs = await placement().checked(at(path))
    const { urn } = placement()
    await on.plugin.create(urn, inputs)
    const before = statSync(path, { bigint: true }).mtimeNs
    await on.plugin.create(urn, inputs)
    expect(statSync(path, { bigint: true }).mtimeNs).toBe(before)
  })

  test("of nothing removes a default, and refuses to remove what it does not know", async () => {
    const [known, foreign] = [config("clawdbot-local-dev"), config(strong())]
    await placement().up(at(known, { must: "nothing" }))
    expect(readFileSync(known, "utf8")).not.toContain("clawdbot-local-dev")
    await expect(placement().up(at(foreign, { must: "nothing" }))).rejects.toThrow("will not overwrite")
  })

  test("of a reference writes it", async () => {
    const path = config()
    const reference = { source: "file", provider: "gatekey", id: "value" }
    const one = placement()
    await one.up(at(path, { must: "reference", reference }))
    expect(readFileSync(path, "utf8")).toContain("gatekey")
    expect((await one.preview(at(path, { must: "reference", reference }))).step).toBe("same")
  })
})

describe("what cannot be written is told by the preview, and nothing is lost", () => {
  const broken: Readonly<Record<string, [make: (path: string) => void, reason: string]>> = {
    "a config that does not parse": [(path) => writeFileSync(path, "{\n  a: }\n"), "line 2"],
    "a key path through a text": [(path) => writeFileSync(path, '{gateway: "x"}'), "gateway"],
    "a directory": [(path) => mkdirSync(path), "is a directory"],
    "100 MB": [(path) => writeFileSync(path, Buffer.alloc(100 * 1024 * 1024)), "has 100 MB"],
    "a hard link": [linkTwice, "has 2 hard links"],
  }
  test.each(Object.keys(broken))("%s", async (what) => {
    const [make, reason] = broken[what] ?? []
    const path = join(folder(), "x.json")
    make?.(path)
    const before = statSync(path)
    const one = placement()
    const preview = one.preview(at(path))
    await expect(preview).rejects.toThrow(path)
    await expect(preview).rejects.toThrow(reason)
    await expect(one.up(at(path))).rejects.toThrow(reason)
    expect(statSync(path).mtimeMs).toBe(before.mtimeMs)
  })

  function linkTwice(path: string): void {
    writeFileSync(path, "{}")
    linkSync(path, `${path}.2`)
  }

  test("after all others, so that it keeps none of them from being written", async () => {
    const settled: string[] = []
    const [bad, ...good] = Array.from({ length: 6 }, () => join(folder(), "x.json"))
    mkdirSync(bad ?? "")
    const step = (path: string, outcome: string) =>
      placement()
        .up(at(path))
        .then(
          () => settled.push("written"),
          () => settled.push(outcome),
        )
    await Promise.all([step(bad ?? "", "refused"), ...good.map((path) => step(path, "failed"))])
    expect(settled).toEqual(["written", "written", "written", "written", "written", "refused"])
  })
})

describe("an error never carries what a secret holds, even one that cannot be read:", () => {
  const held = `a${strong()}`
  const broken = secret(`${held} is no JSON`)
  const tokenUrn = "urn:pulumi:test::gatekey::gatekey:index:Token::broken"
  const made = async () => {
    const one = placement()
    await one.up(at(config()))
    const { inputs, outputs } = one.state ?? { inputs: {}, outputs: {} }
    return { urn: one.urn, place: one.state?.id ?? "", inputs, olds: { ...outputs, ring: broken } }
  }
  const steps: Readonly<Record<string, () => Promise<unknown>>> = {
    "a placement's read": async () => {
      const { urn, place, inputs, olds } = await made()
      return on.plugin.read(urn, place, inputs, olds)
    },
    "its update": async () => {
      const { urn, place, inputs, olds } = await made()
      return on.plugin.update(urn, place, { olds, oldInputs: inputs, news: inputs })
    },
    "its deletion": async () => {
      const run = await startPlugin()
      const { urn, place, inputs, olds } = await made()
      return run.delete(urn, place, olds, inputs).finally(() => run.stop())
    },
    "a token's read": () => on.plugin.read(tokenUrn, "token-00", { rotation: 1 }, { generations: broken }),
    "its diff": () => on.plugin.diff(tokenUrn, "token-00", { generations: broken }, { rotation: 1 }),
  }
  test.each(Object.keys(steps))("%s", async (name) => {
    const error = await steps[name]?.().then(
      () => "no error",
      ({ message }) => String(message),
    )
    expect(error).toContain("a secret in the state is not what gatekey wrote there")
    expect(error).not.toContain(held.slice(0, 8))
  })
})
