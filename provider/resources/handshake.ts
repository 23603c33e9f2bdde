import { setTimeout as sleep } from "node:timers/promises"
import { UserError } from "../../core/errors.ts"
import { afterOthers, failLast } from "../fail-last.ts"
import { forget } from "../gateways.ts"
import type { Log, Resource } from "../resource.ts"
import { tokenSoon } from "../tokens.ts"
import { noteTrouble } from "../troubles.ts"
import type { Properties } from "../wire.ts"
import { noteBackup, tellCause } from "./handshake-cause.ts"
import {
  completed,
  gatewayIn,
  type HandshakeInputs,
  handshakeId,
  identity,
  isBound,
  isKnown,
} from "./handshake-inputs.ts"
import { type Judged, judgedNow } from "./handshake-judge.ts"

/** How long a gateway that has begun to start has until it is ready; on a busy machine it takes a minute. */
const patienceMilliseconds = 120_000
const pauseMilliseconds = 250

export const handshake: Resource = {
  async check({ news, fresh, log }) {
    const checked = completed(news)
    if (checked.failures?.length === 0) await tellCause(checked.inputs, fresh, log)
    return checked
  },

  diff({ olds, news }) {
    const replaces = identity.filter((key) => olds[key] !== news[key])
    const asked = ["generation", "url"].filter((key) => olds[key] !== news[key])
    const drifted = olds.verdict !== news.verdict && olds.verdict !== olds.told ? ["verdict"] : []
    return { changes: [...replaces, ...asked, ...drifted], replaces }
  },

  async create({ news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: news }
    const inputs = news as unknown as HandshakeInputs
    return { id: handshakeId(inputs), outputs: preview ? news : await settled(inputs, "info", log) }
  },

  async read({ id, inputs, state }) {
    if (inputs.port === undefined) throw new UserError(`${id}: a handshake is not imported; declare it`)
    const known = inputs as unknown as HandshakeInputs
    const [now] = await Promise.all([judgedSoon(known), noteBackup(known)])
    const verdict = now === undefined || now.is === "coming" ? wantedIn(inputs) : now.words
    const isNews = verdict !== wantedIn(inputs) && verdict !== state.told
    // What all its nodes are told of a gateway is the gateway's.
    if (isNews && (now?.is === "wrong" || known.from === undefined)) noteTrouble(known.from ?? known.host, known.home)
    // Once it was right, what was told before is news again.
    const { told, ...rest } = state
    const outputs = { ...rest, ...inputs, verdict, ...(verdict === wantedIn(inputs) ? {} : { told }) }
    return { id, inputs: { ...inputs, verdict }, outputs }
  },

  async update({ olds, news, preview, log }) {
    if (!isKnown(news)) return news
    const inputs = news as unknown as HandshakeInputs
    if (!preview) return settled(inputs, "warning", log)
    if (olds.verdict !== inputs.verdict && olds.generation === inputs.generation) {
      const now = await judgedSoon(inputs)
      if (now && now.is !== "right") log("warning", words(now))
    }
    return news
  },

  async delete() {},
}

/** Asks, and gives one that is starting its time. It fails, after all else, where the token is not taken. */
async function settled(inputs: HandshakeInputs, severity: "info" | "warning", log: Log): Promise<Properties> {
  try {
    await afterOthers()
    const deadline = Date.now() + patienceMilliseconds
    let now: Judged | undefined
    for (;;) {
      forget(gatewayIn(inputs))
      now = await judgedSoon(inputs)
      if (now?.is !== "coming" || Date.now() > deadline) break
      log("status", "the gateway is starting")
      await sleep(pauseMilliseconds)
    }
    const outputs = { ...(inputs as unknown as Properties), verdict: now?.words ?? inputs.verdict }
    if (now === undefined || now.is === "right") return outputs
    if (now.is !== "told") throw new UserError(words(now))
    log(severity, words(now))
    return { ...outputs, told: now.words }
  } catch (error) {
    return failLast(error)
  }
}

/** What is right, in words. */
function wantedIn(inputs: Properties): string {
  return String(completed(inputs).inputs.verdict)
}

/** Nothing where the Token has no part in this run. */
async function judgedSoon(inputs: HandshakeInputs): Promise<Judged | undefined> {
  if (!isBound(inputs as unknown as Properties)) return undefined
  const token = await tokenSoon(inputs.token, inputs.generation)
  return token && judgedNow(inputs, token)
}

function words({ words, remedy }: Judged): string {
  return remedy ? `${words}; ${remedy}` : words
}
