import { formatCount } from "./counted.ts"
/** The record of one rotation, without tokens and content of places. */
export interface Receipt {
  readonly generation: number
  /** The generation before; nothing at the first `up`. */
  readonly from?: number
  /** When it was through; ISO 8601, UTC. */
  readonly at: string
  /** `user@machine` that ran it. */
  readonly who: string
  /** The git commit of the project's folder, where it is in one. */
  readonly commit?: string
  /** There were changes that were not committed. */
  readonly dirty?: boolean
  /** What may be shown of the token. */
  readonly fingerprint?: string
  /** How many places were declared. */
  readonly places: number
  /** Those that hold the token now, by name; on a host that lags they do not. */
  readonly holders?: readonly string[]
  /** What was answered at each connect to a gateway, its own and each node's, such as `studio: accepted`. */
  readonly verdicts: readonly string[]
  /** Those among them that are no acceptance; absent from receipts of earlier versions. */
  readonly refusals?: readonly string[]
  /** Hosts that did not answer, and follow later. */
  readonly lagging?: readonly string[]
}

/** How many are kept. */
const memory = 20

/** Adds a receipt; drops the oldest. */
export function addReceipt(receipts: readonly Receipt[], receipt: Receipt): Receipt[] {
  return [...receipts, receipt].slice(-memory)
}

/** Describes a receipt: `generation 2 by me@studio at 2026-11-24T15:03:00.000Z (commit 1f3a9c07): 12 places, 2 connects accepted` */
export function describeReceipt(receipt: Receipt): string {
  const { generation, at, who, commit, dirty, places, lagging = [] } = receipt
  const state = commit === undefined ? "" : ` (commit ${commit.slice(0, 8)}${dirty ? ", with changes" : ""})`
  const said = receipt.verdicts.length === 0 ? "" : `, ${verdictWords(receipt)}`
  const late = lagging.length === 0 ? "" : `; lagging: ${lagging.join(", ")}`
  return `generation ${generation} by ${who} at ${at}${state}: ${formatCount(places, "place")}${said}${late}`
}

function verdictWords(receipt: Receipt): string {
  const { verdicts } = receipt
  const others = listRefusals(receipt)
  const all = formatCount(verdicts.length, "connect")
  if (others.length === 0) return `${all} accepted`
  return `${verdicts.length - others.length} of ${all} accepted, not ${others.join(", ")}`
}

/** Lists the verdicts other than `accepted`. A receipt of an earlier version has `NAME: accepted` for each of the others. */
export function listRefusals({ verdicts, refusals }: Pick<Receipt, "verdicts" | "refusals">): readonly string[] {
  return refusals ?? verdicts.filter((each) => each.split(": ").at(-1) !== acceptance)
}

/** A Handshake's verdict if the gateway accepts the token. */
export const acceptance = "accepted"
