import { formatCount } from "../../core/counted.ts"
import { shown } from "../../core/escape.ts"
import { type Cell, tableRows } from "../table.ts"
import { widthOf } from "../terminal.ts"
import { styled, type Text } from "../text.ts"
import type { GenerationChange } from "./generation-change.ts"
import type { History } from "./merge.ts"

/** More names than these are only in `--json`. */
const few = 4
const longestWhy = 60
const head = ["when (UTC)", "generation", "", "fingerprint", "by", "commit", "places", "accepted", "outcome", "why"]

/** Returns a row for each change, with notes below it, and at the end the generation in force. */
export function textOf(history: History): Text {
  const { changes } = history
  const [first = "", ...rows] = tableRows(head, changes.map(cellsOf), widthOf(process.stdout))
  const lines = changes.flatMap((change, at): Text[] => [
    rows[at] ?? "",
    ...notesOf(change, changes.slice(at + 1)).map((note) => `${note}\n`),
  ])
  return [...(changes.length > 0 ? [first, ...lines, "\n"] : []), endOf(history).map((line) => `${line}\n`)]
}

function cellsOf(change: GenerationChange): readonly Cell[] {
  const { at, kind, from, to, fingerprint = "", who = "", verdicts, refusals, outcome, why = "" } = change
  const accepted = verdicts.length - refusals.length
  return [
    ...[timeOf(at), from === undefined ? `${to}` : `${from} → ${to}`, kind, fingerprint, who],
    ...[commitOf(change), placesOf(change), verdicts.length > 0 ? `${accepted} of ${verdicts.length}` : ""],
    ...[outcome === "succeeded" ? outcome : styled("yellow", outcome), shown(why, longestWhy)],
  ]
}

function commitOf({ commit, author, dirty }: GenerationChange): string {
  if (commit === undefined) return ""
  return `${commit.slice(0, 8)}${author === undefined ? "" : ` by ${author}`}${dirty ? ", with changes" : ""}`
}

function placesOf({ places, holders }: GenerationChange): string {
  if (places === undefined) return ""
  return holders === undefined ? `${places}` : `${holders.length} of ${places}`
}

/** Returns the notes of a change; what equals the previous change is not repeated. */
function notesOf(change: GenerationChange, earlier: readonly GenerationChange[]): readonly string[] {
  const { reached, later, lagging } = change
  const before = earlier.find(({ outcome }) => outcome === "succeeded")
  const result = later && `${later.is} at ${timeOf(later.at)}`
  const news = [refusalsOf, namesOf].filter((describe) => before === undefined || describe(before) !== describe(change))
  return [
    [reached, result].filter((note) => note !== undefined).join("; "),
    lagging.length > 0 ? `lagging: ${lagging.join(", ")}` : "",
    ...news.map((describe) => describe(change)),
  ]
    .filter((note) => note !== "")
    .map((note) => `    ${note}`)
}

function refusalsOf({ refusals }: GenerationChange): string {
  return refusals.join(", ")
}

function namesOf({ holders = [] }: GenerationChange): string {
  return holders.length > 0 && holders.length <= few ? `held by ${holders.join(", ")}` : ""
}

function endOf({ changes, inForce, unfinished }: History): readonly string[] {
  const held =
    inForce === undefined
      ? "No generation is in force."
      : `In force: generation ${inForce.generation}${inForce.fingerprint ? ` (${inForce.fingerprint})` : ""}, since ${timeOf(inForce.since)} UTC; ${formatCount(changes.length, "change")}.`
  if (!unfinished) return [held]
  const { to, reached, outcome } = unfinished
  const back = inForce === undefined ? "" : `, or go back: set gatekey:token.rotation to ${inForce.generation} first`
  return [
    `Generation ${to} is not complete${reached ? `: ${reached}` : ""}. ${outcome === "running" ? "It is in progress." : `Finish it: pulumi up${back}.`}`,
    held,
  ]
}

/** Formats a time to the second, without its zone, which the column names. */
export function timeOf(at: string): string {
  return at.slice(0, 19).replace("T", " ")
}
