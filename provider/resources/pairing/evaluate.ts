import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import {
  describePairing,
  describeUndeclared,
  findApproval,
  findPairing,
  type KnownDevice,
  listUndeclared,
  type PairingStatus,
} from "../../../gateways/pairing.ts"
import { codeOfPairing, type PairingCode } from "../../../gateways/pairing-code.ts"
import { type Pairings, parsePairings } from "../../../gateways/pairings.ts"
import type { Session } from "../../../gateways/session.ts"
import { describeVerdict, type Verdict } from "../../../gateways/verdict.ts"
import { formatOnHost } from "../../../probes/listeners/describe.ts"
import type { Run } from "../../run/run.ts"
import { remedyFor } from "./describe.ts"
import type { PairingInputs } from "./inputs.ts"
import type { Opener } from "./opener.ts"

/** A pairing, evaluated. */
export interface PairingEvaluation {
  /** Describes the pairing; equals the inputs' `pairing` if nothing is wrong. */
  readonly pairing: string
  readonly code: PairingCode | "no-strays" | "strays" | "unasked"
  /** `reported`: reported once, and not an error. */
  readonly verdict: "right" | "reported" | "wrong"
  /** The gateway could not be asked. */
  readonly unseen?: true
  /** How to fix it; a command if there is one. */
  readonly remedy?: string
  /** Describes the pairing before this check approved it. */
  readonly approved?: string
  /** What may still fix it without the user: a starting node or gateway, or a gateway that restarts at once. */
  readonly hope?: "node" | "starting" | "gateway"
  readonly known?: KnownDevice
  /** When it connected; milliseconds since 1970. */
  readonly since?: number
}

/** Checks the pairing once. With `approving`, it approves what it may and checks again. */
export async function evaluatePairing(
  run: Run,
  inputs: PairingInputs,
  open: Opener,
  { known, approving = false }: { known?: KnownDevice | undefined; approving?: boolean } = {},
): Promise<PairingEvaluation> {
  try {
    const { verdict, session } = await open()
    if (!session) return unknownEvaluation(verdict)
    try {
      const pairings = await pairingsOf(session)
      if (inputs.node === undefined) return evaluateUndeclared(pairings, inputs)
      const declared = { ...inputs, node: inputs.node }
      const before = findPairing(pairings, declared, known)
      const approval = approving ? findApproval(before) : undefined
      if (!approval) return evaluateStatus(run, before, inputs)
      await session.request(approval.method, { requestId: approval.request.raw() })
      const after = evaluateStatus(run, findPairing(await pairingsOf(session), declared, known), inputs)
      return { ...after, approved: describePairing(before, true) }
    } finally {
      session.close()
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return {
      ...{ pairing: `unknown: ${shown(error.message)}`, code: "unasked", unseen: true },
      ...{ verdict: "wrong", hope: "gateway" },
    }
  }
}

async function pairingsOf(session: Session): Promise<Pairings> {
  const [devices, nodes] = [await session.request("device.pair.list"), await session.request("node.list")]
  return parsePairings(devices, nodes)
}

/** Reports that there is no session; the reason is the Listener's finding, or the host's. */
function unknownEvaluation(verdict: Verdict): PairingEvaluation {
  const pairing = `unknown: ${describeVerdict(verdict)}`
  return { pairing, code: "unasked", unseen: true, verdict: "reported", ...hopes[verdict.kind] }
}

const hopes: { readonly [kind in Verdict["kind"]]?: Pick<PairingEvaluation, "hope"> } = {
  starting: { hope: "starting" },
  "no gateway": { hope: "gateway" },
}

function evaluateUndeclared(pairings: Pairings, { declared = [], host, product }: PairingInputs): PairingEvaluation {
  const found = listUndeclared(pairings, declared)
  if (found.length === 0) return { pairing: describeUndeclared(found), code: "no-strays", verdict: "right" }
  const remedy = `declare them, or list them: ${formatOnHost(host, `${product} devices list`)}`
  return { pairing: describeUndeclared(found), code: "strays", verdict: "reported", remedy }
}

function evaluateStatus(run: Run, status: PairingStatus, inputs: PairingInputs): PairingEvaluation {
  const pairing = describePairing(status, inputs.approve)
  const isFine =
    isConnected(status) || (isComing(status) && inputs.from !== undefined && run.lagging.mayLag(inputs.from))
  const verdict = pairing === inputs.pairing ? "right" : isFine ? "reported" : "wrong"
  const remedy = verdict === "right" ? undefined : remedyFor(status, inputs)
  return {
    pairing,
    code: codeOfPairing(status, inputs.approve),
    verdict,
    ...(remedy ? { remedy } : {}),
    ...(verdict === "wrong" && isComing(status) ? { hope: "node" as const } : {}),
    ...(status.kind === "paired" ? { known: { id: status.node.id, silent: status.node.silent } } : {}),
    ...(status.kind === "paired" && status.node.since !== undefined ? { since: status.node.since } : {}),
  }
}

/** Checks whether the pairing may still become right without the user, as for a starting node. */
function isComing(status: PairingStatus): boolean {
  if (status.kind === "paired") return !status.node.revoked
  if (status.kind === "pending") return status.pending.silent
  return status.kind !== "several"
}

/** Checks whether the declared node is connected, as far as is known. */
function isConnected(status: PairingStatus): boolean {
  if (status.kind === "several") return status.connected === 1
  return status.kind === "paired" && status.node.connected && !status.node.revoked
}
