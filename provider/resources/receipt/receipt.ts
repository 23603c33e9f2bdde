import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../../core/errors.ts"
import { normalizeHost } from "../../../core/host.ts"
import { addReceipt, describeReceipt, type Receipt } from "../../../core/receipt.ts"
import { checkInputs } from "../../check-inputs.ts"
import { may, need } from "../../declare.ts"
import { runBy } from "../../hosts/author.ts"
import { describeFile, type Files, files, filesIn } from "../../hosts/files.ts"
import { everyHost } from "../../hosts/hosts.ts"
import { mark, marksAt, unmark } from "../../hosts/markers.ts"
import { textsIn } from "../../inputs.ts"
import { boolean, count, generation, list, object, positive, record, string, strings } from "../../kinds.ts"
import type { Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import { type Properties, unknown } from "../../wire.ts"

const receiptType = object("ReceiptOfRotation", {
  generation: need(generation, "The generation that came into force."),
  from: may(generation, "The generation before; none at the first `pulumi up`."),
  at: need(string, "When the rotation was complete, as ISO 8601 in UTC."),
  who: need(string, "Who ran it, as `user@machine`."),
  commit: may(string, "The git commit of the project's folder, if it is in a repository."),
  dirty: may(boolean, "There were changes that were not committed."),
  fingerprint: may(string, "The fingerprint of the token."),
  places: need(count, "How many places were declared."),
  holders: may(strings, "The names of the places that contain the token now."),
  verdicts: need(strings, "What the gateways answered at each connect, such as `studio: accepted`."),
  refusals: may(strings, "The verdicts that are not an acceptance."),
  lagging: may(strings, "Hosts that did not answer, and follow later."),
})

export const receiptDeclaration = {
  about: "What is kept of each rotation once all else went well: a receipt in the state, and a marker on every host.",
  inputs: {
    stack: need(string, "The stack, as `project/stack`."),
    generation: need(positive, "The generation of the Token that is in force."),
    highest: may(positive, "The highest generation that was ever declared. Default: the one in force."),
    markers: need(files, "The files in which each host keeps what it has seen of the fleet, by host."),
    fingerprint: may(string, "The fingerprint of the Token's value in force."),
    places: may(count, "How many places are declared."),
    holders: may(record(strings), "The names of the places that contain the token, by host."),
    verdicts: may(strings, "What the gateways answered, such as `studio: accepted`. Default: none."),
    refusals: may(strings, "The verdicts that are not an acceptance. Default: unknown."),
  },
  computed: {
    marked: need(string, "`every host`, or a description of where the generation in force is not recorded."),
    receipts: need(list(receiptType, "a list"), "The receipts of the last rotations, the latest last."),
    last: need(string, "Describes the latest receipt."),
  },
  outputs: {},
}

/**
 * Stands after all other resources of a fleet: a rotation that went well is remembered, in the state by a receipt, and in
 * every home of the fleet by a marker, so that a state from an earlier backup is known for one.
 */
export const receipt: Resource = {
  async check({ news }) {
    const { given, failures } = checkInputs(receiptDeclaration, news)
    return { inputs: { ...given, marked: everyHost }, failures }
  },

  /** How many places there are and what was said at the wire is written down with the next rotation. */
  diff({ olds, news }) {
    return { changes: ["generation", "markers", "marked"].filter((key) => !isDeepStrictEqual(olds[key], news[key])) }
  },

  async create({ run, news, preview }) {
    return { id: "receipt", outputs: preview ? planned(news) : await written(run, {}, news) }
  },

  async read({ id, inputs, state }) {
    if (inputs.generation === undefined) throw new UserError(`${id}: receipts are not imported; they are written`)
    const marked = await markedWords(filesIn(inputs.markers), inputs)
    return { id, inputs: { ...inputs, marked }, outputs: { ...state, ...inputs, marked } }
  },

  async update({ run, olds, news, preview, log }) {
    if (olds.marked !== everyHost && preview)
      log("warning", {
        message: `the generation in force is remembered on ${String(olds.marked)}`,
        fix: "`pulumi up` writes it",
      })
    if (preview) return planned(news)
    const outputs = await written(run, olds, news)
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
async function written(run: Run, olds: Properties, news: Properties): Promise<Properties> {
  const generation = Number(news.generation)
  const at = new Date().toISOString()
  const highest = Math.max(generation, typeof news.highest === "number" ? news.highest : 0)
  const wanted = { stack: String(news.stack), generation, highest, when: at }
  const lagging = await mark(filesIn(news.markers), wanted).catch(run.activity.failLast)
  const receipts = Array.isArray(olds.receipts) ? (olds.receipts as Receipt[]) : []
  if (olds.generation === generation) return { ...news, receipts, last: olds.last }
  const from = typeof olds.generation === "number" ? { from: olds.generation } : {}
  const late = lagging.length > 0 ? { lagging } : {}
  const token = typeof news.fingerprint === "string" ? { fingerprint: news.fingerprint } : {}
  const all = { places: Number(news.places ?? 0), ...holdersIn(news, lagging), verdicts: textsIn(news.verdicts) }
  const refused = news.refusals === undefined ? {} : { refusals: textsIn(news.refusals) }
  const made: Receipt = { generation, ...from, at, ...(await runBy()), ...token, ...all, ...refused, ...late }
  return { ...news, receipts: addReceipt(receipts, made), last: describeReceipt(made) }
}

/** The names of the places that took the token. */
function holdersIn({ holders }: Properties, lagging: readonly string[]): Pick<Receipt, "holders"> {
  if (holders === undefined) return {}
  const late = lagging.map(normalizeHost)
  const hosts = Object.entries(filesIn(holders)).filter(([host]) => !late.includes(normalizeHost(host)))
  return { holders: hosts.flatMap(([, names]) => names).sort() }
}

/** What is remembered of the generation in force, in words; a host that does not answer is another resource's finding. */
async function markedWords(files: Files, { generation, highest }: Properties): Promise<string> {
  const known = Math.max(Number(generation ?? 0), Number(highest ?? 0))
  const wrong = (await marksAt(files, known)).flatMap(({ marker, lacks, ...at }) => {
    const seen = marker && marker.generation !== generation ? `generation ${marker.generation}` : lacks
    return seen === undefined ? [] : [`${describeFile(at)} (${seen})`]
  })
  return wrong.length === 0 ? everyHost : `${everyHost} but in ${wrong.join(", ")}`
}

/** Those that are not declared any more. */
function dropped(before: Files, now: Files): Files {
  return Object.fromEntries(
    Object.entries(before).map(([host, paths]) => [host, paths.filter((path) => !now[host]?.includes(path))]),
  )
}
