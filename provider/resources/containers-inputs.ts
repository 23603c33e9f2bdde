import { hostProblem } from "../../core/host.ts"
import { failuresOf, isOpen, text, textList, wholeList } from "../inputs.ts"
import type { Checked, Failure } from "../resource.ts"
import type { Properties } from "../wire.ts"

/** The inputs of a host's containers once they are checked and all known. */
export interface ContainersInputs {
  readonly host: string
  /** TCP ports of the declared gateways. */
  readonly ports: readonly number[]
  /** Those of them whose owner a Listener judges, and stops. Default: all. */
  readonly listened?: readonly number[]
  /** Containers that gatekey looks after by another resource, by name. */
  readonly declared?: readonly string[]
  /** Others that may be as they are, and whom `up` stops: `docker:NAME`; other kinds are not ours. */
  readonly owners?: readonly string[]
  readonly evict?: readonly string[]
  /** The Token's id. */
  readonly token?: string
  /** What is wanted, in words. */
  readonly found: string
}

/** What makes it another host's. */
export const identity = ["host"] as const

/** What decides which containers are findings. */
export const deciding = ["ports", "listened", "declared", "owners", "evict"] as const

/** What is found where all is well. */
const none = "none besides the declared"

const expectations = {
  host: { kind: text, required: true },
  ports: { kind: wholeList, required: true },
  listened: { kind: wholeList },
  declared: { kind: textList },
  owners: { kind: textList },
  evict: { kind: textList },
  token: { kind: text },
}

/** Fills in defaults and says all that is wrong at once. */
export function completed(news: Properties): Checked {
  const { found: _, ...given }: Properties = { host: "local", ...news }
  const failures: Failure[] = failuresOf(given, expectations)
  const problem = typeof given.host === "string" ? hostProblem(given.host) : undefined
  if (problem) failures.push({ property: "host", reason: problem })
  return { inputs: { ...given, found: none }, failures }
}

export function isKnown(inputs: Properties): boolean {
  return [...identity, ...deciding].every((key) => !isOpen(inputs[key]))
}

export function containersId(host: string): string {
  return `${host}|containers`
}
