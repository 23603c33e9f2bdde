import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../core/errors.ts"
import { sameHost } from "../../core/host.ts"
import { type Receipt, receiptWords, withReceipt } from "../../core/receipt.ts"
import { failLast } from "../fail-last.ts"
import { type Files, filesFailures, filesIn, fileWords } from "../files.ts"
import { everyHost } from "../hosts.ts"
import { failuresOf, type Kind, object, text, textList, textsIn, whole } from "../inputs.ts"
import { mark, marksAt, unmark } from "../markers.ts"
import type { Resource } from "../resource.ts"
import { runBy } from "../run-by.ts"
import { type Properties, unknown } from "../wire.ts"

const count: Kind<number> = {
  expected: "a whole number",
  is: (value): value is number => Number.isInteger(value) && Number(value) >= 0,
}

const expectations = {
  stack: { kind: text, required: true },
  generation: { kind: whole, required: true },
  highest: { kind: whole },
  markers: { kind: object, required: true },
  fingerprint: { kind: text },
  places: { kind: count },
  holders: { kind: object },
  verdicts: { kind: textList },
  refusals: { kind: textList },
}

/**
 * Stands after all other resources of a fleet: a rotation that went well is remembered, in the state by a receipt, and in
 * every home of the fleet by a marker, so that a state from an earlier backup is known for one.
 */
export const receipt: Resource = {
  async check({ news }) {
    const { marked: _, receipts: __, last: ___, ...given } = news
    const failures = [...failuresOf(given, expectations), ...filesFailures("markers", filesIn(given.markers))]
    return { inputs: { ...given, marked: everyHost }, failures }
  },

  /** How many places there are and what was said at the wire is written down with the next rotation. */
  diff({ olds, news }) {
    return { changes: ["generation", "markers", "marked"].filter((key) => !isDeepStrictEqual(olds[key], news[key])) }
  },

  async create({ news, preview }) {
    return { id: "receipt", outputs: preview ? planned(news) : await written({}, news) }
  },

  async read({ id, inputs, state }) {
    if (inputs.generation === undefined) throw new UserError(`${id}: receipts are not imported; they are written`)
    const marked = await markedWords(filesIn(inputs.markers), inputs)
    return { id, inputs: { ...inputs, marked }, outputs: { ...state, ...inputs, marked } }
  },

  async update({ olds, news, preview, log }) {
    if (olds.marked !== everyHost && preview)
      log("warning", {
        message: `the generation in force is remembered on ${String(olds.marked)}`,
        fix: "`pulumi up` writes it",
      })
    if (preview) return planned(news)
    const outputs = await written(olds, news)
    await unmark(dropped(filesIn(olds.markers), filesIn(news.markers)), olds.stack)
    return outputs
  },

  async delete({ olds }) {
    await unmark(filesIn(olds.markers), olds.stack)
  },
}

/** What a preview knows of it. */
function planned(news: Properties): Properties {
  return { ...news, receipts: unknown, last: unknown }
}

/** Marks every home, and where another generation came into force, appends a receipt. */
async function written(olds: Properties, news: Properties): Promise<Properties> {
  const generation = Number(news.generation)
  const at = new Date().toISOString()
  const highest = Math.max(generation, typeof news.highest === "number" ? news.highest : 0)
  const wanted = { stack: String(news.stack), generation, highest, when: at }
  const lagging = await mark(filesIn(news.markers), wanted).catch(failLast)
  const receipts = Array.isArray(olds.receipts) ? (olds.receipts as Receipt[]) : []
  if (olds.generation === generation) return { ...news, receipts, last: olds.last }
  const from = typeof olds.generation === "number" ? { from: olds.generation } : {}
  const late = lagging.length > 0 ? { lagging } : {}
  const token = typeof news.fingerprint === "string" ? { fingerprint: news.fingerprint } : {}
  const all = { places: Number(news.places ?? 0), ...holdersIn(news, lagging), verdicts: textsIn(news.verdicts) }
  const refused = news.refusals === undefined ? {} : { refusals: textsIn(news.refusals) }
  const made: Receipt = { generation, ...from, at, ...(await runBy()), ...token, ...all, ...refused, ...late }
  return { ...news, receipts: withReceipt(receipts, made), last: receiptWords(made) }
}

/** The names of the places that took the token. */
function holdersIn({ holders }: Properties, lagging: readonly string[]): Pick<Receipt, "holders"> {
  if (holders === undefined) return {}
  const late = lagging.map(sameHost)
  const hosts = Object.entries(filesIn(holders)).filter(([host]) => !late.includes(sameHost(host)))
  return { holders: hosts.flatMap(([, names]) => names).sort() }
}

/** What is remembered of the generation in force, in words; a host that does not answer is another resource's finding. */
async function markedWords(files: Files, { generation, highest }: Properties): Promise<string> {
  const known = Math.max(Number(generation ?? 0), Number(highest ?? 0))
  const wrong = (await marksAt(files, known)).flatMap(({ marker, lacks, ...at }) => {
    const seen = marker && marker.generation !== generation ? `generation ${marker.generation}` : lacks
    return seen === undefined ? [] : [`${fileWords(at)} (${seen})`]
  })
  return wrong.length === 0 ? everyHost : `${everyHost} but in ${wrong.join(", ")}`
}

/** Those that are not declared any more. */
function dropped(before: Files, now: Files): Files {
  return Object.fromEntries(
    Object.entries(before).map(([host, paths]) => [host, paths.filter((path) => !now[host]?.includes(path))]),
  )
}
