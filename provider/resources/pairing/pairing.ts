import { UserError } from "../../../core/errors.ts"
import { declared } from "../../declare.ts"
import { isSameValue } from "../../inputs.ts"
import type { Resource } from "../../resource.ts"
import type { Properties } from "../../wire.ts"
import { settlePairing } from "./act.ts"
import { evaluatePairing } from "./evaluate.ts"
import { completed, deciding, identity, isKnown, type PairingInputs, pairingDeclaration, pairingId } from "./inputs.ts"
import { openerSoon } from "./opener.ts"
import { knownIn, outputsOf } from "./outputs.ts"
import { reportPairing } from "./report.ts"
import { revokeDevice } from "./revoke.ts"

/** The node as the gateway knows it, or the undeclared devices. gatekey never writes the gateway's own store. */
export const pairing: Resource = {
  async check({ run, urn, news }) {
    const checked = completed(news)
    const { inputs, failures = [] } = checked
    if (failures.length > 0 || !isKnown(inputs)) return checked
    run.devices.declare(urn)
    return checked
  },

  diff({ olds, news }) {
    const replaces = identity.filter((key) => olds[key] !== news[key])
    const asked = deciding.filter((key) => !isSameValue(olds[key], news[key]))
    const drifted = olds.pairing !== news.pairing && olds.pairing !== olds.told ? ["pairing"] : []
    return { changes: [...replaces, ...asked, ...drifted], replaces }
  },

  async create({ run, urn, news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: news }
    // In a preview, another token may be in force.
    const outputs = preview ? news : await settlePairing(run, news, {}, "info", log)
    run.devices.note(urn, knownIn(outputs)?.id)
    return { id: pairingId(news), outputs }
  },

  async read({ run, urn, id, inputs, state }) {
    if (inputs.port === undefined) throw new UserError(`${id}: a pairing is not imported; declare it`)
    run.devices.note(urn, knownIn(state)?.id)
    const declaredInputs = declared(pairingDeclaration, inputs)
    const open = await openerSoon(run, declaredInputs)
    const unchanged = { id, inputs, outputs: { ...state, ...inputs, pairing: state.pairing } }
    // Without the Token or the Authority (`--target`) the gateway cannot be asked.
    if (!open) return unchanged
    const wanted = String(completed(inputs).inputs.pairing)
    const known = { ...declaredInputs, pairing: wanted }
    const now = await evaluatePairing(run, known, open, { known: knownIn(state) })
    if (now.hope === "starting") return unchanged
    // After it was right once, the same finding is reported again.
    const { told, ...rest } = state
    if (now.verdict === "wrong") run.troubles.noteTrouble(known.from ?? known.host)
    const outputs = { ...rest, ...inputs, ...outputsOf(now, state), ...(now.verdict === "right" ? {} : { told }) }
    return { id, inputs: { ...inputs, pairing: now.pairing }, outputs }
  },

  async update({ run, urn, olds, oldInputs, news, preview, log }) {
    if (!isKnown(news)) return news
    const inputs: PairingInputs = news
    const device = revokedDevice(inputs, olds)
    if (!preview) {
      if (device !== undefined) await revokeDevice(run, inputs, device, "token", log)
      const outputs = await settlePairing(run, inputs, olds, "warning", log)
      run.devices.note(urn, knownIn(outputs)?.id)
      return outputs
    }
    if (device !== undefined)
      log("info", "the token of its device is revoked: it connects again by its new certificate")
    // By a token or a guard: the other way is open only after the `up`.
    const isSwitch = (oldInputs.authority === undefined) !== (inputs.authority === undefined)
    const open = isSwitch ? undefined : await openerSoon(run, inputs, oldInputs.generation)
    if (open)
      reportPairing(await evaluatePairing(run, inputs, open, { known: knownIn(olds) }), inputs, olds, "warning", log)
    return news
  },

  /** Behind a guard, a node that is no longer declared loses its pairing: it would still get in past the guard. */
  async delete({ run, olds, log }) {
    const inputs = declared(pairingDeclaration, olds)
    const { id } = knownIn(olds) ?? {}
    if (id === undefined || inputs.authority === undefined || run.command.destroying()) return
    if (!run.devices.isHeld(id)) await revokeDevice(run, inputs, id, "pairing", log)
  },
}

/** Returns the device whose certificate is replaced by one of another generation. */
function revokedDevice(inputs: PairingInputs, olds: Properties): string | undefined {
  const isReplaced = olds.certificate !== undefined && inputs.certificate !== olds.certificate
  return inputs.authority !== undefined && isReplaced ? knownIn(olds)?.id : undefined
}
