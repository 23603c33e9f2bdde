import { UserError } from "../../../core/errors.ts"
import { describeFile, filesIn } from "../../hosts/files.ts"
import { type Mark, marksAt } from "../../hosts/markers.ts"
import type { Properties } from "../../wire.ts"

/** What `newer` must be. */
export const none = "none"

/** Which hosts have seen a generation that is higher than all that this state knows, in words. */
export async function findNewer({ markers }: Properties, known: number): Promise<string> {
  return newerWords(newerThan(known, await marksAt(filesIn(markers), known)))
}

/** Markers that name a generation which cannot be, each with what becomes of it: they stand in the way of nothing. */
export async function findForged({ markers }: Properties, known: number): Promise<string[]> {
  const forged = (await marksAt(filesIn(markers), known)).filter((mark) => mark.forged)
  return forged.map(
    (mark) =>
      `${describeFile(mark)} is ${mark.lacks}; it is not believed, and \`pulumi up\` writes it anew. See who can write there`,
  )
}

/**
 * A state from an earlier backup does not know the later generations, and would give one of their numbers to another
 * token: it is overruled by name only, and by a number above all of them.
 * @throws UserError when a host has seen more than this state knows
 */
export async function refuseOlderState(
  { rotation, supersede, markers }: Properties,
  known: number | undefined,
): Promise<void> {
  const newer = newerThan(known ?? 0, await marksAt(filesIn(markers), known ?? 0))
  const highest = Math.max(...newer.map(highestIn))
  const told = typeof supersede === "number" && supersede >= highest
  if (newer.length === 0 || (told && typeof rotation === "number" && rotation > highest)) return
  const knows = known === undefined ? "this state knows of none" : `this state knows ${known} at most`
  const number = `gatekey:token.rotation to ${highest + 1}`
  const supersedes = `set gatekey:rotation.supersede: ${highest}`
  const lost =
    known === undefined ? `raise ${number}, ${supersedes}, and ${adopts}` : `raise ${number} and ${supersedes}`
  const remedy = told
    ? `Its number is given: raise ${number}`
    : `Restore the newer state (pulumi stack import); or, where it is lost, ${lost}; or, where no such generation ever was, remove ${newer.map(describeFile).join(", ")}`
  throw new UserError(`a newer generation is in place: ${newerWords(newer)}; ${knows}. Nothing was changed. ${remedy}`)
}

/** A state that knows of no token would have to make another. */
const adopts =
  'adopt the token in use, so that it stays: gatekey:token.adopt: {from: "host|path|locator"}, its place at the gateway'

function newerThan(known: number, marks: readonly Mark[]): Mark[] {
  return marks.filter((mark) => highestIn(mark) > known)
}

function highestIn({ marker }: Mark): number {
  return marker?.highest ?? 0
}

function newerWords(marks: readonly Mark[]): string {
  const seen = marks.map(({ host, marker }) => `${host} has seen generation ${marker?.highest} (${marker?.when})`)
  return seen.length === 0 ? none : [...new Set(seen)].join(", ")
}
