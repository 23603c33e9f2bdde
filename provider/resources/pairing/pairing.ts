import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { omitUndefined } from "../../../core/given.ts"
import { formatNoticeLine, type Notice } from "../../../core/notice.ts"
import { formatMinute } from "../../../core/time.ts"
import type { KnownDevice } from "../../../gateways/pairing.ts"
import { declared } from "../../declare.ts"
import { pause } from "../../pause.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { evaluatePairing, type PairingEvaluation } from "./evaluate.ts"
import { completed, deciding, identity, isKnown, type PairingInputs, pairingDeclaration, pairingId } from "./inputs.ts"
import { type Opener, openerSoon } from "./opener.ts"
import { revokeDevice } from "./revoke.ts"

/** Every node must be connected again within this time. */
const expectedMilliseconds = 5_000
/** How long the run waits for each: on a busy machine a program starts slowly. */
const patienceMilliseconds = { node: 20_000, starting: 45_000, gateway: 3_000 }
/** How long it waits for a node that it has just approved: openclaw ends a node that is not, and its supervisor starts it. */
const approvedMilliseconds = 120_000
const pauseMilliseconds = 250

/** The node as the gateway knows it, or the undeclared devices. gatekey never writes the gateway's own store. */
export const pairing: Resource = {
  async check({ run, urn, news }) {
    const checked = completed(news)
    const { inputs, failures = [] } = checked
    if (failures.length > 0 || !isKnown(inputs)) return checked
    run.claims.claim(claimOf(inputs), urn, "pairing")
    return checked
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

  async update({ run, olds, oldInputs, news, preview, log }) {
    if (!isKnown(news)) return news
    const inputs: PairingInputs = news
    const device = revokedDevice(inputs, olds)
    if (!preview) {
      if (device !== undefined) await revokeDevice(run, inputs, device, "token", log)
      return settlePairing(run, inputs, olds, "warning", log)
    }
    if (device !== undefined)
      log("info", "the token of its device is revoked: it connects again by its new certificate")
    const open = await openerSoon(run, inputs, oldInputs.generation)
    if (open)
      reportPairing(await evaluatePairing(run, inputs, open, { known: knownIn(olds) }), inputs, olds, "warning", log)
    return news
  },

  /** Behind a guard, a node that is no longer declared loses its pairing: it would still get in past the guard. */
  async delete({ run, olds, log }) {
    const inputs = declared(pairingDeclaration, olds)
    const { id } = knownIn(olds) ?? {}
    if (id === undefined || inputs.authority === undefined || run.command.destroying()) return
    if (!run.claims.isClaimed(claimOf(inputs))) await revokeDevice(run, inputs, id, "pairing", log)
  },
}

function claimOf(inputs: PairingInputs): string {
  return `pairing ${pairingId(inputs)}`
}

/** Returns the device whose certificate is replaced by one of another generation. */
function revokedDevice(inputs: PairingInputs, olds: Properties): string | undefined {
  const isReplaced = olds.certificate !== undefined && inputs.certificate !== olds.certificate
  return inputs.authority !== undefined && isReplaced ? knownIn(olds)?.id : undefined
}

/** Approves what it may, waits for a starting node, and fails last if the pairing is wrong. */
async function settlePairing(
  run: Run,
  inputs: PairingInputs,
  olds: Properties,
  severity: "info" | "warning",
  log: Log,
): Promise<Properties> {
  try {
    const open = await openerSoon(run, inputs)
    if (!open) {
      throw new UserError(
        "its Token or Authority is not part of this run; drop `--target`, or target the Token as well",
      )
    }
    const now = await waitForPairing(run, inputs, open, olds, log)
    if (now.verdict === "wrong") throw new UserError(formatNoticeLine(describe(now, inputs)))
    reportPairing(now, inputs, olds, severity, log)
    const reported = now.verdict === "reported" ? { told: now.pairing } : {}
    return { ...inputs, ...outputsOf(now, olds), ...reported }
  } catch (error) {
    return run.activity.failLast(error)
  }
}

/** Checks until the pairing is right, or has no hope left. */
async function waitForPairing(
  run: Run,
  inputs: PairingInputs,
  open: Opener,
  olds: Properties,
  log: Log,
): Promise<PairingEvaluation> {
  let isApproved = false
  const check = async () => {
    const now = await evaluatePairing(run, inputs, open, { known: knownIn(olds), approving: inputs.approve })
    isApproved ||= now.approved !== undefined
    if (now.approved !== undefined) log("info", `was ${now.approved}: approved; now it is ${now.pairing}`)
    return now
  }
  const first = await check()
  if (first.verdict === "right") return first
  await run.activity.afterOthers()
  // The run does not wait for a gateway that was absent before.
  const absent = olds.pairing === undefined || (olds.unseen === true && (olds.told ?? olds.pairing) === olds.pairing)
  const patience = { ...patienceMilliseconds, ...(absent ? { gateway: 0 } : {}) }
  const begun = Date.now()
  for (let now = await check(); ; now = await check()) {
    const spent = Date.now() - begun
    if (now.verdict === "right") {
      if (inputs.node !== undefined && spent > expectedMilliseconds) log("warning", describeLate(inputs.node, spent))
      return now
    }
    const longest = now.hope === "node" && isApproved ? approvedMilliseconds : now.hope && patience[now.hope]
    if (longest === undefined || spent >= longest) return now
    log("status", `waiting for ${inputs.node === undefined ? "the gateway" : shown(inputs.node)}`)
    await pause(pauseMilliseconds)
  }
}

/** Reports a finding; a rotation does not repeat one that was reported before. */
function reportPairing(
  now: PairingEvaluation,
  inputs: PairingInputs,
  { told }: Properties,
  severity: "info" | "warning",
  log: Log,
): void {
  if (now.verdict === "wrong") log("warning", describe(now, inputs))
  if (now.verdict === "reported" && now.pairing !== told) log(severity, describe(now, inputs))
}

function describe({ pairing, remedy }: PairingEvaluation, { node }: PairingInputs): Notice {
  const message = node === undefined ? `the gateway's pairings: ${pairing}` : `${shown(node)}: ${pairing}`
  return { message, ...omitUndefined({ fix: remedy }) }
}

function describeLate(node: string, spent: number): string {
  const [after, expected] = [spent, expectedMilliseconds].map((time) => Math.round(time / 1000))
  return `${shown(node)}: connected only after ${after} s; expected within ${expected} s`
}

/** Keeps what is known of a device after it is gone, so that its removal can be reported. */
function outputsOf({ pairing, unseen, known, since }: PairingEvaluation, before: Properties): Properties {
  const { id, silent } = known ?? knownIn(before) ?? {}
  const connected = since === undefined ? "" : formatMinute(since)
  return { pairing, unseen, since: connected, ...(id === undefined ? {} : { pairedDevice: id, silent }) }
}

function knownIn({ pairedDevice: id, silent }: Properties): KnownDevice | undefined {
  return typeof id === "string" ? { id, silent: silent === true } : undefined
}
