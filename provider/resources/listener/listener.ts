import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../../core/errors.ts"
import { omitUndefined } from "../../../core/given.ts"
import { formatNoticeLine, type Notice } from "../../../core/notice.ts"
import { hostOf } from "../../../hosts/index.ts"
import { describeEvictionFailure, evictionScript } from "../../../probes/listeners/evict.ts"
import { matchesSpec, type Owner } from "../../../probes/listeners/owner.ts"
import { declared } from "../../declare.ts"
import { pause } from "../../pause.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { evaluateListener, type ListenerEvaluation } from "./evaluate.ts"
import { warnWhenExposed } from "./exposed.ts"
import {
  completed,
  deciding,
  identity,
  isKnown,
  type ListenerInputs,
  listenerDeclaration,
  listenerId,
} from "./inputs.ts"

/** How long a gateway that runs, or starts again now that its port is free, may take until it listens. */
const patienceMilliseconds = 45_000
/** How long a service manager takes to try again. */
const restartMilliseconds = 8_000
const pauseMilliseconds = 250

export const listener: Resource = {
  async check({ news }) {
    return completed(news)
  },

  diff({ run, urn, olds, news, log }) {
    warnWhenExposed(run, urn, { ...news, addresses: olds.addresses }, log)
    const replaces = identity.filter((key) => olds[key] !== news[key])
    const asked = deciding.filter((key) => !isDeepStrictEqual(olds[key], news[key]))
    const drifted = olds.owner !== news.owner && olds.owner !== olds.told ? ["owner"] : []
    return { changes: [...replaces, ...asked, ...drifted], replaces }
  },

  async create({ run, urn, news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: news }
    const outputs = preview
      ? await previewListener(run, news, "info", log)
      : await settleListener(run, news, "info", log)
    warnWhenExposed(run, urn, outputs, log)
    return { id: listenerId(news), outputs }
  },

  async read({ run, id, inputs, state }) {
    if (inputs.port === undefined) throw new UserError(`${id}: a listener is not imported; declare it`)
    const known = declared(listenerDeclaration, inputs)
    const now = await evaluateListener(run, { ...known, owner: String(completed(inputs).inputs.owner) })
    const { owner, verdict } = now
    // After it was right once, the same finding is reported again.
    const { told, addresses: _, ...rest } = state
    if (verdict !== "right" && owner !== told) run.troubles.noteTrouble(known.host)
    const outputs = { ...rest, ...inputs, owner, ...addressOutputs(now), ...(verdict === "right" ? {} : { told }) }
    return { id, inputs: { ...inputs, owner }, outputs }
  },

  async update({ run, news, preview, log }) {
    if (!isKnown(news)) return news
    return preview ? previewListener(run, news, "warning", log) : settleListener(run, news, "warning", log)
  },

  async delete() {},
}

/** Reports in a preview what uses the port, and what `up` will do about it. */
async function previewListener(
  run: Run,
  inputs: ListenerInputs,
  severity: "info" | "warning",
  log: Log,
): Promise<Properties> {
  const now = await evaluateListener(run, inputs)
  if (now.verdict === "wrong") log("warning", describeWrong(now, inputs))
  if (now.verdict === "reported") log(severity, describeReported(now, inputs))
  return { ...outputsOf(inputs), ...addressOutputs(now) }
}

/** Stops the owners that `evict` names, waits for the gateway, and fails last if another owner still uses the port. */
async function settleListener(
  run: Run,
  inputs: ListenerInputs,
  severity: "info" | "warning",
  log: Log,
): Promise<Properties> {
  try {
    const before = await evaluateListener(run, inputs)
    const evicted = before.foreign.filter((owner) => mayStop(owner, inputs))
    for (const owner of evicted) await stopOwner(owner, inputs)
    if (evicted.length > 0) run.gateways.forgetAnswer(inputs)
    if (before.verdict !== "right" || before.coming) await run.activity.afterOthers()
    const now =
      before.verdict === "right" && !before.coming ? before : await waitForListener(run, inputs, evicted.length > 0)
    if (evicted.length > 0 && now.owner !== before.owner)
      log("info", `was ${before.owner}: stopped; now it is ${now.owner}`)
    if (now.verdict === "wrong")
      throw new UserError(formatNoticeLine(describeWrong(now, { ...inputs, evict: [] }, evicted.length > 0)))
    if (now.verdict === "reported") log(severity, describeReported(now, inputs))
    return outputsOf(inputs, now)
  } catch (error) {
    return run.activity.failLast(error)
  }
}

/** Waits for the result: a stopped process needs a moment to end, and the gateway to listen. */
async function waitForListener(run: Run, inputs: ListenerInputs, evicted: boolean): Promise<ListenerEvaluation> {
  const begun = Date.now()
  for (;;) {
    const now = await evaluateListener(run, inputs)
    const spent = Date.now() - begun
    const hoped = now.coming || (evicted && spent < restartMilliseconds)
    const going = now.verdict === "wrong" ? evicted : hoped && !(now.verdict === "right" && !now.coming)
    if (!going || spent > patienceMilliseconds) return now
    await pause(pauseMilliseconds)
  }
}

/** Stops an owner. @throws UserError if it is not stopped */
async function stopOwner(owner: Owner, inputs: ListenerInputs): Promise<void> {
  const action = evictionScript(owner)
  if (!action) return
  const { code, stderr } = await hostOf(inputs.host).run(action.script, action)
  const problem = describeEvictionFailure(code, stderr)
  if (problem)
    throw new UserError(
      `${listenerId(inputs)}: ${inputs.evict?.find((spec) => matchesSpec(owner, spec))} could not be stopped: ${problem}`,
    )
}

export function mayStop(owner: Owner, { evict = [] }: Pick<ListenerInputs, "evict">): boolean {
  return evictionScript(owner) !== undefined && evict.some((spec) => matchesSpec(owner, spec))
}

function describeWrong(
  { code, owner, remedy, foreign }: ListenerEvaluation,
  inputs: ListenerInputs,
  again = false,
): Notice {
  if (code === "unknown") return { message: `the owner of port ${inputs.port} is ${owner}` }
  const message =
    inputs.role === "node"
      ? `${owner} runs here, but only a node is declared`
      : `port ${inputs.port} is used by ${owner} instead of the gateway`
  if (foreign.length > 0 && foreign.every((each) => mayStop(each, inputs)))
    return { message, fix: "`pulumi up` stops it" }
  return { message: `${message}${again ? ", still" : ""}`, ...omitUndefined({ fix: remedy }) }
}

function describeReported({ code, owner, remedy }: ListenerEvaluation, { port }: ListenerInputs): Notice {
  const message = code === "none" ? `nothing listens on port ${port}` : `port ${port}: ${owner}`
  return { message, ...omitUndefined({ fix: remedy }) }
}

function outputsOf(inputs: ListenerInputs, now?: ListenerEvaluation): Properties {
  const reported = now?.verdict === "reported" ? { told: now.owner } : {}
  return { ...inputs, ...(now ? { owner: now.owner, ...addressOutputs(now) } : {}), ...reported }
}

function addressOutputs({ addresses }: ListenerEvaluation): Properties {
  return addresses === undefined ? {} : { addresses }
}
