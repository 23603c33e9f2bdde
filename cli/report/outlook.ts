import { formatCount } from "../../core/counted.ts"
import { omitUndefined } from "../../core/given.ts"
import { isPlace, type PlaceChange, placeChangesIn } from "../stack/place-change.ts"
import { displayText, type Note, type Preview, type Step } from "../stack/preview.ts"
import { type Member, membersIn } from "./fleet.ts"
import { isHandshake, standingOfHandshake } from "./handshake-standing.ts"
import { describeInterruption, type Impact, impactsOf } from "./impact.ts"

/** What a preview means; its strings may be shown, but are not escaped for Markdown or HTML. */
export interface Outlook {
  readonly stack: string
  readonly headline: string
  /** Whether the preview is complete. */
  readonly whole: boolean
  readonly rotation?: { readonly from: number; readonly to: number }
  /** The places that change. */
  readonly places: readonly PlaceChange[]
  readonly impacts: readonly Impact[]
  readonly findings: readonly Finding[]
  /** How many places are written for the first time. */
  readonly firstPlaces: number
  /** Names, with the kind if it is not a place. */
  readonly created: readonly string[]
  readonly removed: readonly string[]
  /** Gateways, nodes and containers, also those that do not change. */
  readonly members: readonly Member[]
}

export interface Finding {
  readonly severity: "warning" | "error"
  /** Empty if it concerns the whole run. */
  readonly name: string
  readonly message: string
  /** The fix, if it is known. */
  readonly remedy?: string
}

export function outlookOf(preview: Preview): Outlook {
  const { stack, steps, notes } = preview
  const facts = {
    rotation: rotationIn(steps),
    places: placeChangesIn(steps),
    impacts: impactsOf(steps, notes),
    findings: [...notes.flatMap(findingOf), ...unreportedHandshakes(steps, notes)],
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

/** Checks whether there is a problem; a requested change is not one. */
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
  // Without a report on running processes, the headline promises nothing.
  const hasImpact = impacts.some(({ restart }) => rotation || restart !== "none")
  const parts = [
    ...(changes.length > 0 ? changes : [steps > 0 ? "no place changes" : "nothing changes"]),
    ...(differing === 0 && findings.length > 0 ? [formatCount(findings.length, "finding")] : []),
  ]
  return [...parts, ...(hasImpact ? [describeInterruption(impacts)] : [])].join(", ")
}

function rotationIn(steps: readonly Step[]): Outlook["rotation"] {
  const token = steps.find(({ type, op }) => type === "gatekey:index:Token" && op === "update")
  const [from, to] = [token?.olds.rotation, token?.news.rotation]
  return typeof from === "number" && typeof to === "number" && from !== to ? { from, to } : undefined
}

function findingOf({ severity, name, message, fix, plan }: Note): readonly Finding[] {
  return severity === "info" ? [] : [{ severity, name, message, ...omitUndefined({ remedy: fix ?? plan }) }]
}

/** Returns findings for broken handshakes that the preview did not report, as with a new generation. */
function unreportedHandshakes(steps: readonly Step[], notes: readonly Note[]): readonly Finding[] {
  return steps
    .filter((step) => isHandshake(step) && step.op === "update" && !notes.some(({ urn }) => urn === step.urn))
    .map((step) => ({ name: step.name, ...standingOfHandshake(step, true) }))
    .filter(({ state }) => state === "broken")
    .map(({ name, words }) => ({ severity: "warning" as const, name, message: words }))
}

function titleOf(step: Step): string {
  return isPlace(step) ? step.name : `${step.name} (${displayText(step.type.split(":").at(-1) ?? "")})`
}
