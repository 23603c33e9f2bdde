import type { Receipt } from "../../core/receipt.ts"

/**
 * One source's record of the fleet's token, in strings that may be shown. A further source, such as a vault's versions of
 * its item, is one more kind here: a point in time, which `momentsOf` joins to its run.
 */
export type HistoryRecord = UpdateRecord | ReceiptRecord

/** A run of `pulumi up` or `pulumi destroy`, as Pulumi's update history has it. */
export interface UpdateRecord {
  readonly source: "update"
  /** ISO 8601, UTC; to the second. */
  readonly begun: string
  /** When it ended. */
  readonly at: string
  readonly outcome: "succeeded" | "failed" | "running"
  /** Its number, if the backend counts updates. */
  readonly version?: number
  /** How many resources it changed. */
  readonly changes: number
  /** It removed all resources. */
  readonly emptied: boolean
  /** The requested generation; undefined if the configuration does not contain it. */
  readonly rotation?: number
  /** Whether it adopted a token in use; undefined if the configuration does not contain that. */
  readonly adopts?: boolean
  /** The subject of the commit, or the `--message`. */
  readonly why?: string
  /** The author of the commit; not of the run. */
  readonly author?: string
  readonly commit?: string
  /** There were changes that were not committed. */
  readonly dirty?: boolean
}

/** The receipt of a rotation that was complete. */
export interface ReceiptRecord extends Receipt {
  readonly source: "receipt"
}

/** The records of one moment. */
export interface Moment {
  readonly run?: UpdateRecord
  readonly receipt?: ReceiptRecord
}

/** How much the clocks of the backend and the machine may differ; milliseconds. */
const skew = 30_000

/**
 * Returns all moments, the earliest first: a receipt belongs to the run that wrote it. Receipts keep the order in which they
 * were written, whatever the clock was.
 * @param records each source's in its order, the earliest first: a time may be exact to the second only
 */
export function momentsOf(records: readonly HistoryRecord[]): readonly Moment[] {
  const runs = records.filter((each) => each.source === "update")
  const receipts = records.filter((each) => each.source === "receipt")
  const owned = new Map<UpdateRecord, ReceiptRecord>()
  const alone: ReceiptRecord[] = []
  for (const receipt of receipts) {
    const free = runs.filter((run) => !owned.has(run) && (run.rotation ?? receipt.generation) === receipt.generation)
    const run = [0, skew].flatMap((margin) => free.filter((run) => isWithin(run, receipt, margin)))[0]
    if (run) owned.set(run, receipt)
    else alone.push(receipt)
  }
  const joined = runs.map((run): Moment => ({ run, ...receiptOf(owned.get(run)) }))
  const lone = alone.map((receipt): Moment => ({ receipt }))
  // A backend that counts its updates knows their order; others sort them by a clock that may have gone back.
  if (runs.length > 0 && runs.every(({ version }) => version !== undefined)) return insertMoments(lone, joined)
  const rank = new Map(receipts.map((receipt, at) => [receipt, at]))
  const order = ({ receipt }: Moment) => (receipt && rank.get(receipt)) ?? 0
  const passed = [...joined.filter(({ receipt }) => receipt), ...lone].sort((one, other) => order(one) - order(other))
  return insertMoments(
    joined.filter(({ receipt }) => !receipt),
    passed,
  )
}

/** Inserts moments of which only the time is known between those whose order is known. */
function insertMoments(loose: readonly Moment[], ordered: readonly Moment[]): readonly Moment[] {
  const placed = loose
    .map((moment) => ({ moment, at: positionOf(moment, ordered) }))
    .sort((one, other) => one.at - other.at || timeOf(one.moment) - timeOf(other.moment))
  return [...ordered.keys(), ordered.length].flatMap((at) => [
    ...placed.filter((each) => each.at === at).map(({ moment }) => moment),
    ...ordered.slice(at, at + 1),
  ])
}

/** Returns the position of a moment; if its time fits more than once, that before its own generation. */
function positionOf(moment: Moment, ordered: readonly Moment[]): number {
  const time = timeOf(moment)
  const times = [Number.NEGATIVE_INFINITY, ...ordered.map(timeOf), Number.POSITIVE_INFINITY]
  const fits = [...ordered.keys(), ordered.length].filter((at) => {
    const [before = 0, after = 0] = times.slice(at, at + 2)
    // If the clock went back, all times before and after it fit between the two.
    return after < before ? before <= time || time < after : before <= time && time < after
  })
  const to = generationOf(moment)
  const own = fits.find((at) => {
    const next = ordered[at]
    return next !== undefined && to !== undefined && generationOf(next) === to
  })
  return own ?? fits[0] ?? ordered.length
}

function generationOf({ run, receipt }: Moment): number | undefined {
  return receipt?.generation ?? run?.rotation
}

function receiptOf(receipt: ReceiptRecord | undefined): Pick<Moment, "receipt"> {
  return receipt ? { receipt } : {}
}

/** Checks whether the receipt falls into the run; the end is exact to the second only. */
function isWithin({ begun, at }: UpdateRecord, receipt: ReceiptRecord, margin: number): boolean {
  const time = Date.parse(receipt.at)
  return Date.parse(begun) - margin <= time && time < Date.parse(at) + 1000 + margin
}

/** Returns the time that orders a moment. */
function timeOf({ run, receipt }: Moment): number {
  return Date.parse(run?.begun ?? receipt?.at ?? "")
}
