import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../../core/errors.ts"
import { normalizeHost } from "../../../core/host.ts"
import { addReceipt, describeReceipt, type Receipt } from "../../../core/receipt.ts"
import { checkInputs } from "../../check-inputs.ts"
import { may, need } from "../../declare.ts"
import { readAuthor } from "../../hosts/author.ts"
import { describeFile, type Files, files, filesIn } from "../../hosts/files.ts"
import { everyHost } from "../../hosts/hosts.ts"
import { removeMarkers, snapshotMarkers, writeMarkers } from "../../hosts/markers.ts"
import { stringsIn } from "../../inputs.ts"
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
 * Comes after all other resources of a fleet: it records a rotation that succeeded, by a receipt in the state and a marker
 * in every home of the fleet, so that a state from an earlier backup is recognised.
 */
export const receipt: Resource = {
  async check({ news }) {
    const { given, failures } = checkInputs(receiptDeclaration, news)
    return { inputs: { ...given, marked: everyHost }, failures }
  },

  /** A changed number of places, or of verdicts, is recorded with the next rotation. */
  diff({ olds, news }) {
    return { changes: ["generation", "markers", "marked"].filter((key) => !isDeepStrictEqual(olds[key], news[key])) }
  },

  async create({ run, news, preview }) {
    return { id: "receipt", outputs: preview ? previewOutputs(news) : await recordRotation(run, {}, news) }
  },

  async read({ id, inputs, state }) {
    if (inputs.generation === undefined) throw new UserError(`${id}: receipts are not imported; they are written`)
    const marked = await describeMarkers(filesIn(inputs.markers), inputs)
    return { id, inputs: { ...inputs, marked }, outputs: { ...state, ...inputs, marked } }
  },

  async update({ run, olds, news, preview, log }) {
    if (olds.marked !== everyHost && preview)
      log("warning", {
        message: `the generation in force is recorded on ${String(olds.marked)}`,
        fix: "`pulumi up` writes it",
      })
    if (preview) return previewOutputs(news)
    const outputs = await recordRotation(run, olds, news)
    await removeMarkers(undeclaredFiles(filesIn(olds.markers), filesIn(news.markers)), olds.stack)
    return outputs
  },

  async delete({ olds }) {
    await removeMarkers(filesIn(olds.markers), olds.stack)
  },
}

/** Returns the outputs that a preview knows. */
function previewOutputs(news: Properties): Properties {
  return { ...news, receipts: unknown, last: unknown }
}

/** Marks every home, and appends a receipt if another generation came into force. */
async function recordRotation(run: Run, olds: Properties, news: Properties): Promise<Properties> {
  const generation = Number(news.generation)
  const at = new Date().toISOString()
  const highest = Math.max(generation, typeof news.highest === "number" ? news.highest : 0)
  const wanted = { stack: String(news.stack), generation, highest, when: at }
  const lagging = await writeMarkers(filesIn(news.markers), wanted).catch(run.activity.failLast)
  const receipts = Array.isArray(olds.receipts) ? (olds.receipts as Receipt[]) : []
  if (olds.generation === generation) return { ...news, receipts, last: olds.last }
  const from = typeof olds.generation === "number" ? { from: olds.generation } : {}
  const late = lagging.length > 0 ? { lagging } : {}
  const token = typeof news.fingerprint === "string" ? { fingerprint: news.fingerprint } : {}
  const all = { places: Number(news.places ?? 0), ...holdersIn(news, lagging), verdicts: stringsIn(news.verdicts) }
  const refused = news.refusals === undefined ? {} : { refusals: stringsIn(news.refusals) }
  const made: Receipt = { generation, ...from, at, ...(await readAuthor()), ...token, ...all, ...refused, ...late }
  return { ...news, receipts: addReceipt(receipts, made), last: describeReceipt(made) }
}

/** Returns the names of the places that got the token. */
function holdersIn({ holders }: Properties, lagging: readonly string[]): Pick<Receipt, "holders"> {
  if (holders === undefined) return {}
  const late = lagging.map(normalizeHost)
  const hosts = Object.entries(filesIn(holders)).filter(([host]) => !late.includes(normalizeHost(host)))
  return { holders: hosts.flatMap(([, names]) => names).sort() }
}

/** Describes where the generation in force is recorded; a host that does not answer is another resource's finding. */
async function describeMarkers(files: Files, { generation, highest }: Properties): Promise<string> {
  const known = Math.max(Number(generation ?? 0), Number(highest ?? 0))
  const wrong = (await snapshotMarkers(files, known)).flatMap(({ marker, problem, ...at }) => {
    const fault = marker && marker.generation !== generation ? `generation ${marker.generation}` : problem
    return fault === undefined ? [] : [`${describeFile(at)} (${fault})`]
  })
  return wrong.length === 0 ? everyHost : `${everyHost} but in ${wrong.join(", ")}`
}

/** Returns the files that are no longer declared. */
function undeclaredFiles(before: Files, now: Files): Files {
  return Object.fromEntries(
    Object.entries(before).map(([host, paths]) => [host, paths.filter((path) => !now[host]?.includes(path))]),
  )
}
