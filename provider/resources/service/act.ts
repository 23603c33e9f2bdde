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
import { provedBack } from "../../gateways/restart.ts"
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
/** How long a new process has until it must be right; what drains has longer, but nobody waits for it. */
const patienceMilliseconds = 20_000
const pauseMilliseconds = 150
/** How long a process that runs, but wrongly, is watched: what starts by a wrapper becomes itself in between. */
const stubbornMilliseconds = 2_000

/** One look at the service. A host that cannot be reached is a finding as well. */
async function lookAt(inputs: ServiceInputs): Promise<ServiceSnapshot> {
  const manager = managers[inputs.manager]
  const service = serviceOf(inputs)
  const { script, args } = manager.snapshotScript(service)
  try {
    const { code, stdout, stderr } = await hostOf(inputs.host).run(script, { args })
    const answer = parseTaggedAnswer(stdout)
    if (answer) return manager.parseSnapshot(answer, service)
    return nothingSeen(code === null ? "the look took too long" : `the look was cut off (${stderr.lastLine})`)
  } catch (error) {
    if (error instanceof UserError) return nothingSeen(error.message)
    throw error
  }
}

export async function evaluateService(run: Run, inputs: ServiceInputs, memory: Memory): Promise<ServiceEvaluation> {
  const [snapshot, asked] = await Promise.all([lookAt(inputs), askedFor(run, inputs)])
  return evaluateSnapshot(run, snapshot, inputs, { ...memory, ...asked })
}

/** Verdicts of a gateway that is there and says nothing about the token. */
const sayNothing: readonly Verdict["kind"][] = ["starting", "not a gateway", "rate limited"]

/** The token that a gateway is known to take, at the wire; or why it could not be asked. */
async function askedFor(
  run: Run,
  inputs: ServiceInputs,
): Promise<{ readonly taken?: Secret; readonly unasked?: string }> {
  const at = gatewayOf(inputs)
  if (!at) return {}
  const known = await run.gateways.tokenTaken(at)
  if (known) return { taken: known }
  const token =
    (await run.gateways.refusals(at)) > 0 ? undefined : await run.tokens.tokenSoon(inputs.token, inputs.generation)
  if (!token) return {}
  const verdict = await run.gateways.verdictOf(at, token)
  if (verdict.kind === "accepted") return { taken: token }
  return sayNothing.includes(verdict.kind) ? { unasked: describeVerdict(verdict) } : {}
}

function gatewayOf({ host, gateway }: ServiceInputs): GatewayAt | undefined {
  return gateway && { ...gateway, host }
}

/** A gateway that answered before it was restarted must answer again, and accept the token. */
async function proveBack(run: Run, inputs: ServiceInputs, log: Log): Promise<void> {
  const at = gatewayOf(inputs)
  if (!at || !run.gateways.hasAnswered(at)) return
  log("status", "the gateway was restarted; waiting until it is back")
  run.gateways.forget(at)
  await provedBack(
    run,
    run.gateways.declaredAt(at) ?? at,
    run.tokens.tokenValue(inputs.token, inputs.generation),
    "service",
  ).catch((error) => {
    throw error instanceof UserError ? located(error.message, inputs) : error
  })
}

function nothingSeen(reason: string): ServiceSnapshot {
  const loaded: Loaded = { kind: "unknown", reason }
  const absent = { kind: "absent" } as const
  return { home: "", file: absent, loaded, enabled: true, process: { kind: "stopped" }, live: undefined, reads: absent }
}

/** Why nothing that we do would put it right; undefined where something does. */
export function obstacleOf(
  run: Run,
  seen: ServiceEvaluation,
  inputs: ServiceInputs,
  fresh: boolean,
): string | undefined {
  const { snapshot, declared, faults, ran, shown: words } = seen
  if (isSkipped(run, words, inputs)) return undefined
  const plan = createPlan(managers[inputs.manager], snapshot, faults)
  if (plan.kind === "obstacle") return obstacleWords(plan.loaded, words.definition, inputs)
  const { file } = snapshot
  if (fresh && declared && plan.write && file.kind === "file" && !inputs.overwrite && !isOurs(file.bytes)) {
    return `${shown(inputs.path)} is there, and was not written by gatekey, which would replace it whole; move it away, or set overwrite: true`
  }
  if (ran?.tried !== undefined && ran.tried === words.runsWith) return triedWords(words.runsWith, inputs)
  return undefined
}

function obstacleWords(kind: Loaded["kind"], definition: string, inputs: ServiceInputs): string {
  const remedy = managers[inputs.manager].describeFix(serviceOf(inputs), { kind })
  if (kind === "absent") {
    return `${definition}: install it with the product's own command (such as openclaw node install), or declare its program`
  }
  if (kind === "masked") return `its user switched it off for good; gatekey leaves that to them: ${remedy}`
  if (kind === "broken") return `${definition}; see: ${remedy}`
  if (kind === "elsewhere") return `${definition}; declare that path, or remove it there`
  return definition
}

/** Does the smallest act, once, and sees it take effect. @throws UserError when it cannot be put right */
export async function bring(
  run: Run,
  before: ServiceEvaluation,
  inputs: ServiceInputs,
  memory: Memory,
  fresh: boolean,
  log: Log,
): Promise<ServiceEvaluation> {
  if (inputs.act === "watch" || isSkipped(run, before.shown, inputs)) return before
  const obstacle = obstacleOf(run, before, inputs, fresh)
  if (obstacle) throw located(obstacle, inputs)
  const plan = createPlan(managers[inputs.manager], before.snapshot, before.faults)
  if (plan.kind !== "acts" || (!plan.write && plan.acts.length === 0)) return before
  const { declared } = before
  if (plan.write && declared) {
    const { text, mode } = declared
    await hostOf(inputs.host).edit(inputs.path, () => ({ bytes: Buffer.from(text), mode }))
  }
  await perform(inputs, plan.acts)
  const at = gatewayOf(inputs)
  if (at) run.gateways.forget(at)
  const after = await settled(run, inputs, memory)
  tell(before, after, log)
  if (after.snapshot.process.kind === "draining") return after
  if (!isRight(run, "process", after.shown, inputs)) {
    const remedy = managers[inputs.manager].describeFix(serviceOf(inputs), { act: "start" })
    throw located(`${after.shown.process} after it was started; see: ${remedy}`, inputs)
  }
  if (!isRight(run, "definition", after.shown, inputs)) throw located(`${after.shown.definition}, still`, inputs)
  if (before.snapshot.live && before.snapshot.live.id !== after.snapshot.live?.id) await proveBack(run, inputs, log)
  if (isRight(run, "runsWith", after.shown, inputs) || !after.ran) return after
  log("warning", triedWords(after.shown.runsWith, inputs))
  return { ...after, ran: { ...after.ran, tried: after.shown.runsWith } }
}

/** @throws UserError that names the act which failed, why, and what mends it */
export async function perform(inputs: ServiceInputs, acts: readonly Act[]): Promise<void> {
  if (acts.length === 0) return
  const manager = managers[inputs.manager]
  const action = manager.actScript(serviceOf(inputs), acts)
  const { code, stdout, stderr } = await hostOf(inputs.host).run(action.script, action)
  const [, failed, status] = /^(\S+) (\d+)$/.exec(parseTaggedAnswer(stdout)?.one("failed") ?? "") ?? []
  if (code === 0 && failed === undefined) return
  const act = failed as Act | undefined
  const remedy = manager.describeFix(serviceOf(inputs), { ...(act ? { act } : {}), code: Number(status ?? code ?? 0) })
  const why = `${stderr.lastLine}` || (code === null ? "it took too long" : `it ended with ${status ?? code}`)
  throw located(`${act ?? acts.join(", ")} failed: ${why}. What mends it: ${remedy}`, inputs)
}

/** Looks until it is right twice in a row (what crashes at once is not right), drains, failed, or stays wrong. */
async function settled(run: Run, inputs: ServiceInputs, memory: Memory): Promise<ServiceEvaluation> {
  const deadline = Date.now() + patienceMilliseconds
  let last: string | undefined
  let since = Date.now()
  for (;;) {
    const now = await evaluateService(run, inputs, memory)
    const { process, live } = now.snapshot
    const right = layers.every((key) => isRight(run, key, now.shown, inputs))
    const state = [right, live?.id, ...layers.map((key) => now.shown[key])].join("|")
    if (state !== last) since = Date.now()
    const same = state === last && process.kind === "running"
    const enough = same && (right || Date.now() - since > stubbornMilliseconds)
    // A gateway that was idle ends within a moment; one that drains its work, in minutes.
    const drains = process.kind === "draining" && !inputs.gateway
    const over = drains || process.kind === "failed" || Date.now() > deadline
    if (enough || over) return now
    last = state
    await pause(pauseMilliseconds)
  }
}

/** What became of the process; a reload alone needs no words. */
function tell(before: ServiceEvaluation, after: ServiceEvaluation, log: Log): void {
  const { runsWith } = after.shown
  if (after.snapshot.process.kind === "draining") {
    log("info", "was told to restart: it ends its work first, which may take minutes, and then starts anew by itself")
  } else if (before.snapshot.process.kind !== "running") {
    log("info", `started: was ${before.shown.process}; runs with ${runsWith}`)
  } else if (before.snapshot.live?.id !== after.snapshot.live?.id) {
    log("info", `restarted once: ran with ${before.shown.runsWith}; runs with ${runsWith} now`)
  }
}

function triedWords(runsWith: string, inputs: ServiceInputs): string {
  const remedy = managers[inputs.manager].describeFix(serviceOf(inputs), { kind: "environment" })
  return `runs with ${runsWith} after its restart as well, so something else than its places sets ${inputs.variable}; it is not restarted again. Perhaps: ${remedy}; then restart it`
}

function isOurs(bytes: Uint8Array): boolean {
  return Buffer.from(bytes).includes(markOfOurs)
}

function located(message: string, inputs: ServiceInputs): UserError {
  return new UserError(`${serviceId(inputs)}: ${message}`)
}
