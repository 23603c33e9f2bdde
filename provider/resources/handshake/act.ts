import { UserError } from "../../../core/errors.ts"
import { formatNoticeLine } from "../../../core/notice.ts"
import { pause } from "../../pause.ts"
import type { Log } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { describeHandshake } from "./describe.ts"
import { evaluateSoon, type HandshakeEvaluation } from "./evaluate.ts"
import { gatewayIn, type HandshakeInputs } from "./inputs.ts"

/** How long a starting gateway may take until it is ready; on a busy machine it takes a minute. */
const patienceMilliseconds = 120_000
/** How long a gateway that answered when the run began may be away. */
const awayMilliseconds = 90_000
const pauseMilliseconds = 250

/** Connects, and waits for a starting gateway. Fails after all other steps if the token is not accepted. */
export async function settleHandshake(
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
    if (now.outcome !== "reported") throw new UserError(formatNoticeLine(describeHandshake(now)))
    log(severity, describeHandshake(now))
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
