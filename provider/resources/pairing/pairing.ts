import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../../core/errors.ts"
import { declared } from "../../declare.ts"
import type { Resource } from "../../resource.ts"
import { settlePairing } from "./act.ts"
import { evaluatePairing } from "./evaluate.ts"
import { completed, deciding, identity, isKnown, type PairingInputs, pairingDeclaration, pairingId } from "./inputs.ts"
import { knownIn, outputsOf } from "./outputs.ts"
import { reportPairing } from "./report.ts"

/** The node as the gateway knows it, or the undeclared devices. gatekey never writes the gateway's own store. */
export const pairing: Resource = {
  async check({ news }) {
    return completed(news)
  },

  diff({ olds, news }) {
    const replaces = identity.filter((key) => olds[key] !== news[key])
    const asked = deciding.filter((key) => !isDeepStrictEqual(olds[key], news[key]))
    const drifted = olds.pairing !== news.pairing && olds.pairing !== olds.told ? ["pairing"] : []
    return { changes: [...replaces, ...asked, ...drifted], replaces }
  },

  async create({ run, news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: news }
    // In a preview, another token may be in force.
    const outputs = preview ? news : await settlePairing(run, news, {}, "info", log)
    return { id: pairingId(news), outputs }
  },

  async read({ run, id, inputs, state }) {
    if (inputs.port === undefined) throw new UserError(`${id}: a pairing is not imported; declare it`)
    const token = await run.tokens.tokenSoon(inputs.token, inputs.generation)
    const unchanged = { id, inputs, outputs: { ...state, ...inputs, pairing: state.pairing } }
    // Without the Token (`--target`) the gateway cannot be asked.
    if (!token) return unchanged
    const wanted = String(completed(inputs).inputs.pairing)
    const known = { ...declared(pairingDeclaration, inputs), pairing: wanted }
    const now = await evaluatePairing(run, known, token, { known: knownIn(state) })
    if (now.hope === "starting") return unchanged
    // After it was right once, the same finding is reported again.
    const { told, ...rest } = state
    if (now.verdict === "wrong") run.troubles.noteTrouble(known.from ?? known.host)
    const outputs = { ...rest, ...inputs, ...outputsOf(now, state), ...(now.verdict === "right" ? {} : { told }) }
    return { id, inputs: { ...inputs, pairing: now.pairing }, outputs }
  },

  async update({ run, olds, oldInputs, news, preview, log }) {
    if (!isKnown(news)) return news
    const inputs: PairingInputs = news
    if (!preview) return settlePairing(run, inputs, olds, "warning", log)
    const token = run.tokens.tokenValue(inputs.token, oldInputs.generation)
    if (token)
      reportPairing(await evaluatePairing(run, inputs, token, { known: knownIn(olds) }), inputs, olds, "warning", log)
    return news
  },

  async delete() {},
}
