import { UserError } from "../../../core/errors.ts"
import { omitUndefined } from "../../../core/given.ts"
import { formatNoticeLine, type Notice } from "../../../core/notice.ts"
import { declared } from "../../declare.ts"
import { pause } from "../../pause.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { noteBackup, reportCause } from "./cause.ts"
import { evaluateHandshake, type HandshakeEvaluation } from "./evaluate.ts"
import {
  completed,
  gatewayIn,
  type HandshakeInputs,
  handshakeDeclaration,
  handshakeId,
  identity,
  isBound,
  isKnown,
} from "./inputs.ts"

/** How long a starting gateway may take until it is ready; on a busy machine it takes a minute. */
const patienceMilliseconds = 120_000
/** How long a gateway that answered when the run began may be away. */
const awayMilliseconds = 90_000
const pauseMilliseconds = 250

export const handshake: Resource = {
  async check({ run, news, fresh, log }) {
    const checked = completed(news)
    if (checked.failures?.length === 0) await reportCause(run, checked.inputs, fresh, log)
    return checked
  },

  diff({ olds, news }) {
    const replaces = identity.filter((key) => olds[key] !== news[key])
    const asked = ["generation", "url", "mode"].filter((key) => olds[key] !== news[key])
    const drifted = olds.verdict !== news.verdict && olds.verdict !== olds.told ? ["verdict"] : []
    return { changes: [...replaces, ...asked, ...drifted], replaces }
  },

  async create({ run, news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: news }
    return { id: handshakeId(news), outputs: preview ? news : await settleHandshake(run, news, "info", log) }
  },

  async read({ run, id, inputs, state }) {
    if (inputs.port === undefined) throw new UserError(`${id}: a handshake is not imported; declare it`)
    const known = declared(handshakeDeclaration, inputs)
    const [now] = await Promise.all([evaluateSoon(run, known), noteBackup(run, known)])
    const verdict = now === undefined || now.outcome === "starting" ? wantedIn(inputs) : now.message
    const isNews = verdict !== wantedIn(inputs) && verdict !== state.told
    // A finding that all nodes share is the gateway's.
    if (isNews && (now?.outcome === "wrong" || known.from === undefined))
      run.troubles.noteTrouble(known.from ?? known.host, known.home)
    // After it was right once, the same finding is reported again.
    const { told, ...rest } = state
    const code = now?.outcome === "starting" ? undefined : now?.code
    const outputs = { ...rest, ...inputs, verdict, code, ...(verdict === wantedIn(inputs) ? {} : { told }) }
    return { id, inputs: { ...inputs, verdict }, outputs }
  },

  async update({ run, olds, news, preview, log }) {
    if (!isKnown(news)) return news
    const inputs: HandshakeInputs = news
    // Without a declared mode, a token is sent.
    const mode = inputs.mode ?? (olds.mode === undefined ? undefined : "token")
    if (!preview) {
      const { mode: _, ...outputs } = await settleHandshake(
        run,
        { ...inputs, ...omitUndefined({ mode }) },
        "warning",
        log,
      )
      return { ...outputs, ...omitUndefined({ mode: inputs.mode }) }
    }
    if (olds.verdict !== inputs.verdict && olds.generation === inputs.generation) {
      const now = await evaluateSoon(run, inputs)
      if (now && now.outcome !== "right") log("warning", describe(now))
    }
    return news
  },

  async delete() {},
}

/** Connects, and waits for a starting gateway. Fails after all other steps if the token is not accepted. */
async function settleHandshake(
  run: Run,
  inputs: HandshakeInputs,
  severity: "info" | "warning",
  log: Log,
): Promise<Properties> {
  try {
    await run.activity.afterOthers()
    const begun = Date.now()
    let now: HandshakeEvaluation | undefined
    for (;;) {
      run.gateways.forget(gatewayIn(inputs))
      now = expectReturn(run, await evaluateSoon(run, inputs), inputs)
      const patience = now?.remedy === undefined ? patienceMilliseconds : awayMilliseconds
      if (now?.outcome !== "starting" || Date.now() - begun > patience) break
      log("status", "the gateway is starting")
      await pause(pauseMilliseconds)
    }
    const outputs = { ...inputs, verdict: now?.message ?? inputs.verdict, code: now?.code }
    if (now === undefined || now.outcome === "right") return outputs
    if (now.outcome !== "reported") throw new UserError(formatNoticeLine(describe(now)))
    log(severity, describe(now))
    return { ...outputs, told: now.message }
  } catch (error) {
    return run.activity.failLast(error)
  }
}

/** Expects a gateway that answered earlier in this run to answer again: it restarts, or it is gone. */
function expectReturn(
  run: Run,
  now: HandshakeEvaluation | undefined,
  inputs: HandshakeInputs,
): HandshakeEvaluation | undefined {
  if (now?.outcome !== "reported" || now.code !== "no gateway" || !run.gateways.hasAnswered(gatewayIn(inputs)))
    return now
  const remedy = "it answered when this run began, but no longer does: see its log, and start it"
  return { code: now.code, message: now.message, outcome: "starting", remedy }
}

/** Returns the wanted verdict. */
function wantedIn(inputs: Properties): string {
  return String(completed(inputs).inputs.verdict)
}

/** Connects; undefined if the Token is not part of this run. */
async function evaluateSoon(run: Run, inputs: HandshakeInputs): Promise<HandshakeEvaluation | undefined> {
  if (!isBound(inputs)) return undefined
  const token = await run.tokens.tokenSoon(inputs.token, inputs.generation)
  return token && evaluateHandshake(run, inputs, token)
}

function describe({ message, remedy }: HandshakeEvaluation): Notice {
  return { message, ...omitUndefined({ fix: remedy }) }
}
