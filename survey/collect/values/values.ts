import { UserError } from "../../../core/errors.ts"
import type { Secret } from "../../../core/secret.ts"
import { describeUnusable, isPublicDefault } from "../../../core/strength.ts"
import { hostOf } from "../../../hosts/index.ts"
import type { PlaceCopy } from "../../files/place-copy.ts"
import { filesScript } from "../files-script.ts"
import { parseHomeSnapshot } from "../parse-home.ts"
import { runProbe } from "../run-probe.ts"
import type { Survey } from "../survey.ts"
import { copiesByValue } from "./copies-by-value.ts"
import { formsOf } from "./forms.ts"
import { searchScript } from "./search.ts"
import { targetsOf } from "./targets.ts"

/** At most so many values are searched, and so many files reported. */
const mostValues = 50
const mostFiles = 200

/** At most so many values are also searched in base64 and in URLs, because some greps are slow with many patterns. */
const mostEncoded = 8

/** Shorter values would match text that is not a copy. */
const shortest = 16
/** Different characters: fewer occur in a table's rule, or in a repeated word. */
const leastVariety = 6

/**
 * Adds copies of known tokens that no name reveals: it searches every home for the values of all.
 * @param tokens what was found by name, in all homes
 */
export async function withFoundValues(surveys: readonly Survey[], tokens: readonly Secret[]): Promise<Survey[]> {
  const values = tokens
    .filter(isSearchable)
    .filter((token, at, all) => at === all.findIndex((other) => other.equals(token)))
  if (values.length === 0) return [...surveys]
  const searched = values.slice(0, mostValues)
  return Promise.all(surveys.map((survey) => searchHome(survey, searched, values.length > searched.length)))
}

/** Checks whether a value is so unlike other text that each occurrence is a copy. */
export function isSearchable(value: Secret): boolean {
  const text = value.reveal()
  const isLong = text.length >= shortest && new Set(text).size >= leastVariety
  return isLong && !isPublicDefault(text) && describeUnusable(text) === undefined
}

async function searchHome(survey: Survey, values: readonly Secret[], isCut: boolean): Promise<Survey> {
  const { host } = survey.target
  const unsearched = isCut ? [`more than ${mostValues} tokens: the home was not searched for all of them`] : []
  try {
    const texts = values.flatMap((value, at) => {
      const forms = formsOf(value.reveal()).map(({ text }) => text)
      return at < mostEncoded ? forms : forms.slice(0, 1)
    })
    const input = Buffer.from(`${texts.join("\n")}\n`)
    const answer = await runProbe(host, searchScript(survey.snapshot.home), input)
    unsearched.push(...answer.all("partial"))
    const hits = answer.all("hit")
    const targets = hits.length > 0 ? await targetsOf(host, survey.snapshot, knownPaths(survey)) : new Map()
    const known = new Set(hits.map((path): string => targets.get(path) ?? path))
    const paths = [...known].filter((path) => !isOwn(path, survey))
    if (paths.length > mostFiles) unsearched.push(`tokens are in more than ${mostFiles} files of the home`)
    const found = await copiesInFiles(survey, paths.slice(0, mostFiles), values)
    return { ...survey, copies: [...survey.copies, ...found], unsearched }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { ...survey, unsearched: [...unsearched, `the home, for copies by their value (${error.message})`] }
  }
}

/** Lists the files that were found by name. */
function knownPaths({ snapshot, copies, passwords }: Survey): string[] {
  const all = [...snapshot.files, ...copies, ...passwords].map(({ path }) => path)
  return [...new Set(all)].filter((path) => path.startsWith("/"))
}

/** Checks for a device store or a referenced secret file, which are not findings. */
function isOwn(path: string, { snapshot, copies }: Survey): boolean {
  return (
    snapshot.files.some((file) => file.path === path && file.kind === "device store") ||
    copies.some((copy) => copy.path === path && copy.kind === "secret file" && copy.locator === "*")
  )
}

async function copiesInFiles(
  survey: Survey,
  paths: readonly string[],
  values: readonly Secret[],
): Promise<PlaceCopy[]> {
  if (paths.length === 0) return []
  const { host } = survey.target
  const { files } = parseHomeSnapshot(await runProbe(host, filesScript(paths)))
  const all = files.map(async (file) => {
    const look = await hostOf(host).readFirstSnapshot(file.path)
    if (look.kind !== "file") return []
    const known = [...survey.copies, ...survey.passwords].filter(({ path }) => path === file.path)
    const text = Buffer.from(look.bytes).toString("utf8")
    return copiesByValue({ ...file, kind: "copy" }, text, values, known, survey.snapshot.home)
  })
  return (await Promise.all(all)).flat()
}
