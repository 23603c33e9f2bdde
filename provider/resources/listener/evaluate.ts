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

/** The port's owner, evaluated. */
export interface ListenerEvaluation {
  /** `unknown`: the port cannot be checked. `none`: nothing listens there. */
  readonly code: "owned" | "none" | "unknown"
  /** Describes the owner; equals the inputs' `owner` if nothing is wrong. */
  readonly owner: string
  /** `reported`: reported once, and not an error. */
  readonly verdict: "right" | "reported" | "wrong"
  /** How to fix it; a command if there is one. */
  readonly remedy?: string
  /** Owners that may not use the port. */
  readonly foreign: readonly Owner[]
  /** The addresses on which the gateway listens, if it owns the port. */
  readonly addresses?: readonly string[]
  /** The declared gateway runs, but does not listen yet. */
  readonly coming: boolean
}

/** Seconds that a gateway may take from its start until it listens; on a busy machine it takes a minute. */
const startingSeconds = 150

/** Checks the port once. An unreachable host is a finding too, unless it may be behind: then it is another resource's. */
export async function evaluateListener(run: Run, inputs: ListenerInputs): Promise<ListenerEvaluation> {
  const declared = declaredIn(inputs)
  const { script, args } = portScript(inputs.port, declared)
  const unknownOwner = (reason: string): ListenerEvaluation => {
    return { code: "unknown", owner: `unknown: ${reason}`, verdict: "wrong", foreign: [], coming: false }
  }
  try {
    const { code, stdout, stderr } = await hostOf(inputs.host).run(script, { args })
    const answer = parseTaggedAnswer(stdout)
    if (answer) return evaluateSnapshot(parsePortSnapshot(answer, inputs.port, declared), inputs)
    return unknownOwner(code === null ? "the look took too long" : `the look was cut off (${stderr.lastLine})`)
  } catch (error) {
    if (error instanceof Unreachable && run.lagging.mayLag(inputs.host)) return rightEvaluation(inputs)
    if (error instanceof UserError) return unknownOwner(error.message)
    throw error
  }
}

/** Compares a snapshot with what is declared. */
function evaluateSnapshot(snapshot: PortSnapshot, inputs: ListenerInputs): ListenerEvaluation {
  return inputs.role === "node" ? evaluateNodeHost(snapshot, inputs) : evaluateOwner(snapshot, inputs)
}

function evaluateOwner(snapshot: PortSnapshot, inputs: ListenerInputs): ListenerEvaluation {
  const wanted = wantedIn(inputs)
  const owners = listOwners(snapshot).map((owner) => ({ owner, relation: classifyOwner(owner, wanted, snapshot) }))
  const foreign = owners.filter(({ relation }) => relation === "foreign").map(({ owner }) => owner)
  const beside = owners.length > foreign.length ? ", beside the gateway" : ""
  if (foreign.length > 0) {
    const evaluation = wrongEvaluation(foreign, snapshot, inputs, "a second gateway")
    return { ...evaluation, owner: evaluation.owner + beside }
  }
  const byHand = owners.find(({ relation }) => relation === "by hand")?.owner
  if (byHand?.kind === "process") {
    const service = `${inputs.manager} ${inputs.name}`
    const remedy = `stop it and start ${shown(service)}, or declare manager: process`
    const owner = describeStartedByHand(byHand.process, service)
    return { code: "owned", owner, verdict: "reported", remedy, foreign: [], coming: false }
  }
  if (owners.length > 0) return { ...rightEvaluation(inputs), addresses: addressesIn(snapshot) }
  return evaluateFreePort(snapshot, inputs)
}

function addressesIn({ sockets }: PortSnapshot): string[] {
  return [...new Set(sockets.map(({ address }) => address))].sort()
}

function evaluateFreePort(snapshot: PortSnapshot, inputs: ListenerInputs): ListenerEvaluation {
  const process = snapshot.declared === undefined ? undefined : snapshot.processes.get(snapshot.declared)
  const coming = process !== undefined
  // It is starting: it will listen in a moment.
  if (process && (process.age ?? Number.POSITIVE_INFINITY) < startingSeconds) {
    return { code: "none", owner: inputs.owner, verdict: "right", foreign: [], coming }
  }
  const { manager, name, host } = inputs
  const start = manager && name && manager !== "process" ? formatStartCommand(manager, name, snapshot.uid) : undefined
  if (coming) {
    const remedy = `check that its config has port ${inputs.port}, and see its log`
    const owner = "nobody: the gateway runs, but does not listen here"
    return { code: "owned", owner, verdict: "reported", remedy, foreign: [], coming }
  }
  const remedy = start ? { remedy: `start the gateway: ${formatOnHost(host, start)}` } : {}
  return { code: "none", owner: "nobody", verdict: "reported", ...remedy, foreign: [], coming }
}

function evaluateNodeHost(snapshot: PortSnapshot, inputs: ListenerInputs): ListenerEvaluation {
  const { owners = [] } = inputs
  const foreign = listGateways(snapshot).filter((owner) => !owners.some((spec) => matchesSpec(owner, spec)))
  if (foreign.length > 0) return wrongEvaluation(foreign, snapshot, inputs, "a stray gateway")
  return rightEvaluation(inputs)
}

function rightEvaluation({ owner }: ListenerInputs): ListenerEvaluation {
  return { code: "owned", owner, verdict: "right", foreign: [], coming: false }
}

function wrongEvaluation(
  foreign: readonly Owner[],
  snapshot: PortSnapshot,
  { host, port }: ListenerInputs,
  what: string,
): ListenerEvaluation {
  const stop = foreign.map((owner) => formatOnHost(host, formatStopCommand(owner, port, snapshot))).join("; ")
  const verb = foreign.every(({ kind }) => kind === "unseen") ? "find the process" : "stop it"
  return {
    code: "owned",
    owner: foreign.map((owner) => describeOwner(owner, snapshot, what)).join(" and "),
    verdict: "wrong",
    remedy: `${verb}: ${stop}`,
    foreign,
    coming: false,
  }
}
