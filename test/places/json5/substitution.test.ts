import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { PlaceError } from "../../../core/errors.ts"
import { json5 } from "../../../places/json5/json5.ts"
import { substituted, unsubstituted } from "../../../places/json5/substitution.ts"
import { folder } from "../../support/hosts/machine.ts"
import { environmentOf, noProduct } from "../../support/products/gateway.ts"
import { askOpenclaw } from "../../support/products/real-openclaw.ts"
import { seed } from "../../support/seed.ts"
import { bytes, text } from "../laws.ts"

/** What openclaw's gateway takes of `gateway.auth.token`, where the variable A is `value`; tried with its own loader. */
const forms: readonly (readonly [string, string | undefined])[] = [
  ["tok", "tok"],
  ["$" + "{A}", "value"],
  ["pre-$" + "{A}", "pre-value"],
  ["$" + "{A}$" + "{A}", "valuevalue"],
  ["$$" + "{A}", "$" + "{A}"],
  ["$$$" + "{A}", "$$" + "{A}"],
  ["x$$" + "{A}", "x$" + "{A}"],
  ["$" + "{a}", "$" + "{a}"],
  ["$" + "{A:-b}", "$" + "{A:-b}"],
  ["$" + "{A", "$" + "{A"],
  ["$A", "value"],
  ["$B", undefined],
  ["$" + "{B}", undefined],
  ["$a", "$a"],
  ["$A-", "$A-"],
  ["$_A", "$_A"],
]

const pieces = ["$", "$", "{", "}", "{A}", "$" + "{A}", "$$" + "{A}", "A", "_", "a", "1", "-", " ", "é"]
const texts = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 10 }).map((all) => all.join(""))

describe.skipIf(noProduct("openclaw"))(
  `against openclaw's own loader [${noProduct("openclaw") ?? "installed"}]`,
  () => {
    it("each form means what its gateway takes", () => {
      const home = folder()
      const program = `
      import { mkdirSync, writeFileSync } from "node:fs"
      const env = { ...process.env, A: "value" }
      const answers = []
      mkdirSync(env.HOME + "/.openclaw", { recursive: true })
      const configPath = env.HOME + "/.openclaw/openclaw.json"
      const quiet = { error() {}, warn() {}, info() {}, debug() {} }
      for (const token of ${JSON.stringify(forms.map(([form]) => form))}) {
        writeFileSync(configPath, JSON.stringify({ gateway: { mode: "local", auth: { mode: "token", token } } }))
        const { config } = await createConfigIO({ env, configPath, homedir: () => env.HOME, logger: quiet }).readConfigFileSnapshot()
        answers.push((await resolveGatewayProbeSurfaceAuth({ config, env, surface: "local" })).token ?? null)
      }
      console.log("\\n" + JSON.stringify(answers))
      process.exit(0)`
      const functions = ["createConfigIO", "resolveGatewayProbeSurfaceAuth"]
      const answers = askOpenclaw(functions, program, environmentOf("openclaw", home), home)
      expect(answers).toEqual(forms.map(([, taken]) => taken ?? null))
      for (const [form, taken] of forms) {
        const found = json5.find(bytes(JSON.stringify({ token: form })), "token")
        const refers = taken === undefined || taken.includes("value")
        expect(found).toEqual(
          refers ? { kind: "reference", content: form } : { kind: "value", value: taken, others: [] },
        )
      }
    })

    it(`look-alikes are read as its substitution reads them (seed ${seed})`, () => {
      const all = fc.sample(texts, { seed, numRuns: 10_000 })
      const home = folder()
      const program = `
      const all = ${JSON.stringify(all)}
      const read = (value) => all.map((text) => resolveConfigEnvVars({ text }, new Proxy({}, { get: () => value })).text)
      console.log(JSON.stringify([read("one"), read("two"), all.map((text) => coerceSecretRef(text) !== null)]))`
      const functions = ["resolveConfigEnvVars", "coerceSecretRef"]
      const [one, two, secret] = askOpenclaw(functions, program, environmentOf("openclaw", home), home)
      const expected = all.map((_, at) =>
        one[at] === two[at] && !(secret[at] && one[at] === all[at]) ? one[at] : undefined,
      )
      expect(all.map((text) => substituted(text))).toEqual(expected)
    })
  },
)

it("what is put is what is read, or refused", () => {
  fc.assert(
    fc.property(texts, (value) => {
      try {
        const written = text(json5.put(bytes("{a: 1}"), "token", value))
        const found = json5.find(bytes(written), "token")
        if (/^\$\{[A-Z_][A-Z0-9_]*\}$/.test(value)) expect(found).toEqual({ kind: "reference", content: value })
        else expect(found).toEqual({ kind: "value", value, others: [] })
      } catch (error) {
        expect(error).toBeInstanceOf(PlaceError)
        expect(() => unsubstituted(value)).toThrow(PlaceError)
      }
    }),
    { numRuns: 4_000 },
  )
})
