import { isMapping } from "../../core/mapping.ts"
import type { Receipt } from "../../core/receipt.ts"
import { type Resource, tokenIn } from "../stack/exported.ts"
import { isPlace } from "../stack/place-change.ts"
import { displayed, nameIn } from "../stack/preview.ts"
import { stateIn, type TokenState } from "../stack/state.ts"
import type { Passed } from "./record.ts"
import { isCommit } from "./runs.ts"

/** What a stack's state keeps of its rotations, in the open; texts may be shown. */
export interface Kept {
  /** Nothing before the first `pulumi up`, or where all was removed. */
  readonly token?: Token
  /** The generation that was last through, to the last check; nothing where no fleet keeps receipts. */
  readonly through?: number
  readonly receipts: readonly Passed[]
  /** The places that hold the token. */
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
  /** What it was last given. */
  readonly generation: number
  /** Of which it is the own place. */
  readonly gateway?: string
}

/** @throws UserError where the Token cannot be told */
export function keptIn(resources: readonly Resource[]): Kept {
  const token = tokenIn(resources)
  const { receipts, generation } = resources.find(({ type }) => type === "gatekey:index:Receipt")?.outputs ?? {}
  return {
    ...(token ? { token: tokenOf(token) } : {}),
    ...(typeof generation === "number" ? { through: generation } : {}),
    receipts: (Array.isArray(receipts) ? receipts : []).flatMap(receiptIn),
    holders: resources.flatMap(holderIn),
  }
}

function tokenOf(token: Resource): Token {
  const { fingerprint } = token.outputs ?? {}
  const time = Date.parse(token.modified ?? "")
  return {
    ...stateIn(token),
    ...(isFingerprint(fingerprint) ? { fingerprint } : {}),
    ...(Number.isNaN(time) ? {} : { modified: new Date(time).toISOString() }),
    adopted: token.inputs?.adopt !== undefined,
  }
}

function holderIn({ type, urn = "", parent = "", outputs = {} }: Resource): Holder[] {
  const { must, generation } = outputs
  if (!isPlace({ type }) || must !== "token" || !isNumber(generation)) return []
  return [{ name: nameIn(urn), generation, ...(type === "gatekey:index:Flip" ? { gateway: nameIn(parent) } : {}) }]
}

/** As it was written, by whichever gatekey; what lacks a number or a time is none. */
function receiptIn(value: unknown): Passed[] {
  if (!isMapping(value)) return []
  const { generation, from, at, who, commit, dirty, fingerprint, places, holders, verdicts, refusals, lagging } = value
  const time = Date.parse(String(at))
  if (!isNumber(generation) || Number.isNaN(time)) return []
  const receipt: Receipt = {
    generation,
    ...(isNumber(from) ? { from } : {}),
    at: new Date(time).toISOString(),
    who: typeof who === "string" ? displayed(who) : "",
    ...(typeof commit === "string" && isCommit(commit) ? { commit, dirty: dirty === true } : {}),
    ...(isFingerprint(fingerprint) ? { fingerprint } : {}),
    places: isNumber(places) ? places : 0,
    ...(holders === undefined ? {} : { holders: textsIn(holders) }),
    verdicts: textsIn(verdicts),
    ...(refusals === undefined ? {} : { refusals: textsIn(refusals) }),
    lagging: textsIn(lagging),
  }
  return [{ source: "receipt", ...receipt }]
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function isFingerprint(value: unknown): value is string {
  return typeof value === "string" && /^fp:[0-9a-f]{8}$/.test(value)
}

function textsIn(value: unknown): string[] {
  return (Array.isArray(value) ? value : []).filter((each) => typeof each === "string").map(displayed)
}
