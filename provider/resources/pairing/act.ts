import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { formatNoticeLine } from "../../../core/notice.ts"
import { pause } from "../../pause.ts"
import type { Log } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { evaluatePairing, type PairingEvaluation } from "./evaluate.ts"
import type { PairingInputs } from "./inputs.ts"
import { type Opener, openerSoon } from "./opener.ts"
import { knownIn, outputsOf } from "./outputs.ts"
import { describePairing, reportPairing } from "./report.ts"

/** Every node must be connected again within this time. */
const expectedMilliseconds = 5_000
/** How long the run waits for each: on a busy machine a program starts slowly. */
const patienceMilliseconds = { node: 20_000, starting: 45_000, gateway: 3_000 }
const pauseMilliseconds = 250

/** Approves what it may, waits for a starting node, and fails last if the pairing is wrong. */
export async function settlePairing(
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
    if (now.verdict === "wrong") throw new UserError(formatNoticeLine(describePairing(now, inputs)))
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
    if (!now.hope || spent >= patience[now.hope]) return isApproved ? afterApproval(now) : now
    log("status", `waiting for ${inputs.node === undefined ? "the gateway" : shown(inputs.node)}`)
    await pause(pauseMilliseconds)
  }
}

/** A node that waited for its approval does not try again by itself: openclaw pauses it until it is started again. */
function afterApproval(now: PairingEvaluation): PairingEvaluation {
  return now.hope === "node" ? { ...now, verdict: "reported" } : now
}

function describeLate(node: string, spent: number): string {
  const [after, expected] = [spent, expectedMilliseconds].map((time) => Math.round(time / 1000))
  return `${shown(node)}: connected only after ${after} s; expected within ${expected} s`
}
