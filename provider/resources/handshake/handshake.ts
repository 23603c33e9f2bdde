import { UserError } from "../../../core/errors.ts"
import { omitUndefined } from "../../../core/given.ts"
import { formatNoticeLine, type Notice } from "../../../core/notice.ts"
import { declared } from "../../declare.ts"
import { pause } from "../../pause.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { noteBackup, tellCause } from "./cause.ts"
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

/** How long a gateway that has begun to start has until it is ready; on a busy machine it takes a minute. */
const patienceMilliseconds = 120_000
/** How long one that answered when the run began may be away. */
const awayMilliseconds = 90_000
const pauseMilliseconds = 250

export const handshake: Resource = {
  async check({ run, news, fresh, log }) {
    const checked = completed(news)
    if (checked.failures?.length === 0) await tellCause(run, checked.inputs, fresh, log)
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
    return { id: handshakeId(news), outputs: preview ? news : await settled(run, news, "info", log) }
  },

  async read({ run, id, inputs, state }) {
    if (inputs.port === undefined) throw new UserError(`${id}: a handshake is not imported; declare it`)
    const known = declared(handshakeDeclaration, inputs)
    const [now] = await Promise.all([judgedSoon(run, known), noteBackup(run, known)])
    const verdict = now === undefined || now.is === "coming" ? wantedIn(inputs) : now.words
    const isNews = verdict !== wantedIn(inputs) && verdict !== state.told
    // What all its nodes are told of a gateway is the gateway's.
    if (isNews && (now?.is === "wrong" || known.from === undefined))
      run.troubles.noteTrouble(known.from ?? known.host, known.home)
    // Once it was right, what was told before is news again.
    const { told, ...rest } = state
    const code = now?.is === "coming" ? undefined : now?.code
    const outputs = { ...rest, ...inputs, verdict, code, ...(verdict === wantedIn(inputs) ? {} : { told }) }
    return { id, inputs: { ...inputs, verdict }, outputs }
  },

  async update({ run, olds, news, preview, log }) {
    if (!isKnown(news)) return news
    const inputs: HandshakeInputs = news
    // A mode that is not declared any more is that of a token.
    const mode = inputs.mode ?? (olds.mode === undefined ? undefined : "token")
    if (!preview) {
      const { mode: _, ...outputs } = await settled(run, { ...inputs, ...omitUndefined({ mode }) }, "warning", log)
      return { ...outputs, ...omitUndefined({ mode: inputs.mode }) }
    }
    if (olds.verdict !== inputs.verdict && olds.generation === inputs.generation) {
      const now = await judgedSoon(run, inputs)
      if (now && now.is !== "right") log("warning", describe(now))
    }
    return news
  },

  async delete() {},
}

/** Asks, and gives one that is starting its time. It fails, after all else, where the token is not taken. */
async function settled(run: Run, inputs: HandshakeInputs, severity: "info" | "warning", log: Log): Promise<Properties> {
  try {
    await run.activity.afterOthers()
    const begun = Date.now()
    let now: HandshakeEvaluation | undefined
    for (;;) {
      run.gateways.forget(gatewayIn(inputs))
      now = left(run, await judgedSoon(run, inputs), inputs)
      const patience = now?.remedy === undefined ? patienceMilliseconds : awayMilliseconds
      if (now?.is !== "coming" || Date.now() - begun > patience) break
      log("status", "the gateway is starting")
      await pause(pauseMilliseconds)
    }
    const outputs = { ...inputs, verdict: now?.words ?? inputs.verdict, code: now?.code }
    if (now === undefined || now.is === "right") return outputs
    if (now.is !== "told") throw new UserError(formatNoticeLine(describe(now)))
    log(severity, describe(now))
    return { ...outputs, told: now.words }
  } catch (error) {
    return run.activity.failLast(error)
  }
}

/** One that answered earlier in this run must answer at its end: it restarts, or it is gone. */
function left(
  run: Run,
  now: HandshakeEvaluation | undefined,
  inputs: HandshakeInputs,
): HandshakeEvaluation | undefined {
  if (now?.is !== "told" || now.code !== "no gateway" || !run.gateways.hasAnswered(gatewayIn(inputs))) return now
  const remedy = "it answered when this run began, and does not any more: see its log, and start it"
  return { code: now.code, words: now.words, is: "coming", remedy }
}

/** What is right, in words. */
function wantedIn(inputs: Properties): string {
  return String(completed(inputs).inputs.verdict)
}

/** Nothing where the Token has no part in this run. */
async function judgedSoon(run: Run, inputs: HandshakeInputs): Promise<HandshakeEvaluation | undefined> {
  if (!isBound(inputs)) return undefined
  const token = await run.tokens.tokenSoon(inputs.token, inputs.generation)
  return token && evaluateHandshake(run, inputs, token)
}

function describe({ words, remedy }: HandshakeEvaluation): Notice {
  return { message: words, ...omitUndefined({ fix: remedy }) }
}
