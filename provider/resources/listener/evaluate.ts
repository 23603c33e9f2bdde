import { Unreachable, UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { hostOf } from "../../../hosts/index.ts"
import {
  describeOwner,
  describeStartedByHand,
  formatOnHost,
  formatStartCommand,
  formatStopCommand,
} from "../../../probes/listeners/describe.ts"
import { classifyOwner, listGateways, listOwners, matchesSpec, type Owner } from "../../../probes/listeners/owner.ts"
import { parsePortSnapshot } from "../../../probes/listeners/parse.ts"
import { portScript } from "../../../probes/listeners/script.ts"
import type { PortSnapshot } from "../../../probes/listeners/snapshot.ts"
import { parseTaggedAnswer } from "../../../probes/services/script.ts"
import type { Run } from "../../run/run.ts"
import { declaredIn, type ListenerInputs, wantedIn } from "./inputs.ts"

/** What a look says of the port's owner. */
export interface ListenerEvaluation {
  /** `unknown`: the port cannot be checked. `none`: nothing listens there. */
  readonly code: "owned" | "none" | "unknown"
  /** Whose it is, in words: those of the inputs where all is well. */
  readonly owner: string
  /** `told`: worth telling once, and no error. */
  readonly verdict: "right" | "told" | "wrong"
  /** What to do about it, in words; a command where there is one. */
  readonly remedy?: string
  /** Who should not be there. */
  readonly foreign: readonly Owner[]
  /** Where the gateway's port is listened on, where it is the gateway's own. */
  readonly addresses?: readonly string[]
  /** The declared gateway runs, and does not listen yet. */
  readonly coming: boolean
}

/** Seconds that a gateway may take from its start until it listens; on a busy machine they take a minute. */
const startingSeconds = 150

/** One look. A host that cannot be asked is a finding as well; another resource's where it may lag. */
export async function evaluateListener(run: Run, inputs: ListenerInputs): Promise<ListenerEvaluation> {
  const declared = declaredIn(inputs)
  const { script, args } = portScript(inputs.port, declared)
  const nothing = (reason: string): ListenerEvaluation => {
    return { code: "unknown", owner: `unknown: ${reason}`, verdict: "wrong", foreign: [], coming: false }
  }
  try {
    const { code, stdout, stderr } = await hostOf(inputs.host).run(script, { args })
    const answer = parseTaggedAnswer(stdout)
    if (answer) return judged(parsePortSnapshot(answer, inputs.port, declared), inputs)
    return nothing(code === null ? "the look took too long" : `the look was cut off (${stderr.lastLine})`)
  } catch (error) {
    if (error instanceof Unreachable && run.lagging.mayLag(inputs.host)) return right(inputs)
    if (error instanceof UserError) return nothing(error.message)
    throw error
  }
}

/** What a snapshot means for what is declared. */
function judged(snapshot: PortSnapshot, inputs: ListenerInputs): ListenerEvaluation {
  return inputs.role === "node" ? strays(snapshot, inputs) : portOwner(snapshot, inputs)
}

function portOwner(snapshot: PortSnapshot, inputs: ListenerInputs): ListenerEvaluation {
  const wanted = wantedIn(inputs)
  const owners = listOwners(snapshot).map((owner) => ({ owner, is: classifyOwner(owner, wanted, snapshot) }))
  const foreign = owners.filter(({ is }) => is === "foreign").map(({ owner }) => owner)
  const beside = owners.length > foreign.length ? ", beside the gateway" : ""
  if (foreign.length > 0) {
    const judged = wrong(foreign, snapshot, inputs, "a second gateway")
    return { ...judged, owner: judged.owner + beside }
  }
  const byHand = owners.find(({ is }) => is === "by hand")?.owner
  if (byHand?.kind === "process") {
    const service = `${inputs.manager} ${inputs.name}`
    const remedy = `stop it and start ${shown(service)}, or declare manager: process`
    const owner = describeStartedByHand(byHand.process, service)
    return { code: "owned", owner, verdict: "told", remedy, foreign: [], coming: false }
  }
  if (owners.length > 0) return { ...right(inputs), addresses: addressesIn(snapshot) }
  return nobody(snapshot, inputs)
}

function addressesIn({ sockets }: PortSnapshot): string[] {
  return [...new Set(sockets.map(({ address }) => address))].sort()
}

function nobody(snapshot: PortSnapshot, inputs: ListenerInputs): ListenerEvaluation {
  const process = snapshot.declared === undefined ? undefined : snapshot.processes.get(snapshot.declared)
  const coming = process !== undefined
  // It is on its way: whoever looks a moment later will see it.
  if (process && (process.age ?? Number.POSITIVE_INFINITY) < startingSeconds) {
    return { code: "none", owner: inputs.owner, verdict: "right", foreign: [], coming }
  }
  const { manager, name, host } = inputs
  const start = manager && name && manager !== "process" ? formatStartCommand(manager, name, snapshot.uid) : undefined
  if (coming) {
    const remedy = `does its config have another port than ${inputs.port}? See its log`
    const owner = "nobody: the gateway runs, but does not listen here"
    return { code: "owned", owner, verdict: "told", remedy, foreign: [], coming }
  }
  const remedy = start ? { remedy: `start the gateway: ${formatOnHost(host, start)}` } : {}
  return { code: "none", owner: "nobody", verdict: "told", ...remedy, foreign: [], coming }
}

function strays(snapshot: PortSnapshot, inputs: ListenerInputs): ListenerEvaluation {
  const { owners = [] } = inputs
  const foreign = listGateways(snapshot).filter((owner) => !owners.some((spec) => matchesSpec(owner, spec)))
  if (foreign.length > 0) return wrong(foreign, snapshot, inputs, "a stray gateway")
  return right(inputs)
}

function right({ owner }: ListenerInputs): ListenerEvaluation {
  return { code: "owned", owner, verdict: "right", foreign: [], coming: false }
}

function wrong(
  foreign: readonly Owner[],
  snapshot: PortSnapshot,
  { host, port }: ListenerInputs,
  what: string,
): ListenerEvaluation {
  const stop = foreign.map((owner) => formatOnHost(host, formatStopCommand(owner, port, snapshot))).join("; ")
  const verb = foreign.every(({ kind }) => kind === "unseen") ? "see who it is" : "stop it"
  return {
    code: "owned",
    owner: foreign.map((owner) => describeOwner(owner, snapshot, what)).join(" and "),
    verdict: "wrong",
    remedy: `${verb}: ${stop}`,
    foreign,
    coming: false,
  }
}
