import { expect, test } from "vitest"
import { Secret } from "../../core/secret.ts"
import { checkInputs } from "../../provider/check-inputs.ts"
import { may, need, preset } from "../../provider/declare.ts"
import * as kind from "../../provider/kinds.ts"
import { type Properties, unknown } from "../../provider/wire.ts"
import { strong } from "../support/tokens.ts"

const declaration = {
  about: "An example.",
  inputs: {
    host: preset(kind.host, "local", "A host."),
    path: need(kind.path, "A path."),
    ports: may(kind.ports, "Ports."),
    tlsFingerprint: may(kind.digest, "A certificate."),
    program: may(
      kind.object("Example", {
        command: need(kind.strings, "A command."),
        delay: may(kind.positive, "A delay."),
      }),
      "A program.",
    ),
    given: may(kind.secret, "A secret."),
  },
  computed: { holds: need(kind.string, "What it holds.") },
  outputs: {},
}

function failuresOf(news: Properties): string[] {
  return checkInputs(declaration, news).failures.map(({ property, reason }) => `${property}: ${reason}`)
}

test("defaults are filled in, also for null, and what is computed is dropped", () => {
  const { given, failures } = checkInputs(declaration, { host: null, path: "~/a", holds: "x" })
  expect([given, failures]).toEqual([{ host: "local", path: "~/a" }, []])
})

test.each<[string, Properties]>([
  ["a value", { path: unknown, host: unknown, program: unknown }],
  ["an entry of a list", { path: "~/a", ports: [unknown, 1] }],
  ["a part of an object", { path: "~/a", program: { command: ["/bin/a", unknown], delay: unknown } }],
])("%s that only the `up` will know is accepted", (_, news) => {
  expect(failuresOf(news)).toEqual([])
})

test.each<[string, Properties, string[]]>([
  ["what is missing", {}, ["path: is missing; it must be a string"]],
  ["what breaks a rule", { path: "a" }, ["path: a text of 1 character is relative; use ~/… or an absolute path"]],
  ["entries of a list, once", { path: "~/a", ports: [0, "1", 2.5] }, ["ports: must be a list of ports"]],
  [
    "parts of an object, by their paths",
    { path: "~/a", program: { delay: 0 } },
    ["program.command: is missing", "program.delay: must be an integer, 1 or more"],
  ],
  ["a list in place of an object", { path: "~/a", program: [] }, ["program.command: is missing"]],
  [
    "a misspelt name, with the one that was meant",
    { pathh: "~/a", path: "~/a" },
    ["pathh: unknown property; did you mean path? expected one of host, path, ports, tlsFingerprint, program, given"],
  ],
])("reports %s", (_, news, expected) => {
  expect(failuresOf(news)).toEqual(expected)
})

test("a secret belongs into a secret input only, and is never quoted", () => {
  const token = strong()
  const reason = "contains what looks like a secret, which previews and the state would show"
  expect(failuresOf({ path: `/x/${token}` })).toContain(`path: ${reason}`)
  expect(failuresOf({ path: `/x/${token}` }).join()).not.toContain(token)
  expect(failuresOf({ path: "~/a", program: { command: ["/bin/a", token] } })).toEqual([`program: ${reason}`])
  expect(failuresOf({ path: "~/a", tlsFingerprint: token, given: token })).toEqual([])
  expect(failuresOf({ path: new Secret(token) })).toEqual(["path: must be a string"])
  expect(failuresOf({ path: "~/a", [token]: 1 }).join()).not.toContain(token)
})
