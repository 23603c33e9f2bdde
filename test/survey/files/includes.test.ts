import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Json } from "../../../core/content.ts"
import type { FileSnapshot } from "../../../hosts/host.ts"
import { resolvedConfig } from "../../../survey/files/includes.ts"
import { sampleCount } from "../../support/hostile/sample-count.ts"
import { folder } from "../../support/hosts/machine.ts"
import { environmentOf, noProduct } from "../../support/products/gateway.ts"
import { askOpenclaw } from "../../support/products/real-openclaw.ts"
import { seed } from "../../support/seed.ts"

type Files = { readonly [name: string]: Json }

const names = ["openclaw.json", "a.json5", "parts/b.json5", "parts/c.json5"]
const odd = fc.constantFrom<Json>("../x.json5", "missing.json5", "/etc/hostname", 7, "openclaw.json", "../a.json5")

/** A config that includes some of those files, and now and then what it must not. */
function including(...paths: string[]): fc.Arbitrary<Json> {
  const named = fc.constantFrom<Json>(...paths)
  const include = fc.oneof(
    { weight: 40, arbitrary: named },
    { weight: 20, arbitrary: fc.array(named, { maxLength: 3 }) as fc.Arbitrary<Json> },
    { weight: 1, arbitrary: odd },
  )
  return fc.letrec<{ tree: Json; below: Json }>((tie) => ({
    below: fc.oneof({ depthSize: "small" }, fc.constant<Json>({ token: "deep" }), tie("tree")),
    tree: fc.record(
      { $include: include, auth: tie("below"), token: fc.constantFrom("one", "two"), gateway: tie("below") },
      { requiredKeys: [] },
    ) as fc.Arbitrary<Json>,
  })).tree
}

const files: fc.Arbitrary<Files> = fc.record({
  "openclaw.json": including("./a.json5", "a.json5", "parts/b.json5", "./parts/../a.json5", "parts/c.json5"),
  "a.json5": including("parts/b.json5", "./parts/c.json5"),
  "parts/b.json5": including("c.json5", "./c.json5"),
  "parts/c.json5": fc.record(
    { token: fc.constant("last"), auth: fc.constant({ token: "of auth" }) },
    { requiredKeys: [] },
  ),
})

function resolved(all: Files) {
  const looks = new Map(
    Object.entries(all).map(([name, value]): [string, FileSnapshot] => [
      `/h/.openclaw/${name}`,
      { kind: "file", bytes: Buffer.from(JSON.stringify(value)), mode: 0o600, leftover: false },
    ]),
  )
  return resolvedConfig("/h/.openclaw/openclaw.json", "openclaw", looks)
}

function leaves(value: Json, at: readonly string[] = []): (readonly [readonly string[], Json])[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[at, value]]
  return Object.entries(value).flatMap(([key, each]) => leaves(each, [...at, key]))
}

const valueAt = (value: Json, keys: readonly string[]) =>
  keys.reduce<Json | undefined>((now, key) => (now as { [key: string]: Json } | undefined)?.[key], value)

describe.skipIf(noProduct("openclaw"))("a config that includes others", () => {
  it(`is what openclaw makes of it, or refused as there (seed ${seed})`, () => {
    const all = fc.sample(files, { seed, numRuns: sampleCount(600) })
    const top = folder()
    for (const [at, each] of all.entries()) {
      mkdirSync(join(top, `${at}/parts`), { recursive: true })
      for (const name of names) writeFileSync(join(top, `${at}`, name), JSON.stringify(each[name]))
    }
    const program = `
      import { readFileSync } from "node:fs"
      console.log("\\n" + JSON.stringify(Array.from({ length: ${all.length} }, (_, at) => {
        const path = ${JSON.stringify(top)} + "/" + at + "/openclaw.json"
        try { return { config: resolveConfigIncludes(JSON.parse(readFileSync(path, "utf8")), path) } }
        catch (error) { return { refused: String(error.message) } }
      })))`
    const home = folder()
    const answers = askOpenclaw(["resolveConfigIncludes"], program, environmentOf("openclaw", home), home)
    const refused = answers.filter((each: { refused?: string }) => each.refused !== undefined)
    expect(refused.length).toBeGreaterThan(20)
    expect(refused.length).toBeLessThan(500)
    for (const [at, each] of all.entries()) {
      const { config, problem, wanted, origins } = resolved(each)
      const { config: real, refused } = answers[at]
      const what = JSON.stringify(each)
      expect([problem !== undefined || wanted.length > 0, refused, what]).toEqual([
        refused !== undefined,
        refused,
        what,
      ])
      if (refused !== undefined) continue
      expect([config, what]).toEqual([real, what])
      for (const [keys, value] of leaves(config ?? {})) {
        if (keys.length === 0) continue
        const [from] = origins(...keys)
        const file = from && each[from.path.replace("/h/.openclaw/", "")]
        expect([file === undefined ? undefined : valueAt(file, from?.locator.split(".") ?? []), what]).toEqual([
          value,
          what,
        ])
      }
    }
  })
})
