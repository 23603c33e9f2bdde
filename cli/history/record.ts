import type { Receipt } from "../../core/receipt.ts"

/**
 * What one source tells of the fleet's token, in texts that may be shown. A further source, such as a vault's versions of
 * its item, is one more kind here: a point in time, which `momentsOf` lets join the run that it fell into.
 */
export type HistoryRecord = Run | Passed

/** A run of `pulumi up` or `pulumi destroy`, as Pulumi's update history has it. */
export interface Run {
  readonly source: "update"
  /** ISO 8601, UTC; to the second. */
  readonly begun: string
  /** When it ended. */
  readonly at: string
  readonly outcome: "succeeded" | "failed" | "running"
  /** Its number, where the backend counts. */
  readonly version?: number
  /** How many resources it changed. */
  readonly changes: number
  /** It removed all there was. */
  readonly emptied: boolean
  /** The generation that it was asked for; nothing where the configuration does not tell. */
  readonly rotation?: number
  /** A token that was in use was to be taken over; nothing where the configuration does not tell. */
  readonly adopts?: boolean
  /** The subject of the commit, or what `--message` said. */
  readonly why?: string
  /** Of the commit; not of the run. */
  readonly author?: string
  readonly commit?: string
  /** There were changes that were not committed. */
  readonly dirty?: boolean
}

/** The receipt of a rotation that was through. */
export interface Passed extends Receipt {
  readonly source: "receipt"
}

/** What was told of one and the same moment. */
export interface Moment {
  readonly run?: Run
  readonly receipt?: Passed
}

/** Two clocks may differ by so much: the backend's, and that of the machine which ran it. Milliseconds. */
const skew = 30_000

/**
 * All that was told, the earliest first: a receipt belongs to the run that it was written in. The order of the receipts
 * is that in which they were written, whatever the clock said.
 * @param told each source's in its order, the earliest first: a time may be told to the second only
 */
export function momentsOf(told: readonly HistoryRecord[]): readonly Moment[] {
  const runs = told.filter((each) => each.source === "update")
  const receipts = told.filter((each) => each.source === "receipt")
  const owned = new Map<Run, Passed>()
  const alone: Passed[] = []
  for (const receipt of receipts) {
    const free = runs.filter((run) => !owned.has(run) && (run.rotation ?? receipt.generation) === receipt.generation)
    const run = [0, skew].flatMap((margin) => free.filter((run) => isWithin(run, receipt, margin)))[0]
    if (run) owned.set(run, receipt)
    else alone.push(receipt)
  }
  const joined = runs.map((run): Moment => ({ run, ...receiptOf(owned.get(run)) }))
  const lone = alone.map((receipt): Moment => ({ receipt }))
  // A backend that counts its updates knows their order; others sort them by a clock that may have gone back since.
  if (runs.length > 0 && runs.every(({ version }) => version !== undefined)) return inserted(lone, joined)
  const rank = new Map(receipts.map((receipt, at) => [receipt, at]))
  const order = ({ receipt }: Moment) => (receipt && rank.get(receipt)) ?? 0
  const passed = [...joined.filter(({ receipt }) => receipt), ...lone].sort((one, other) => order(one) - order(other))
  return inserted(
    joined.filter(({ receipt }) => !receipt),
    passed,
  )
}

/** Moments of which only the time is known, between those whose order is known. */
function inserted(loose: readonly Moment[], ordered: readonly Moment[]): readonly Moment[] {
  const placed = loose
    .map((moment) => ({ moment, at: positionOf(moment, ordered) }))
    .sort((one, other) => one.at - other.at || timeOf(one.moment) - timeOf(other.moment))
  return [...ordered.keys(), ordered.length].flatMap((at) => [
    ...placed.filter((each) => each.at === at).map(({ moment }) => moment),
    ...ordered.slice(at, at + 1),
  ])
}

/** Before which it belongs; where the time fits in more than once, before the one of its own generation. */
function positionOf(moment: Moment, ordered: readonly Moment[]): number {
  const time = timeOf(moment)
  const times = [Number.NEGATIVE_INFINITY, ...ordered.map(timeOf), Number.POSITIVE_INFINITY]
  const fits = [...ordered.keys(), ordered.length].filter((at) => {
    const [before = 0, after = 0] = times.slice(at, at + 2)
    // Where the clock went back, all before it did and all after are between the two.
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

function receiptOf(receipt: Passed | undefined): Pick<Moment, "receipt"> {
  return receipt ? { receipt } : {}
}

/** The end is told to the second, without what follows it. */
function isWithin({ begun, at }: Run, receipt: Passed, margin: number): boolean {
  const time = Date.parse(receipt.at)
  return Date.parse(begun) - margin <= time && time < Date.parse(at) + 1000 + margin
}

/** Runs follow each other; what they hold is told of the one that it belongs to. */
function timeOf({ run, receipt }: Moment): number {
  return Date.parse(run?.begun ?? receipt?.at ?? "")
}
