import { states } from "../cli/report/standing.ts"
import { interruptions } from "../core/notice.ts"
import { credentials } from "../products/readers.ts"

type Json = { readonly [key: string]: unknown }

const text: Json = { type: "string" }
const number: Json = { type: "integer" }
const boolean: Json = { type: "boolean" }
const time: Json = { type: "string", description: "ISO 8601, UTC; empty if unknown" }
const print: Json = { type: "string", pattern: "^fp:[0-9a-f]{8}$" }
const enumOf = (...values: readonly string[]): Json => ({ enum: values })
const listOf = (items: Json): Json => ({ type: "array", items })
const texts = listOf(text)

/** An object with exactly these keys, of which a trailing `?` marks an optional one. */
function object(keys: { readonly [key: string]: Json }): Json {
  const entries = Object.entries(keys).map(([key, value]) => [key.replace(/\?$/, ""), value] as const)
  const required = Object.keys(keys).filter((key) => !key.endsWith("?"))
  return { type: "object", properties: Object.fromEntries(entries), required, additionalProperties: false }
}

const cause = object({
  code: { ...text, description: "Stable, for machines." },
  weight: enumOf("broken", "risk", "unknown", "note"),
  ...{
    who: text,
    host: text,
    sentence: text,
    "remedy?": { ...text, description: "A command to paste, or another fix." },
  },
})

const scan = object({
  checked: listOf(object({ host: text, home: text })),
  clean: boolean,
  causes: listOf(cause),
  places: listOf(
    object({
      ...{
        host: text,
        place: text,
        holds: { ...text, description: "A letter (equal letters are equal secrets), or a word." },
      },
      ...{
        "means?": text,
        readers: texts,
        "mode?": text,
        secret: enumOf(...credentials),
        plain: boolean,
        findings: texts,
      },
    }),
  ),
  unseen: texts,
})

const doctor = object({
  name: text,
  causes: listOf(cause),
  steps: listOf(object({ step: text, says: text, is: enumOf("ok", "WRONG", "-") })),
})

const check = object({ problems: texts, free: texts, reviewed: texts, fixed: texts })

const state = enumOf(...states)
const report = object({
  ...{ stack: text, headline: text, whole: boolean, "rotation?": object({ from: number, to: number }) },
  places: listOf(object({ name: text, before: text, after: text, why: text, differs: boolean })),
  impacts: listOf(object({ name: text, restart: enumOf(...interruptions), words: text })),
  findings: listOf(object({ severity: enumOf("warning", "error"), name: text, message: text, "remedy?": text })),
  ...{ firstPlaces: number, created: texts, removed: texts },
  members: listOf(
    object({
      ...{ kind: enumOf("gateway", "node", "container"), name: text, host: text, state, words: texts },
      "link?": object({ state, words: text, to: text }),
    }),
  ),
})

const change = object({
  ...{ at: time, kind: enumOf("first", "adoption", "rotation", "revert"), "from?": number, to: number },
  ...{ "fingerprint?": print, "who?": text, "author?": text, "commit?": text, "dirty?": boolean, "why?": text },
  ...{ "places?": number, "holders?": texts, lagging: texts, verdicts: texts, refusals: texts },
  outcome: enumOf("succeeded", "failed", "running", "unfinished"),
  "reached?": text,
  "later?": object({ is: enumOf("finished", "taken back", "overtaken"), at: time }),
  sources: listOf(enumOf("update", "receipt", "state")),
})

const inForce = object({ generation: number, "fingerprint?": print, since: time })
const reader = object({ at: text, who: text, "by?": text, how: text, "version?": number, times: number })
const version = object({ version: number, at: text, "who?": text })
const history = object({
  ...{ stack: text, clean: boolean, inForce: { anyOf: [inForce, { type: "null" }] }, changes: listOf(change) },
  removed: listOf(object({ at: time, name: text, place: text, what: text, "fingerprint?": print })),
  "vault?": object({ item: text, versions: listOf(version), since: time, "readers?": listOf(reader) }),
})

const titles = {
  scan: { title: "What `gatekey scan --json` prints", ...scan },
  doctor: { title: "What `gatekey doctor --json` prints", ...doctor },
  check: { title: "What `gatekey check --json` prints", ...check },
  report: { title: "What `gatekey report --json` prints", ...report },
  history: { title: "What `gatekey history --json` prints", ...history },
}

/** The JSON Schemas of what the commands print with `--json`, by command. */
export const outputJsonSchemas: { readonly [command: string]: Json } = Object.fromEntries(
  Object.entries(titles).map(([name, schema]) => [
    name,
    { $schema: "http://json-schema.org/draft-07/schema#", ...schema },
  ]),
)
