import { proposalIn } from "../../../cli/check/proposal.ts"
import { NotChecked } from "../../../cli/command.ts"
import { textOf } from "../../../cli/history/lines.ts"
import { historyOf } from "../../../cli/history/merge.ts"
import { removedValuesIn } from "../../../cli/history/removed.ts"
import { runsIn } from "../../../cli/history/runs.ts"
import { stateHistoryIn } from "../../../cli/history/state-history.ts"
import { commentOf } from "../../../cli/report/comment.ts"
import { membersIn } from "../../../cli/report/fleet.ts"
import { outlookOf } from "../../../cli/report/outlook.ts"
import { stackDocument } from "../../../cli/stack/document.ts"
import type { ExportedResource } from "../../../cli/stack/export-state.ts"
import { previewIn } from "../../../cli/stack/preview.ts"
import { withRotation } from "../../../cli/stack/rotation.ts"
import { isMapping } from "../../../core/mapping.ts"
import { parseConfig } from "../../../stacks/config.ts"
import { expectPrintable, expectThat, parseJson, type Target, tolerate } from "../target.ts"
import { configuration, stackFile } from "./stack-samples.ts"

const token = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978"

const config: Target = {
  name: "stack configuration",
  seeds: [JSON.stringify(configuration), JSON.stringify({ token: { rotation: 1 }, gateways: {}, nodes: {} })],
  words: [],
  json: true,
  run(input) {
    const found = parseConfig(parseJson(input))
    if ("problems" in found) expectPrintable(found.problems)
  },
}

/** A token that someone pastes anywhere is never in a message. */
const pasted: Target = {
  name: "a token in a stack configuration",
  seeds: config.seeds,
  words: [],
  json: true,
  run(input) {
    const leaves: { holder: Record<string, unknown>; key: string }[] = []
    const walk = (value: unknown) => {
      if (typeof value !== "object" || value === null) return
      for (const [key, each] of Object.entries(value)) {
        if (typeof each === "object" && each !== null) walk(each)
        else leaves.push({ holder: value as Record<string, unknown>, key })
      }
    }
    const document = parseJson(input)
    walk(document)
    const at = leaves[input.length % Math.max(1, leaves.length)]
    if (!at) return
    at.holder[at.key] = `x-${token}`
    const found = parseConfig(document)
    if ("problems" in found) expectThat(!found.problems.join("\n").includes(token), "no problem has a token")
  },
}

const yaml: Target = {
  name: "a stack's file",
  seeds: [stackFile],
  words: [
    "config:\n",
    "  gatekey:token:\n",
    "    rotation: 1",
    "&a ",
    "*a",
    "<<: ",
    "!!int ",
    "|\n",
    "- ",
    "? ",
    "---\n",
  ],
  run(input) {
    const text = Buffer.from(input).toString()
    const document = tolerate(() => stackDocument(text))
    if (typeof document !== "string") tolerate(() => proposalIn(document, document))
    const after = tolerate(() => withRotation(text, 7, 3))
    if (after !== text) tolerate(() => withRotation(after, 8))
  },
}

const urn = (type: string, name: string) => `urn:pulumi:dev::gatekey::gatekey:index:${type}::${name}`
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" }
const at = "2026-11-24T15:03:00.000Z"
const receipt = { generation: 2, from: 1, at, who: "me@studio", places: 3, verdicts: ["studio: accepted"], lagging: [] }
const resources = [
  {
    type: "gatekey:index:Token",
    urn: urn("Token", "token"),
    modified: at,
    inputs: {},
    outputs: { generation: 2, highest: 2, created: at, fingerprint: "fp:1f3a9c07", value: secret },
  },
  { type: "gatekey:index:Receipt", urn: urn("Receipt", "receipt"), outputs: { generation: 2, receipts: [receipt] } },
  {
    type: "gatekey:index:Placement",
    urn: urn("Placement", "tw"),
    outputs: {
      must: "token",
      generation: 2,
      host: "local",
      path: "/x",
      locator: "*",
      removed: [{ at, what: "another token", fingerprint: "fp:77ab01d2" }],
    },
  },
]
const update = {
  ...{ version: 1, kind: "update", startTime: at, endTime: at, message: "rotate", result: "succeeded" },
  environment: { "git.head": "454f37da".repeat(5), "git.author": "Ann", "git.dirty": "false" },
  config: { "gatekey:token": { objectValue: { rotation: 2 } } },
  resourceChanges: { same: 16, update: 7 },
}

/** Texts of the terminal's own structure. */
function flatten(text: unknown): string[] {
  if (typeof text === "string") return [text]
  if (Array.isArray(text)) return text.flatMap(flatten)
  return isMapping(text) && typeof text.text === "string" ? [text.text] : []
}

/** Whether an entry has the engine's own form: what is in its properties may be anything. */
function isResource(value: unknown): value is ExportedResource {
  if (!isMapping(value)) return false
  const { type, urn, parent, modified, outputs = {}, inputs = {} } = value
  const texts = [urn, parent, modified].filter((each) => each !== undefined)
  return [type, ...texts].every((each) => typeof each === "string") && isMapping(outputs) && isMapping(inputs)
}

const history: Target = {
  name: "receipts and history",
  seeds: [JSON.stringify({ resources, runs: [update, { ...update, version: 2, startTime: "2026-11-25T00:00:00Z" }] })],
  words: [],
  json: true,
  run(input) {
    const document = parseJson(input)
    const { resources, runs } = isMapping(document) ? document : {}
    const known = (Array.isArray(resources) ? resources : []).filter(isResource)
    const kept = tolerate(() => stateHistoryIn(known))
    const updates = tolerate(() => runsIn(JSON.stringify(runs ?? null)))
    tolerate(() => removedValuesIn(known))
    if (typeof kept === "string" || typeof updates === "string") return
    expectPrintable(flatten(textOf(historyOf([...updates, ...kept.receipts], kept))))
  },
}

const step = {
  ...{ op: "update", urn: urn("Placement", "tw"), detailedDiff: {} },
  oldState: {
    type: "gatekey:index:Placement",
    custom: true,
    parent: urn("Gateway", "studio"),
    inputs: {},
    outputs: { holds: "x", host: "local", path: "/x", locator: "*" },
  },
  newState: {
    type: "gatekey:index:Placement",
    custom: true,
    parent: urn("Gateway", "studio"),
    inputs: {},
    outputs: { holds: "y", must: "token" },
  },
}
const handshake = {
  ...step,
  op: "same",
  urn: urn("Handshake", "studio"),
  newState: { ...step.newState, type: "gatekey:index:Handshake" },
}
const preview: Target = {
  name: "a preview",
  seeds: [
    JSON.stringify({
      steps: [step, handshake],
      diagnostics: [{ urn: step.urn, message: "warning: x", severity: "warning" }],
    }),
  ],
  words: [],
  json: true,
  run(input) {
    try {
      const found = previewIn(Buffer.from(input).toString())
      membersIn(found)
      commentOf(outlookOf(found))
    } catch (error) {
      if (!(error instanceof NotChecked)) throw error
      expectPrintable([error.message])
    }
  },
}

export const documentTargets: readonly Target[] = [config, pasted, yaml, history, preview]
