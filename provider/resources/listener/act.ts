import { UserError } from "../../../core/errors.ts"
import { formatNoticeLine } from "../../../core/notice.ts"
import { pause } from "../../pause.ts"
import type { Log } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { describeReported, describeWrong } from "./describe.ts"
import { evaluateListener, type ListenerEvaluation } from "./evaluate.ts"
import { mayStop, stopOwner } from "./evict.ts"
import type { ListenerInputs } from "./inputs.ts"
import { outputsOf } from "./outputs.ts"

/** How long a gateway that runs, or starts again now that its port is free, may take until it listens. */
const patienceMilliseconds = 45_000
/** How long a service manager takes to try again. */
const restartMilliseconds = 8_000
const pauseMilliseconds = 250

/** Stops the owners that `evict` names, waits for the gateway, and fails last if another owner still uses the port. */
export async function settleListener(
  run: Run,
  inputs: ListenerInputs,
  severity: "info" | "warning",
  log: Log,
): Promise<Properties> {
  try {
    const before = await evaluateListener(run, inputs)
    const evicted = before.foreign.filter((owner) => mayStop(owner, inputs))
    for (const owner of evicted) await stopOwner(owner, inputs)
    if (evicted.length > 0) run.gateways.forgetAnswer(inputs)
    if (before.verdict !== "right" || before.coming) await run.activity.afterOthers()
    const now =
      before.verdict === "right" && !before.coming ? before : await waitForListener(run, inputs, evicted.length > 0)
    if (evicted.length > 0 && now.owner !== before.owner)
      log("info", `was ${before.owner}: stopped; now it is ${now.owner}`)
    if (now.verdict === "wrong")
      throw new UserError(formatNoticeLine(describeWrong(now, { ...inputs, evict: [] }, evicted.length > 0)))
    if (now.verdict === "reported") log(severity, describeReported(now, inputs))
    return outputsOf(inputs, now)
  } catch (error) {
    return run.activity.failLast(error)
  }
}

/** Waits for the result: a stopped process needs a moment to end, and the gateway to listen. */
async function waitForListener(run: Run, inputs: ListenerInputs, evicted: boolean): Promise<ListenerEvaluation> {
  const begun = Date.now()
  for (;;) {
    const now = await evaluateListener(run, inputs)
    const spent = Date.now() - begun
    const hoped = now.coming || (evicted && spent < restartMilliseconds)
    const going = now.verdict === "wrong" ? evicted : hoped && !(now.verdict === "right" && !now.coming)
    if (!going || spent > patienceMilliseconds) return now
    await pause(pauseMilliseconds)
  }
}
