import { UserError } from "../../../core/errors.ts"
import { describeFile, filesIn } from "../../hosts/files.ts"
import { type MarkerSnapshot, snapshotMarkers } from "../../hosts/markers.ts"
import type { Properties } from "../../wire.ts"

/** The wanted value of `newer`. */
export const noneNewer = "none"

/** Describes the hosts that have seen a higher generation than this state knows. */
export async function findNewer({ markers }: Properties, known: number): Promise<string> {
  return describeNewer(newerThan(known, await snapshotMarkers(filesIn(markers), known)))
}

/** Describes the markers with an impossible generation; they block nothing. */
export async function findForged({ markers }: Properties, known: number): Promise<string[]> {
  const forged = (await snapshotMarkers(filesIn(markers), known)).filter((mark) => mark.forged)
  return forged.map(
    (mark) =>
      `${describeFile(mark)} is ${mark.problem}; it is ignored, and \`pulumi up\` overwrites it. Check who can write there`,
  )
}

/**
 * Refuses a state from an earlier backup: it does not know the later generations, and would give one of their numbers to
 * another token. The user can overrule that by `supersede`, with a number above all of them.
 * @throws UserError if a host has seen more than this state knows
 */
export async function refuseOlderState(
  { rotation, supersede, markers }: Properties,
  known: number | undefined,
): Promise<void> {
  const newer = newerThan(known ?? 0, await snapshotMarkers(filesIn(markers), known ?? 0))
  const highest = Math.max(...newer.map(highestIn))
  const isOverruled = typeof supersede === "number" && supersede >= highest
  if (newer.length === 0 || (isOverruled && typeof rotation === "number" && rotation > highest)) return
  const knows = known === undefined ? "this state knows none" : `this state knows ${known} at most`
  const number = `gatekey:token.rotation to ${highest + 1}`
  const supersedes = `set gatekey:rotation.supersede: ${highest}`
  const lost =
    known === undefined ? `raise ${number}, ${supersedes}, and ${adoptCommand}` : `raise ${number} and ${supersedes}`
  const remedy = isOverruled
    ? `supersede is set: raise ${number} as well`
    : `Restore the newer state (pulumi stack import); or, if it is lost, ${lost}; or, if no such generation ever existed, remove ${newer.map(describeFile).join(", ")}`
  throw new UserError(
    `a newer generation is in place: ${describeNewer(newer)}; ${knows}. Nothing was changed. ${remedy}`,
  )
}

/** The fix for a state without a token, which would have to make another one. */
const adoptCommand =
  'adopt the token in use, so that it stays: gatekey:token.adopt: {from: "host|path|locator"}, its place at the gateway'

function newerThan(known: number, marks: readonly MarkerSnapshot[]): MarkerSnapshot[] {
  return marks.filter((mark) => highestIn(mark) > known)
}

function highestIn({ marker }: MarkerSnapshot): number {
  return marker?.highest ?? 0
}

function describeNewer(marks: readonly MarkerSnapshot[]): string {
  const seen = marks.map(({ host, marker }) => `${host} has seen generation ${marker?.highest} (${marker?.when})`)
  return seen.length === 0 ? noneNewer : [...new Set(seen)].join(", ")
}
