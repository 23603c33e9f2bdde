import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import type { Secret } from "../../../core/secret.ts"
import {
  describePairing,
  describeUndeclared,
  findApproval,
  findPairing,
  type KnownDevice,
  listUndeclared,
  type PairingStatus,
} from "../../../gateways/pairing.ts"
import { type Pairings, parsePairings } from "../../../gateways/pairings.ts"
import type { Session } from "../../../gateways/session.ts"
import { describeVerdict, type Verdict } from "../../../gateways/verdict.ts"
import { formatOnHost } from "../../../probes/listeners/describe.ts"
import type { Run } from "../../run/run.ts"
import { remedyFor } from "./describe.ts"
import type { PairingInputs } from "./inputs.ts"

/** What a look says of a pairing. */
export interface PairingEvaluation {
  /** In words: those of the inputs where all is well. */
  readonly pairing: string
  /** `told`: worth telling once, and no error. */
  readonly verdict: "right" | "told" | "wrong"
  /** The gateway could not be asked. */
  readonly unseen?: true
  /** What to do about it, in words; a command where there is one. */
  readonly remedy?: string
  /** What it was, where this look approved something. */
  readonly approved?: string
  /** What it may come right by, without a hand: a node or a gateway that is starting, or one that starts anew at once. */
  readonly hope?: "node" | "starting" | "gateway"
  readonly known?: KnownDevice
  /** Of its connection; milliseconds since 1970. */
  readonly since?: number
}

/** One look. With `approving`, what may be approved is, and looked at again. */
export async function evaluatePairing(
  run: Run,
  inputs: PairingInputs,
  token: Secret,
  { known, approving = false }: { known?: KnownDevice | undefined; approving?: boolean } = {},
): Promise<PairingEvaluation> {
  try {
    const { verdict, session } = await run.gateways.operatorAt(inputs, token)
    if (!session) return unseen(verdict)
    try {
      const pairings = await pairingsOf(session)
      if (inputs.node === undefined) return strays(pairings, inputs)
      const declared = { ...inputs, node: inputs.node }
      const before = findPairing(pairings, declared, known)
      const approval = approving ? findApproval(before) : undefined
      if (!approval) return judged(run, before, inputs)
      await session.request(approval.method, { requestId: approval.request.raw() })
      const after = judged(run, findPairing(await pairingsOf(session), declared, known), inputs)
      return { ...after, approved: describePairing(before, true) }
    } finally {
      session.close()
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { pairing: `unknown: ${shown(error.message)}`, unseen: true, verdict: "wrong", hope: "gateway" }
  }
}

async function pairingsOf(session: Session): Promise<Pairings> {
  const [devices, nodes] = [await session.request("device.pair.list"), await session.request("node.list")]
  return parsePairings(devices, nodes)
}

/** Why there is no session is for others to judge: the Listener, the host. */
function unseen(verdict: Verdict): PairingEvaluation {
  return { pairing: `unknown: ${describeVerdict(verdict)}`, unseen: true, verdict: "told", ...hopes[verdict.kind] }
}

const hopes: { readonly [kind in Verdict["kind"]]?: Pick<PairingEvaluation, "hope"> } = {
  starting: { hope: "starting" },
  "no gateway": { hope: "gateway" },
}

function strays(pairings: Pairings, { declared = [], host, product }: PairingInputs): PairingEvaluation {
  const found = listUndeclared(pairings, declared)
  if (found.length === 0) return { pairing: describeUndeclared(found), verdict: "right" }
  const remedy = `declare them, or see them: ${formatOnHost(host, `${product} devices list`)}`
  return { pairing: describeUndeclared(found), verdict: "told", remedy }
}

function judged(run: Run, status: PairingStatus, inputs: PairingInputs): PairingEvaluation {
  const pairing = describePairing(status, inputs.approve)
  const fine = works(status) || (isComing(status) && inputs.from !== undefined && run.lagging.mayLag(inputs.from))
  const verdict = pairing === inputs.pairing ? "right" : fine ? "told" : "wrong"
  const remedy = verdict === "right" ? undefined : remedyFor(status, inputs)
  return {
    pairing,
    verdict,
    ...(remedy ? { remedy } : {}),
    ...(verdict === "wrong" && isComing(status) ? { hope: "node" as const } : {}),
    ...(status.kind === "paired" ? { known: { id: status.node.id, silent: status.node.silent } } : {}),
    ...(status.kind === "paired" && status.node.since !== undefined ? { since: status.node.since } : {}),
  }
}

/** Whether it may come right without a hand, as a node does that is starting. */
function isComing(status: PairingStatus): boolean {
  if (status.kind === "paired") return !status.node.revoked
  if (status.kind === "pending") return status.pending.silent
  return status.kind !== "several"
}

/** Whether the declared node is connected, as far as that can be told. */
function works(status: PairingStatus): boolean {
  if (status.kind === "several") return status.connected === 1
  return status.kind === "paired" && status.node.connected && !status.node.revoked
}
