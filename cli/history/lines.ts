import { formatCount } from "../../core/counted.ts"
import { shown } from "../../core/escape.ts"
import { tableOf } from "../table.ts"
import type { Change } from "./known-change.ts"
import type { History } from "./merge.ts"

/** More names than these stand in `--json` alone. */
const few = 4
const longestWhy = 60
const head = ["when (UTC)", "generation", "", "fingerprint", "by", "commit", "places", "accepted", "outcome", "why"]

/** A row for each change, with what else is known of it below, and at the end what is in force. */
export function textOf(history: History): string {
  const { changes } = history
  const [first, ...rows] = tableOf(head, changes.map(cellsOf)).split("\n")
  const lines = changes.flatMap((change, at) => [rows[at], ...notesOf(change, changes.slice(at + 1))])
  return [...(changes.length > 0 ? [first, ...lines, ""] : []), ...endOf(history), ""].join("\n")
}

function cellsOf(change: Change): readonly string[] {
  const { at, kind, from, to, fingerprint = "", who = "", verdicts, refusals, outcome, why = "" } = change
  const accepted = verdicts.length - refusals.length
  return [
    ...[timeOf(at), from === undefined ? `${to}` : `${from} → ${to}`, kind, fingerprint, who],
    ...[commitOf(change), placesOf(change), verdicts.length > 0 ? `${accepted} of ${verdicts.length}` : ""],
    ...[outcome, shown(why, longestWhy)],
  ]
}

function commitOf({ commit, author, dirty }: Change): string {
  if (commit === undefined) return ""
  return `${commit.slice(0, 8)}${author === undefined ? "" : ` by ${author}`}${dirty ? ", with changes" : ""}`
}

function placesOf({ places, holders }: Change): string {
  if (places === undefined) return ""
  return holders === undefined ? `${places}` : `${holders.length} of ${places}`
}

/** What is as it was at the change before is not said again. */
function notesOf(change: Change, earlier: readonly Change[]): readonly string[] {
  const { reached, later, lagging } = change
  const before = earlier.find(({ outcome }) => outcome === "succeeded")
  const became = later && `${later.is} at ${timeOf(later.at)}`
  const news = [refusalsOf, namesOf].filter((words) => before === undefined || words(before) !== words(change))
  return [
    [reached, became].filter((words) => words !== undefined).join("; "),
    lagging.length > 0 ? `lagging: ${lagging.join(", ")}` : "",
    ...news.map((words) => words(change)),
  ]
    .filter((words) => words !== "")
    .map((words) => `    ${words}`)
}

function refusalsOf({ refusals }: Change): string {
  return refusals.join(", ")
}

function namesOf({ holders = [] }: Change): string {
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
    `Generation ${to} is not through${reached ? `: ${reached}` : ""}. ${outcome === "running" ? "It is under way." : `Finish it: pulumi up${back}.`}`,
    held,
  ]
}

/** To the second. */
/** Without its zone, which the column names. */
export function timeOf(at: string): string {
  return at.slice(0, 19).replace("T", " ")
}
