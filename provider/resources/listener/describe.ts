import { omitUndefined } from "../../../core/given.ts"
import type { Notice } from "../../../core/notice.ts"
import type { ListenerEvaluation } from "./evaluate.ts"
import { mayStop } from "./evict.ts"
import type { ListenerInputs } from "./inputs.ts"

export function describeWrong(
  { code, owner, remedy, foreign }: ListenerEvaluation,
  inputs: ListenerInputs,
  again = false,
): Notice {
  if (code === "unknown") return { message: `the owner of port ${inputs.port} is ${owner}` }
  const message =
    inputs.role === "node"
      ? `${owner} runs here, but only a node is declared`
      : `port ${inputs.port} is used by ${owner} instead of the gateway`
  if (foreign.length > 0 && foreign.every((each) => mayStop(each, inputs)))
    return { message, fix: "`pulumi up` stops it" }
  return { message: `${message}${again ? ", still" : ""}`, ...omitUndefined({ fix: remedy }) }
}

export function describeReported({ code, owner, remedy }: ListenerEvaluation, { port }: ListenerInputs): Notice {
  const message = code === "none" ? `nothing listens on port ${port}` : `port ${port}: ${owner}`
  return { message, ...omitUndefined({ fix: remedy }) }
}
