import type { Properties } from "../../wire.ts"
import type { ListenerEvaluation } from "./evaluate.ts"
import type { ListenerInputs } from "./inputs.ts"

export function outputsOf(inputs: ListenerInputs, now?: ListenerEvaluation): Properties {
  const reported = now?.verdict === "reported" ? { told: now.owner } : {}
  return { ...inputs, ...(now ? { owner: now.owner, ...addressOutputs(now) } : {}), ...reported }
}

export function addressOutputs({ addresses }: ListenerEvaluation): Properties {
  return addresses === undefined ? {} : { addresses }
}
