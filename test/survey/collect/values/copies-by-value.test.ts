import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { parse } from "yaml"
import { Secret } from "../../../../core/secret.ts"
import { causesOf } from "../../../../survey/causes/index.ts"
import type { Survey } from "../../../../survey/collect/survey.ts"
import { copiesByValue } from "../../../../survey/collect/values/copies-by-value.ts"
import { declarationOf } from "../../../../survey/propose/declaration.ts"
import { draftText } from "../../../../survey/propose/draft.ts"
import { lettersOf } from "../../../../survey/resolve/letters.ts"
import { fileOf, gatewayOf, home, surveyOf } from "../../../support/survey/papers.ts"
import { strong, strongTokens } from "../../../support/tokens.ts"

const T = strong()
const config = "~/.openclaw/openclaw.json"

/** `LOCATOR [FORMAT] (READER)`, a line for each copy of T. */
function found(path: string, text: string, known: Survey["copies"] = []): string[] {
  const file = fileOf(path, { kind: "copy", text })
  return copiesByValue(file, text, [new Secret(T)], known, home).map(
    ({ locator, format, reader }) => `${locator}${format ? ` [${format}]` : ""}${reader ? ` (${reader})` : ""}`,
  )
}

describe("a copy that was found by its value", () => {
  it.each<[string, string, string, string[]]>([
    ["a key of JSON", "~/x/y.json", `{"a":{"b c":"${T}"}}`, ['a."b c" [json5]']],
    ["several keys", "~/x/y.json", `{"a":"${T}","b":{"c":"${T}"}}`, ["a [json5]", "b.c [json5]"]],
    ["a key that a later one of its name hides", "~/x/y.json", `{"a":"${T}","a":"x"}`, ["a"]],
    ["a part of a string", "~/x/y.json", `{"a":"Bearer ${T}"}`, ["line 1"]],
    ["JSON that cannot be parsed", "~/x/y.json", `{\n"a":"${T}",,`, ["line 2"]],
    ["JSON without such a name", "~/.x/state", `\n{"a":"${T}"}`, ["a [json5]"]],
    ["a variable", "~/app/.env.production", `A=1\nB='${T}'\n`, ["B [dotenv] (the program of that folder)"]],
    ["a comment in a dotenv", "~/app/.env", `# ${T}\n`, ["line 1 (the program of that folder)"]],
    [
      "an MCP client's",
      "~/.config/x.json",
      `{"mcpServers":{"o":{"env":{"T":"${T}"}}}}`,
      ["mcpServers.o.env.T [json5] (an MCP client)"],
    ],
    ["webhooks of the config", config, `{hooks:{token:"${T}"}}`, ["hooks.token [json5] (its webhooks)"]],
    ["lines of a history", "~/.bash_history", `a\n${T}\n${T} ${T}\r\n`, ["lines 2, 3 (a history of commands)"]],
    ["a list of JSON", "~/x/y.json", `{"a":["${T}",{"b":"${T}"}]}`, ["a[0]", "a[1].b"]],
    ["a key whose parent a later one hides", "~/x/y.json", `{"a":{"b":"${T}"},"a":{}}`, ["a.b"]],
    ["a text alone", "~/x/y.json", `"${T}"`, ["line 1"]],
    ["more places than names help", "~/x/y.json", JSON.stringify(Array(101).fill(T)), ["line 1"]],
    ["nothing", "~/x/y.json", `{"a":"${T.slice(1)}"}`, []],
  ])("is told by its place: %s", (_what, path, text, expected) => {
    expect(found(path, text)).toEqual(expected)
  })

  it("is not told twice where it was found by name", () => {
    const { copies } = surveyOf({ [config]: `{gateway:{auth:{token:"${T}"}},hooks:{token:"${T}"}}` })
    expect(found(config, `{gateway:{auth:{token:"${T}"}},hooks:{token:"${T}"}}`, copies)).toEqual([
      "hooks.token [json5] (its webhooks)",
    ])
    expect(
      found(
        "~/start.sh",
        `x ${T}`,
        surveyOf({ "~/start.sh": { kind: "script", text: `#!/bin/sh\nexport OPENCLAW_GATEWAY_TOKEN=${T}` } }).copies,
      ),
    ).toEqual([])
  })

  it("is one place at least, wherever it is in a text", () => {
    fc.assert(
      fc.property(
        strongTokens,
        fc.string(),
        fc.string(),
        fc.constantFrom("a.json", ".env", "notes"),
        (token, before, after, name) => {
          const text = `${before}${token}${after}`
          const file = fileOf(`~/${name}`, { kind: "copy" })
          expect(copiesByValue(file, text, [new Secret(token)], [], home).length).toBeGreaterThan(0)
        },
      ),
    )
  })
})

function worldWith(papers: { readonly [path: string]: string }) {
  const survey = surveyOf({ [config]: `{gateway:{mode:"local",auth:{mode:"token",token:"${T}"}}}` })
  const copies = Object.entries(papers).flatMap(([path, text]) =>
    copiesByValue(fileOf(path, { kind: "copy" }), text, [new Secret(T)], [], home),
  )
  const all = { ...survey, copies: [...survey.copies, ...copies] }
  const gateway = gatewayOf(all)
  return { surveys: [all], gateways: [gateway], nodes: [], unseen: [] }
}

const papers = {
  "~/app/.env.local": `GATEWAY_TOKEN=${T}\n`,
  "~/x.json": `{"token":"${T}"}`,
  "~/.zsh_history": `ls\necho ${T}\n`,
  [config]: `{hooks:{token:"${T}"}}`,
}

it("is a risk that names its line, its reader, and what to do", () => {
  const world = worldWith(papers)
  const causes = causesOf({ world, letters: lettersOf(world, undefined) }).filter(({ code }) => code === "copy")
  expect(causes.map(({ weight, sentence, remedy }) => [weight, sentence, remedy])).toEqual([
    ...[
      ["~/app/.env.local GATEWAY_TOKEN", " (the program of that folder)"],
      ["~/x.json token", ""],
    ].map(([place, reader]) => [
      "risk",
      `${place} on tw contains the live token${reader}, which no rotation reaches`,
      `declare it under \`places\`, as \`npx --no -- gatekey scan --write\` does, or remove it from ${place?.split(" ")[0]}`,
    ]),
    [
      "risk",
      "~/.zsh_history line 2 on tw contains the live token (a history of commands), which no rotation reaches",
      "remove it from ~/.zsh_history",
    ],
    [
      "risk",
      "~/.openclaw/openclaw.json hooks.token on tw contains the live token (its webhooks), which no rotation reaches",
      "give the webhooks a token of their own: with this one their senders can use the gateway",
    ],
  ])
})

it("is declared where a program reads it at its start, and suggested where its reader is not known", () => {
  const { config: written, notes } = declarationOf(worldWith(papers))
  const text = draftText({ config: written })
  expect(text).not.toContain(T)
  const [gateway] = Object.values(parse(text).config["gatekey:gateways"]) as { places?: unknown[] }[]
  expect(gateway?.places).toEqual([
    { name: "copy .env.local", path: "~/app/.env.local", locator: "GATEWAY_TOKEN", must: "token" },
  ])
  expect(text).toMatch(/## a copy of the token in use, and what reads it is not known; if uncommented, it is updated/)
  expect(text).toMatch(/# +path: ~\/x\.json/)
  expect(text).not.toContain("hooks.token")
  expect(notes.filter((note) => note.includes("(copy)"))).toEqual([
    "~/.zsh_history line 2 on tw (copy) is not declared: change it by hand",
    "~/.openclaw/openclaw.json hooks.token on tw (copy) is not declared: change it by hand",
  ])
})
