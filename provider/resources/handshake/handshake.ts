import { UserError } from "../../../core/errors.ts"
import { omitUndefined } from "../../../core/given.ts"
import { declared } from "../../declare.ts"
import type { Resource } from "../../resource.ts"
import type { Properties } from "../../wire.ts"
import { settleHandshake } from "./act.ts"
import { noteBackup, reportCause } from "./cause.ts"
import { describeHandshake } from "./describe.ts"
import { evaluateSoon } from "./evaluate.ts"
import { completed, type HandshakeInputs, handshakeDeclaration, handshakeId, identity, isKnown } from "./inputs.ts"

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
      if (now && now.outcome !== "right") log("warning", describeHandshake(now))
    }
    // What was reported and left, such as a gateway that is off, is expected to stay: a saved plan is held to what follows of it.
    return olds.told !== undefined && olds.verdict === olds.told ? { ...news, verdict: olds.told } : news
  },

  async delete() {},
}

/** Returns the wanted verdict. */
function wantedIn(inputs: Properties): string {
  return String(completed(inputs).inputs.verdict)
}
