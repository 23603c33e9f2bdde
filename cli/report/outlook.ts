import { formatCount } from "../../core/counted.ts"
import { omitUndefined } from "../../core/given.ts"
import { isPlace, type PlaceChange, placeChangesIn } from "../stack/place-change.ts"
import { displayed, type Note, type Preview, type Step } from "../stack/preview.ts"
import { type Member, membersIn } from "./fleet.ts"
import { describeInterruption, type Impact, impactsOf } from "./impact.ts"
import { isHandshake, metBy } from "./met.ts"

/** What a preview means, for people and machines; its texts may be shown, but have no escapes of Markdown or HTML. */
export interface Outlook {
  readonly stack: string
  readonly headline: string
  /** The preview came to its end. */
  readonly whole: boolean
  readonly rotation?: { readonly from: number; readonly to: number }
  /** Those that change. */
  readonly places: readonly PlaceChange[]
  readonly impacts: readonly Impact[]
  readonly findings: readonly Finding[]
  /** How many places are written for the first time. */
  readonly firstPlaces: number
  /** Names, with the kind of what is no place. */
  readonly created: readonly string[]
  readonly removed: readonly string[]
  /** Gateways, nodes and containers, also those that do not change. */
  readonly members: readonly Member[]
}

export interface Finding {
  readonly severity: "warning" | "error"
  /** Nothing where it is about the whole run. */
  readonly name: string
  readonly message: string
  /** What fixes it, where that is known. */
  readonly remedy?: string
}

export function outlookOf(preview: Preview): Outlook {
  const { stack, steps, notes } = preview
  const facts = {
    rotation: rotationIn(steps),
    places: placeChangesIn(steps),
    impacts: impactsOf(steps, notes),
    findings: [...notes.flatMap(findingOf), ...unsaid(steps, notes)],
    firstPlaces: steps.filter((step) => isPlace(step) && step.op === "create").length,
    created: steps.filter(({ op }) => op === "create").map(titleOf),
    removed: steps.filter(({ op }) => op === "delete").map(titleOf),
    members: membersIn(preview),
  }
  const { rotation, ...rest } = facts
  return {
    stack,
    headline: headlineOf(facts, steps.length),
    whole: rest.findings.every(({ severity }) => severity !== "error"),
    ...(rotation ? { rotation } : {}),
    ...rest,
  }
}

/** Whether somebody has to look: a change that was asked for is none. */
export function hasFindings({ findings, places }: Outlook): boolean {
  return findings.length > 0 || places.some(({ differs }) => differs)
}

type Facts = Omit<Outlook, "stack" | "headline" | "whole" | "rotation"> & { rotation: Outlook["rotation"] }

function headlineOf({ rotation, places, impacts, findings, created, removed }: Facts, steps: number): string {
  const differing = places.filter(({ differs }) => differs).length
  const errors = findings.filter(({ severity }) => severity === "error").length
  const asked = rotation ? 0 : places.length - differing
  const changes = [
    ...(rotation ? [`rotation ${rotation.from} → ${rotation.to}`] : []),
    ...(differing > 0 ? [`${formatCount(differing, "place")} ${differing === 1 ? "differs" : "differ"}`] : []),
    ...(asked > 0 ? [`${formatCount(asked, "place")} ${asked === 1 ? "changes" : "change"}`] : []),
    ...(created.length > 0 ? [`${created.length} created`] : []),
    ...(removed.length > 0 ? [`${removed.length} removed`] : []),
  ]
  if (errors > 0) return ["the preview failed", ...changes].join(", ")
  // Where nothing was said of what runs, nothing is promised.
  const telling = impacts.some(({ restart }) => rotation || restart !== "none")
  const said = [
    ...(changes.length > 0 ? changes : [steps > 0 ? "no place changes" : "nothing changes"]),
    ...(differing === 0 && findings.length > 0 ? [formatCount(findings.length, "finding")] : []),
  ]
  return [...said, ...(telling ? [describeInterruption(impacts)] : [])].join(", ")
}

function rotationIn(steps: readonly Step[]): Outlook["rotation"] {
  const token = steps.find(({ type, op }) => type === "gatekey:index:Token" && op === "update")
  const [from, to] = [token?.olds.rotation, token?.news.rotation]
  return typeof from === "number" && typeof to === "number" && from !== to ? { from, to } : undefined
}

function findingOf({ severity, name, message, fix, plan }: Note): readonly Finding[] {
  return severity === "info" ? [] : [{ severity, name, message, ...omitUndefined({ remedy: fix ?? plan }) }]
}

/** Handshakes that are asked for another generation say nothing of a way that is not open today. */
function unsaid(steps: readonly Step[], notes: readonly Note[]): readonly Finding[] {
  return steps
    .filter((step) => isHandshake(step) && step.op === "update" && !notes.some(({ urn }) => urn === step.urn))
    .map((step) => ({ name: step.name, ...metBy(step, true) }))
    .filter(({ state }) => state === "broken")
    .map(({ name, words }) => ({ severity: "warning" as const, name, message: words }))
}

function titleOf(step: Step): string {
  return isPlace(step) ? step.name : `${step.name} (${displayed(step.type.split(":").at(-1) ?? "")})`
}
