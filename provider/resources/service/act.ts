import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import type { Ring } from "../../../core/ring.ts"
import type { Secret } from "../../../core/secret.ts"
import { describeVerdict, type Verdict } from "../../../gateways/verdict.ts"
import { hostOf } from "../../../hosts/index.ts"
import { managers } from "../../../probes/services/index.ts"
import type { Act, Loaded, ServiceSnapshot } from "../../../probes/services/manager.ts"
import { createPlan } from "../../../probes/services/plan.ts"
import { parseTaggedAnswer } from "../../../probes/services/script.ts"
import { requireRestarted } from "../../gateways/restart.ts"
import type { GatewayAt } from "../../gateways/session.ts"
import { pause } from "../../pause.ts"
import type { Log } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import { evaluateSnapshot, isRight, isSkipped, layers, type Ran, type ServiceEvaluation } from "./evaluate.ts"
import { type ServiceInputs, serviceId, serviceOf } from "./inputs.ts"

export interface Memory {
  readonly ring?: Ring
  readonly ran?: Ran
}

const markOfOurs = "Written by gatekey"
/** How long a new process may take until it is right; a draining one may take longer, but the run does not wait for it. */
const patienceMilliseconds = 20_000
const pauseMilliseconds = 150
/** How long the run watches a process that is wrong: a wrapper may still replace itself by the service. */
const stubbornMilliseconds = 2_000

/** Takes a snapshot of the service. A host that cannot be reached is a finding too. */
async function snapshotService(inputs: ServiceInputs): Promise<ServiceSnapshot> {
  const manager = managers[inputs.manager]
  const service = serviceOf(inputs)
  const { script, args } = manager.snapshotScript(service)
  try {
    const { code, stdout, stderr } = await hostOf(inputs.host).run(script, { args })
    const answer = parseTaggedAnswer(stdout)
    if (answer) return manager.parseSnapshot(answer, service)
    return unknownSnapshot(code === null ? "the look took too long" : `the look was cut off (${stderr.lastLine})`)
  } catch (error) {
    if (error instanceof UserError) return unknownSnapshot(error.message)
    throw error
  }
}

export async function evaluateService(run: Run, inputs: ServiceInputs, memory: Memory): Promise<ServiceEvaluation> {
  const [snapshot, answer] = await Promise.all([snapshotService(inputs), askGatewayToken(run, inputs)])
  return evaluateSnapshot(run, snapshot, inputs, { ...memory, ...answer })
}

/** Verdicts of a gateway that answers, but not about the token. */
const uninformativeVerdicts: readonly Verdict["kind"][] = ["starting", "not a gateway", "rate limited"]

/** Asks the gateway for the token that it accepts; or returns why it could not be asked. */
async function askGatewayToken(
  run: Run,
  inputs: ServiceInputs,
): Promise<{ readonly taken?: Secret; readonly unasked?: string }> {
  const at = gatewayOf(inputs)
  if (!at) return {}
  const known = await run.gateways.acceptedToken(at)
  if (known) return { taken: known }
  const token =
    (await run.gateways.refusals(at)) > 0 ? undefined : await run.tokens.tokenSoon(inputs.token, inputs.generation)
  if (!token) return {}
  const verdict = await run.gateways.verdictOf(at, token)
  if (verdict.kind === "accepted") return { taken: token }
  return uninformativeVerdicts.includes(verdict.kind) ? { unasked: describeVerdict(verdict) } : {}
}

function gatewayOf({ host, gateway }: ServiceInputs): GatewayAt | undefined {
  return gateway && { ...gateway, host }
}

/** Proves that a gateway that answered before its restart answers again, and accepts the token. */
async function proveBack(run: Run, inputs: ServiceInputs, log: Log): Promise<void> {
  const at = gatewayOf(inputs)
  if (!at || !run.gateways.hasAnswered(at)) return
  log("status", "the gateway was restarted; waiting until it is back")
  run.gateways.forget(at)
  await requireRestarted(
    run,
    run.gateways.declaredAt(at) ?? at,
    run.tokens.tokenValue(inputs.token, inputs.generation),
    "service",
  ).catch((error) => {
    throw error instanceof UserError ? withServiceName(error.message, inputs) : error
  })
}

function unknownSnapshot(reason: string): ServiceSnapshot {
  const loaded: Loaded = { kind: "unknown", reason }
  const absent = { kind: "absent" } as const
  return { home: "", file: absent, loaded, enabled: true, process: { kind: "stopped" }, live: undefined, reads: absent }
}

/** Explains why no act would fix the service; undefined if one does. */
export function obstacleOf(
  run: Run,
  evaluation: ServiceEvaluation,
  inputs: ServiceInputs,
  fresh: boolean,
): string | undefined {
  const { snapshot, declared, faults, ran, description } = evaluation
  if (isSkipped(run, description, inputs)) return undefined
  const plan = createPlan(managers[inputs.manager], snapshot, faults)
  if (plan.kind === "obstacle") return describeObstacle(plan.loaded, description.definition, inputs)
  const { file } = snapshot
  if (fresh && declared && plan.write && file.kind === "file" && !inputs.overwrite && !isOurs(file.bytes)) {
    return `${shown(inputs.path)} exists, and was not written by gatekey, which would replace all of it; move it away, or set overwrite: true`
  }
  if (ran?.tried !== undefined && ran.tried === description.runsWith) return describeTried(description.runsWith, inputs)
  return undefined
}

function describeObstacle(kind: Loaded["kind"], definition: string, inputs: ServiceInputs): string {
  const remedy = managers[inputs.manager].describeFix(serviceOf(inputs), { kind })
  if (kind === "absent") {
    return `${definition}: install it with the product's own command (such as openclaw node install), or declare its program`
  }
  if (kind === "masked") return `its user masked it, and gatekey does not override that: ${remedy}`
  if (kind === "broken") return `${definition}; see: ${remedy}`
  if (kind === "elsewhere") return `${definition}; declare that path, or remove it there`
  return definition
}

/** Does the smallest act, once, and waits for its effect. @throws UserError if that does not fix the service */
export async function repairService(
  run: Run,
  before: ServiceEvaluation,
  inputs: ServiceInputs,
  memory: Memory,
  fresh: boolean,
  log: Log,
): Promise<ServiceEvaluation> {
  if (inputs.act === "watch" || isSkipped(run, before.description, inputs)) return before
  const obstacle = obstacleOf(run, before, inputs, fresh)
  if (obstacle) throw withServiceName(obstacle, inputs)
  const plan = createPlan(managers[inputs.manager], before.snapshot, before.faults)
  if (plan.kind !== "acts" || (!plan.write && plan.acts.length === 0)) return before
  const { declared } = before
  if (plan.write && declared) {
    const { text, mode } = declared
    await hostOf(inputs.host).edit(inputs.path, () => ({ bytes: Buffer.from(text), mode }))
  }
  await performActs(inputs, plan.acts)
  const at = gatewayOf(inputs)
  if (at) run.gateways.forget(at)
  const after = await settleService(run, inputs, memory)
  reportProcess(before, after, log)
  if (after.snapshot.process.kind === "draining") return after
  if (!isRight(run, "process", after.description, inputs)) {
    const remedy = managers[inputs.manager].describeFix(serviceOf(inputs), { act: "start" })
    throw withServiceName(`${after.description.process} after it was started; see: ${remedy}`, inputs)
  }
  if (!isRight(run, "definition", after.description, inputs))
    throw withServiceName(`still ${after.description.definition}`, inputs)
  if (before.snapshot.live && before.snapshot.live.id !== after.snapshot.live?.id) await proveBack(run, inputs, log)
  if (isRight(run, "runsWith", after.description, inputs) || !after.ran) return after
  log("warning", describeTried(after.description.runsWith, inputs))
  return { ...after, ran: { ...after.ran, tried: after.description.runsWith } }
}

/** Does the acts. @throws UserError with the act that failed, why, and the fix */
export async function performActs(inputs: ServiceInputs, acts: readonly Act[]): Promise<void> {
  if (acts.length === 0) return
  const manager = managers[inputs.manager]
  const action = manager.actScript(serviceOf(inputs), acts)
  const { code, stdout, stderr } = await hostOf(inputs.host).run(action.script, action)
  const [, failed, status] = /^(\S+) (\d+)$/.exec(parseTaggedAnswer(stdout)?.one("failed") ?? "") ?? []
  if (code === 0 && failed === undefined) return
  const act = failed as Act | undefined
  const remedy = manager.describeFix(serviceOf(inputs), { ...(act ? { act } : {}), code: Number(status ?? code ?? 0) })
  const why = `${stderr.lastLine}` || (code === null ? "it took too long" : `it ended with ${status ?? code}`)
  throw withServiceName(`${act ?? acts.join(", ")} failed: ${why}. Fix: ${remedy}`, inputs)
}

/** Checks until the service is right twice in a row (one that crashes at once is not), drains, fails, or stays wrong. */
async function settleService(run: Run, inputs: ServiceInputs, memory: Memory): Promise<ServiceEvaluation> {
  const deadline = Date.now() + patienceMilliseconds
  let last: string | undefined
  let since = Date.now()
  for (;;) {
    const now = await evaluateService(run, inputs, memory)
    const { process, live } = now.snapshot
    const allRight = layers.every((key) => isRight(run, key, now.description, inputs))
    const state = [allRight, live?.id, ...layers.map((key) => now.description[key])].join("|")
    if (state !== last) since = Date.now()
    const isSame = state === last && process.kind === "running"
    const enough = isSame && (allRight || Date.now() - since > stubbornMilliseconds)
    // An idle gateway ends within a moment; one that drains its work takes minutes.
    const drains = process.kind === "draining" && !inputs.gateway
    const over = drains || process.kind === "failed" || Date.now() > deadline
    if (enough || over) return now
    last = state
    await pause(pauseMilliseconds)
  }
}

/** Reports a started or restarted process; a reload is not reported. */
function reportProcess(before: ServiceEvaluation, after: ServiceEvaluation, log: Log): void {
  const { runsWith } = after.description
  if (after.snapshot.process.kind === "draining") {
    log("info", "restart requested: it ends its work first, which may take minutes, and then starts again by itself")
  } else if (before.snapshot.process.kind !== "running") {
    log("info", `started: was ${before.description.process}; runs with ${runsWith}`)
  } else if (before.snapshot.live?.id !== after.snapshot.live?.id) {
    log("info", `restarted once: ran with ${before.description.runsWith}; runs with ${runsWith} now`)
  }
}

function describeTried(runsWith: string, inputs: ServiceInputs): string {
  const remedy = managers[inputs.manager].describeFix(serviceOf(inputs), { kind: "environment" })
  return `still runs with ${runsWith} after its restart, so something else than its places sets ${inputs.variable}; it is not restarted again. Perhaps: ${remedy}; then restart it`
}

function isOurs(bytes: Uint8Array): boolean {
  return Buffer.from(bytes).includes(markOfOurs)
}

function withServiceName(message: string, inputs: ServiceInputs): UserError {
  return new UserError(`${serviceId(inputs)}: ${message}`)
}
