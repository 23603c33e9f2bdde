import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { omitUndefined } from "../../../core/given.ts"
import { formatNoticeLine, type Notice } from "../../../core/notice.ts"
import type { Secret } from "../../../core/secret.ts"
import { formatMinute } from "../../../core/time.ts"
import type { KnownDevice } from "../../../gateways/pairing.ts"
import { declared } from "../../declare.ts"
import { pause } from "../../pause.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { evaluatePairing, type PairingEvaluation } from "./evaluate.ts"
import { completed, deciding, identity, isKnown, type PairingInputs, pairingDeclaration, pairingId } from "./inputs.ts"

/** Within this, every node is to be connected again. */
const expectedMilliseconds = 5_000
/** How long each is waited for: a program that is started takes its time on a busy machine. */
const patienceMilliseconds = { node: 20_000, starting: 45_000, gateway: 3_000 }
const pauseMilliseconds = 250

/** The node as the gateway knows it, or what nobody declared. The gateway's own store is never written. */
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
    // In a preview the token that is in force may be another one.
    const outputs = preview ? news : await settled(run, news, {}, "info", log)
    return { id: pairingId(news), outputs }
  },

  async read({ run, id, inputs, state }) {
    if (inputs.port === undefined) throw new UserError(`${id}: a pairing is not imported; declare it`)
    const token = await run.tokens.tokenSoon(inputs.token, inputs.generation)
    const unchanged = { id, inputs, outputs: { ...state, ...inputs, pairing: state.pairing } }
    // Without the Token (`--target`) nobody can ask.
    if (!token) return unchanged
    const wanted = String(completed(inputs).inputs.pairing)
    const known = { ...declared(pairingDeclaration, inputs), pairing: wanted }
    const now = await evaluatePairing(run, known, token, { known: knownIn(state) })
    if (now.hope === "starting") return unchanged
    // Once it was right, what was told before is news again.
    const { told, ...rest } = state
    if (now.verdict === "wrong") run.troubles.noteTrouble(known.from ?? known.host)
    const outputs = { ...rest, ...inputs, ...outputsOf(now, state), ...(now.verdict === "right" ? {} : { told }) }
    return { id, inputs: { ...inputs, pairing: now.pairing }, outputs }
  },

  async update({ run, olds, oldInputs, news, preview, log }) {
    if (!isKnown(news)) return news
    const inputs: PairingInputs = news
    if (!preview) return settled(run, inputs, olds, "warning", log)
    const token = run.tokens.tokenValue(inputs.token, oldInputs.generation)
    if (token) tell(await evaluatePairing(run, inputs, token, { known: knownIn(olds) }), inputs, olds, "warning", log)
    return news
  },

  async delete() {},
}

/** Approves what it may, waits for a node that is coming, and fails last where it is not as it must be. */
async function settled(
  run: Run,
  inputs: PairingInputs,
  olds: Properties,
  severity: "info" | "warning",
  log: Log,
): Promise<Properties> {
  try {
    const token = run.tokens.tokenValue(inputs.token, inputs.generation)
    if (!token) {
      throw new UserError("its Token has no part in this run; leave --target out, or target the Token as well")
    }
    const now = await waited(run, inputs, token, olds, log)
    if (now.verdict === "wrong") throw new UserError(formatNoticeLine(describe(now, inputs)))
    tell(now, inputs, olds, severity, log)
    const told = now.verdict === "told" ? { told: now.pairing } : {}
    return { ...inputs, ...outputsOf(now, olds), ...told }
  } catch (error) {
    return run.activity.failLast(error)
  }
}

/** The first look that is right, or that gives no hope any more. */
async function waited(
  run: Run,
  inputs: PairingInputs,
  token: Secret,
  olds: Properties,
  log: Log,
): Promise<PairingEvaluation> {
  const look = async () => {
    const now = await evaluatePairing(run, inputs, token, { known: knownIn(olds), approving: inputs.approve })
    if (now.approved !== undefined) log("info", `was ${now.approved}: approved; now it is ${now.pairing}`)
    return now
  }
  const first = await look()
  if (first.verdict === "right") return first
  await run.activity.afterOthers()
  // A gateway that was not there before is not waited for.
  const absent = olds.pairing === undefined || (olds.unseen === true && (olds.told ?? olds.pairing) === olds.pairing)
  const patience = { ...patienceMilliseconds, ...(absent ? { gateway: 0 } : {}) }
  const begun = Date.now()
  for (let now = await look(); ; now = await look()) {
    const spent = Date.now() - begun
    if (now.verdict === "right") {
      if (inputs.node !== undefined && spent > expectedMilliseconds) log("warning", lateWords(inputs.node, spent))
      return now
    }
    if (!now.hope || spent >= patience[now.hope]) return now
    log("status", `waits for ${inputs.node === undefined ? "the gateway" : shown(inputs.node)}`)
    await pause(pauseMilliseconds)
  }
}

/** What was told before, and is the same, is not told again by a rotation. */
function tell(
  now: PairingEvaluation,
  inputs: PairingInputs,
  { told }: Properties,
  severity: "info" | "warning",
  log: Log,
): void {
  if (now.verdict === "wrong") log("warning", describe(now, inputs))
  if (now.verdict === "told" && now.pairing !== told) log(severity, describe(now, inputs))
}

function describe({ pairing, remedy }: PairingEvaluation, { node }: PairingInputs): Notice {
  const message = node === undefined ? `the gateway's pairings: ${pairing}` : `${shown(node)}: ${pairing}`
  return { message, ...omitUndefined({ fix: remedy }) }
}

function lateWords(node: string, spent: number): string {
  const [after, expected] = [spent, expectedMilliseconds].map((time) => Math.round(time / 1000))
  return `${shown(node)}: connected only after ${after} s; expected within ${expected} s`
}

/** What is remembered of a device outlives it, so that it can be told that it was dropped. */
function outputsOf({ pairing, unseen, known, since }: PairingEvaluation, before: Properties): Properties {
  const { id, silent } = known ?? knownIn(before) ?? {}
  const connected = since === undefined ? "" : formatMinute(since)
  return { pairing, unseen, since: connected, ...(id === undefined ? {} : { pairedDevice: id, silent }) }
}

function knownIn({ pairedDevice: id, silent }: Properties): KnownDevice | undefined {
  return typeof id === "string" ? { id, silent: silent === true } : undefined
}
