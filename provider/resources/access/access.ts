import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../../core/errors.ts"
import { omitUndefined } from "../../../core/given.ts"
import { formatNoticeLine, type Notice } from "../../../core/notice.ts"
import { declared } from "../../declare.ts"
import { pause } from "../../pause.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { type AccessEvaluation, evaluateAccess } from "./evaluate.ts"
import { type AccessInputs, accessDeclaration, accessId, completed, identity, isKnown, wantedOf } from "./inputs.ts"

/** How long a guard or a gateway may take until it is ready; on a busy machine it takes a minute. */
const patienceMilliseconds = 120_000
const pauseMilliseconds = 250

/** A client's way to its gateway. It changes nothing. */
export const access: Resource = {
  async check({ news }) {
    return completed(news)
  },

  diff({ olds, news }) {
    const replaces = identity.filter((key) => olds[key] !== news[key])
    const changed = (["guard", "mode"] as const).filter((key) => !isDeepStrictEqual(olds[key], news[key]))
    // Codes, as the reasons of a system differ from time to time.
    const isDrift = olds.code !== "accepted" && olds.code !== undefined && olds.code !== olds.toldCode
    const drifted = isDrift ? ["verdict"] : []
    return { changes: [...replaces, ...changed, ...drifted], replaces }
  },

  async create({ run, news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: news }
    return { id: accessId(news), outputs: preview ? news : await settleAccess(run, news, "info", log) }
  },

  async read({ run, id, inputs, state }) {
    if (inputs.guard === undefined) throw new UserError(`${id}: an access is not imported; it is declared`)
    const known = declared(accessDeclaration, inputs)
    const now = await evaluateAccess(run, known)
    if (now.code === "past") run.trusts.notePast(known.gateway, known.name)
    const { told, toldCode, ...rest } = state
    const isRight = now.outcome === "right" || now.code === "gateway"
    const verdict = isRight ? wantedOf(inputs) : now.message
    if (now.outcome === "wrong" && now.code !== toldCode) run.troubles.noteTrouble(known.host)
    const code = isRight ? "accepted" : now.code
    const outputs = { ...rest, ...inputs, verdict, code, ...(isRight ? {} : omitUndefined({ told, toldCode })) }
    return { id, inputs: { ...inputs, verdict }, outputs }
  },

  async update({ run, olds, news, preview, log }) {
    if (!isKnown(news)) return news
    if (!preview) return settleAccess(run, news, "warning", log)
    // Of another mode the gateway is only after the `up`.
    if (olds.code !== "accepted" && olds.mode === news.mode) {
      const now = await evaluateAccess(run, news)
      if (now.outcome !== "right") log("warning", noticeOf(now))
    }
    return news
  },

  async delete() {},
}

/** Connects until it is let in, or has no hope left. Fails after all other steps. */
async function settleAccess(
  run: Run,
  inputs: AccessInputs,
  severity: "info" | "warning",
  log: Log,
): Promise<Properties> {
  try {
    await run.activity.afterOthers()
    const begun = Date.now()
    let now = await evaluateAccess(run, inputs)
    while (isHopeful(now) && Date.now() - begun < patienceMilliseconds) {
      log("status", `waiting for the way of ${inputs.name}: ${now.message}`)
      await pause(pauseMilliseconds)
      now = await evaluateAccess(run, inputs)
    }
    const outputs = { ...inputs, verdict: now.message, code: now.outcome === "right" ? "accepted" : now.code }
    if (now.outcome === "right") return outputs
    if (now.outcome !== "reported") throw new UserError(`${inputs.name}: ${formatNoticeLine(noticeOf(now))}`)
    log(severity, noticeOf(now))
    return { ...outputs, told: now.message, toldCode: now.code }
  } catch (error) {
    return run.activity.failLast(error)
  }
}

/** Checks whether it may still become right without the user: a sidecar or a guard that was just started. */
function isHopeful({ code, outcome }: AccessEvaluation): boolean {
  return outcome === "starting" || (outcome === "wrong" && code === "sidecar")
}

function noticeOf({ message, remedy }: AccessEvaluation): Notice {
  return { message, ...omitUndefined({ fix: remedy }) }
}
