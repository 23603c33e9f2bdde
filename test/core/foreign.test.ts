import { globSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { inspect } from "node:util"
import fc from "fast-check"
import { expect, test } from "vitest"
import type { ProcessResult } from "../../cli/stack/run-program.ts"
import { Foreign } from "../../core/foreign.ts"
import type { PairedNode } from "../../gateways/pairings.ts"
import type { Verdict } from "../../gateways/verdict.ts"
import type { Container } from "../../probes/containers/snapshot.ts"
import { mayImport } from "../../tools/rooms.ts"
import { hostile, rawIn } from "../support/hostile/escapes.ts"

test("is escaped by every way of printing", () => {
  fc.assert(
    fc.property(fc.oneof(fc.constant(hostile), fc.string({ unit: "binary" })), (text) => {
      const foreign = new Foreign(text)
      const printed = [
        `${foreign}`,
        "".concat(foreign as never),
        String(foreign),
        JSON.stringify({ foreign }),
        inspect(foreign),
        [foreign].join(),
      ]
      for (const each of [...printed, inspect({ a: [foreign] }), `${foreign.lastLine}`]) expect(rawIn(each)).toEqual([])
      expect(foreign.raw()).toBe(text)
    }),
    { numRuns: 30 },
  )
})

test.each([
  ["", true, ""],
  ["one", false, "one"],
  ["one\ntwo \n\n", false, "two"],
  [" \n", true, ""],
])("finds the last line of %j", (text, isEmpty, last) => {
  expect([new Foreign(text).isEmpty, `${new Foreign(text).lastLine}`]).toEqual([isEmpty, last])
})

test("names from gateways, devices, containers and programs are Foreign", () => {
  // @ts-expect-error: a code is a gateway's
  const refused: Verdict = { kind: "refused", code: "x" }
  // @ts-expect-error: a request's id as well
  const pending: Verdict = { kind: "pairing required", request: "x", product: "openclaw" }
  // @ts-expect-error: nobody vouches for a device's name
  const device: Pick<PairedNode, "name"> = { name: "x" }
  // @ts-expect-error: nor for a container's
  const container: Pick<Container, "name"> = { name: "x" }
  // @ts-expect-error: what a program says last is its own
  const ended: ProcessResult = { code: 1, stdout: "", reason: "x" }
  expect([refused, pending, device, container, ended]).toHaveLength(5)
})

/** The files that may use the raw text, each with a reason. */
const mayAskRaw: Readonly<Record<string, string>> = {
  "vaults/op-error.ts": "what op means is parsed from its words",
  "vaults/mask-output.ts": "secrets are masked in it before it is shown",
  "provider/resources/pairing/evaluate.ts": "a gateway is told the id of its own request",
  "cli/stack/run-program.ts": "the line that has the error is found in what git, gh and pulumi print",
  "hosts/ssh/client.ts": "why a connection failed is parsed from what ssh prints",
  "hosts/local-shell.ts": "what the far side of a connection says on standard error is parsed for an error's code",
}

test("is raw only in files that parse it", () => {
  const root = resolve(import.meta.dirname, "../..")
  const sources = globSync(`{${Object.keys(mayImport).join(",")}}/**/*.ts`, { cwd: root })
  expect(sources.length).toBeGreaterThan(200)
  const asking = sources.filter(
    (file) => file !== "core/foreign.ts" && /\.raw\(\)/.test(readFileSync(join(root, file), "utf8")),
  )
  expect(asking.sort()).toEqual(Object.keys(mayAskRaw).sort())
})
