import { checkInputs } from "../../check-inputs.ts"
import { type Inputs, may, need, preset } from "../../declare.ts"
import { hasUnknown } from "../../inputs.ts"
import { host, ports, secret, string, strings } from "../../kinds.ts"
import type { Checked } from "../../resource.ts"
import type { Properties } from "../../wire.ts"
import { bound } from "../bound.ts"

export const containersDeclaration = {
  about:
    "The containers of a host that are not declared, running or stopped, and contain a gateway's token or use its port.",
  inputs: {
    host: preset(host, "local", "The host: `local`, or `ssh://[user@]name[:port]`."),
    ports: need(ports, "TCP ports of the gateways that are declared on the host."),
    listened: may(ports, "The ports whose owner a Listener evaluates and stops. Default: all."),
    declared: may(strings, "Names of containers that another resource manages. Default: none."),
    owners: may(strings, "Other containers that are accepted, as `docker:NAME`. Default: none."),
    evict: may(
      strings,
      "Containers that `pulumi up` stops and keeps from restarting, as `docker:NAME`. Default: none.",
    ),
    token: bound.token,
  },
  computed: {
    found: need(string, "`none besides the declared`, or a description of each container that was found."),
  },
  outputs: {
    told: may(string, "The last description in `found` that an `up` reported and left."),
    ring: may(secret, "The fingerprints of the Token's values."),
  },
}

/** Checked inputs of a host's containers, when all of them are known. */
export type ContainersInputs = Inputs<typeof containersDeclaration>

/** The inputs that identify the resource. */
export const identity = ["host"] as const

/** The inputs that decide which containers are findings. */
export const deciding = ["ports", "listened", "declared", "owners", "evict"] as const

/** The value of `found` if nothing is wrong. */
const none = "none besides the declared"

export function completed(news: Properties): Checked {
  const { given, failures } = checkInputs(containersDeclaration, news)
  return { inputs: { ...given, found: none }, failures }
}

export function isKnown(inputs: Properties): inputs is ContainersInputs {
  return [...identity, ...deciding].every((key) => !hasUnknown(inputs[key]))
}

export function containersId(host: string): string {
  return `${host}|containers`
}
