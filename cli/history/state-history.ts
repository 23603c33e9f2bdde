import { isMapping } from "../../core/mapping.ts"
import type { Receipt } from "../../core/receipt.ts"
import { formatScalar } from "../../core/scalar.ts"
import { type ExportedResource, tokenIn } from "../stack/export-state.ts"
import { isPlace } from "../stack/place-change.ts"
import { displayText, nameIn } from "../stack/preview.ts"
import { stateIn, type TokenState } from "../stack/state.ts"
import type { ReceiptRecord } from "./record.ts"
import { isCommit } from "./runs.ts"

/** What a stack's state keeps of its rotations, unencrypted; its strings may be shown. */
export interface StateHistory {
  /** Undefined before the first `pulumi up`, or after a destroy. */
  readonly token?: Token
  /** The last generation that was complete; undefined if the stack keeps no receipts. */
  readonly through?: number
  readonly receipts: readonly ReceiptRecord[]
  /** The places that contain the token. */
  readonly holders: readonly Holder[]
}

interface Token extends TokenState {
  readonly fingerprint?: string
  readonly adopted: boolean
  /** When its last change was written; ISO 8601, UTC. */
  readonly modified?: string
}

interface Holder {
  readonly name: string
  /** The generation that was last written there. */
  readonly generation: number
  /** The gateway whose own place it is. */
  readonly gateway?: string
}

/** Returns the state's history. @throws UserError if the Token is not unique */
export function stateHistoryIn(resources: readonly ExportedResource[]): StateHistory {
  const token = tokenIn(resources)
  const { receipts, generation } = resources.find(({ type }) => type === "gatekey:index:Receipt")?.outputs ?? {}
  return {
    ...(token ? { token: tokenOf(token) } : {}),
    ...(typeof generation === "number" ? { through: generation } : {}),
    receipts: (Array.isArray(receipts) ? receipts : []).flatMap(receiptIn),
    holders: resources.flatMap(holderIn),
  }
}

function tokenOf(token: ExportedResource): Token {
  const { fingerprint } = token.outputs ?? {}
  const time = Date.parse(token.modified ?? "")
  return {
    ...stateIn(token),
    ...(isFingerprint(fingerprint) ? { fingerprint } : {}),
    ...(Number.isNaN(time) ? {} : { modified: new Date(time).toISOString() }),
    adopted: token.inputs?.adopt !== undefined,
  }
}

function holderIn({ type, urn = "", parent = "", outputs = {} }: ExportedResource): Holder[] {
  const { must, generation } = outputs
  if (!isPlace({ type }) || must !== "token" || !isNumber(generation)) return []
  return [{ name: nameIn(urn), generation, ...(type === "gatekey:index:Flip" ? { gateway: nameIn(parent) } : {}) }]
}

/** Parses a receipt of any version; without a number or a time it is not valid. */
function receiptIn(value: unknown): ReceiptRecord[] {
  if (!isMapping(value)) return []
  const { generation, from, at, who, commit, dirty, fingerprint, places, holders, verdicts, refusals, lagging } = value
  const time = Date.parse(formatScalar(at))
  if (!isNumber(generation) || Number.isNaN(time)) return []
  const receipt: Receipt = {
    generation,
    ...(isNumber(from) ? { from } : {}),
    at: new Date(time).toISOString(),
    who: typeof who === "string" ? displayText(who) : "",
    ...(typeof commit === "string" && isCommit(commit) ? { commit, dirty: dirty === true } : {}),
    ...(isFingerprint(fingerprint) ? { fingerprint } : {}),
    places: isNumber(places) ? places : 0,
    ...(holders === undefined ? {} : { holders: stringsIn(holders) }),
    verdicts: stringsIn(verdicts),
    ...(refusals === undefined ? {} : { refusals: stringsIn(refusals) }),
    lagging: stringsIn(lagging),
  }
  return [{ source: "receipt", ...receipt }]
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function isFingerprint(value: unknown): value is string {
  return typeof value === "string" && /^fp:[0-9a-f]{8}$/.test(value)
}

function stringsIn(value: unknown): string[] {
  return (Array.isArray(value) ? value : []).filter((each) => typeof each === "string").map(displayText)
}
