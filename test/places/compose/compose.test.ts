import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { compose } from "../../../places/compose/compose.ts"
import { sampleCount } from "../../support/hostile/sample-count.ts"
import { bytes, formatLaws, text } from "../laws.ts"
import { composeFiles, hasPyYaml, readByPyYaml, secrets } from "./documents.ts"

const token = "gw.TOKEN"
const put = (file: string, content: string) => text(compose.put(bytes(file), token, content))
const drop = (file: string) => text(compose.drop(bytes(file), token))
const cases = fc.tuple(composeFiles, secrets).map(([{ file }, content]) => ({ file, locator: token, content }))

test("keeps the laws of formats", () => formatLaws(compose, cases))

test("keeps every byte around a replaced value", () => {
  fc.assert(
    fc.property(composeFiles, secrets, secrets, ({ file }, one, other) => {
      const first = put(file, `${one}"1`)
      const second = put(first, `${other}"2`)
      expect(second.split(/\r?\n/)).toHaveLength(first.split(/\r?\n/).length)
      const changed = first.split("\n").filter((line, at) => line !== second.split("\n")[at])
      expect(changed.length).toBeLessThanOrEqual(1)
      expect(changed.every((line) => line.includes("TOKEN"))).toBe(true)
      expect(first.startsWith("\uFEFF")).toBe(file.startsWith("\uFEFF"))
      expect(/[^\r]\n/.test(first)).toBe(/[^\r]\n/.test(file))
    }),
    { numRuns: 1000 },
  )
})

describe.skipIf(!hasPyYaml)("read by PyYAML (skipped without python3 and its yaml module)", () => {
  test("holds what was put, and all else as before", () => {
    const sample = fc.sample(cases, sampleCount(1500))
    const before = readByPyYaml(sample.map(({ file }) => file))
    const after = readByPyYaml(sample.map(({ file, content }) => put(file, content)))
    sample.forEach(({ content }, at) => {
      const [was, is] = [before[at], after[at]]
      expect(variables(is).TOKEN).toBe(content.replaceAll("$", "$$$$"))
      expect({ ...variables(is), TOKEN: 0 }).toEqual({ ...variables(was), TOKEN: 0 })
      expect(withoutEnvironment(is)).toEqual(withoutEnvironment(was))
    })
  })

  test("holds nothing after it was dropped, and all else as before", () => {
    const sample = fc.sample(composeFiles, sampleCount(1500))
    const before = readByPyYaml(sample.map(({ file }) => file))
    const after = readByPyYaml(sample.map(({ file }) => drop(file)))
    sample.forEach(({ holds }, at) => {
      const [was, is] = [before[at], after[at]]
      expect("TOKEN" in variables(was)).toBe(holds)
      const { TOKEN: _, ...kept } = variables(was)
      expect(variables(is)).toEqual(kept)
      expect(is.services.gw.environment).not.toBeNull()
      expect(withoutEnvironment(is)).toEqual(withoutEnvironment(was))
    })
  })

  test("finds the same values", () => {
    const sample = fc.sample(composeFiles, sampleCount(1500)).filter(({ holds }) => holds)
    readByPyYaml(sample.map(({ file }) => file)).forEach((read, at) => {
      const found = compose.find(bytes(sample[at]?.file ?? ""), token)
      const seen = String(variables(read).TOKEN)
      if (found.kind === "value") expect(found.value).toBe(seen)
      else expect(found).toEqual({ kind: "reference", content: seen })
    })
  })
})

type Service = { environment?: Record<string, unknown> | string[] | null }

function variables({ services }: { services: { gw: Service } }): Record<string, unknown> {
  const held = services.gw.environment ?? {}
  if (!Array.isArray(held)) return held
  return Object.fromEntries(held.map((entry) => [entry.split("=", 1)[0], entry.slice(entry.indexOf("=") + 1)]))
}

function withoutEnvironment(read: { services: { gw: Service } }): unknown {
  return { ...read, services: { ...read.services, gw: { ...read.services.gw, environment: 0 } } }
}
