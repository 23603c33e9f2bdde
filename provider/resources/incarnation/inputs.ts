import { describeExpected, type ExpectedContent } from "../../../core/holds.ts"
import { formatScalar } from "../../../core/scalar.ts"
import { managers } from "../../../probes/services/index.ts"
import { checkInputs } from "../../check-inputs.ts"
import { type Inputs, may, need, preset } from "../../declare.ts"
import { hasUnknown } from "../../inputs.ts"
import { boolean, count, host, oneOf, secret, string, strings, variable, withRule } from "../../kinds.ts"
import type { Checked } from "../../resource.ts"
import { type Properties, unknown } from "../../wire.ts"
import { bound } from "../bound.ts"

export const incarnationDeclaration = {
  about:
    "The real state of a declared container. `incarnation` belongs in a label of the container: a drift raises it, so that whatever declares the container recreates it.",
  inputs: {
    host: preset(host, "local", "The host: `local`, or `ssh://[user@]name[:port]`."),
    name: need(withRule(string, managers.container.nameProblem), "The name of the container."),
    variable: need(variable, "The environment variable that can carry the token."),
    must: preset(oneOf(["token", "nothing"]), "nothing", "What the variable must contain."),
    image: may(string, "The image that the container must be made from. Default: not checked."),
    restart: may(string, "The restart policy: `no`, `always`, `unless-stopped`, `on-failure`. Default: not checked."),
    ports: may(strings, "The ports to publish, such as `127.0.0.1:18789->18789`. Default: not checked."),
    evict: may(
      strings,
      "Containers that `pulumi up` stops first if they use one of the ports, as `docker:NAME`. Default: none.",
    ),
    overwrite: may(boolean, "Replace a container of this name that gatekey did not make. Default: false."),
    ...bound,
  },
  computed: {
    is: need(
      string,
      "Describes the container: `holds nothing, image openclaw:2026.9, restart unless-stopped, publishes 127.0.0.1:18789->18789`.",
    ),
  },
  outputs: {
    incarnation: need(count, "Counts from 1; each drift raises it."),
    ring: may(secret, "The fingerprints of the Token's values."),
  },
}

/** Checked inputs of a container, when all of them are known. */
export type IncarnationInputs = Inputs<typeof incarnationDeclaration>

/** The inputs that identify the container. */
export const identity = ["host", "name"] as const

/** Fills in defaults, and reports all problems at once. */
export function completed(news: Properties): Checked {
  const { given, failures } = checkInputs(incarnationDeclaration, news)
  return { inputs: { ...given, is: wantedFacts(given) }, failures }
}

/** Describes the wanted container, if that is known already. */
export function wantedFacts(inputs: Properties): string | typeof unknown {
  const want = wantOf(inputs)
  const { image, restart, ports } = inputs
  if (!want || [image, restart, ports].some(hasUnknown)) return unknown
  return factsOf({
    holds: describeExpected(want),
    ...(typeof image === "string" ? { image } : {}),
    ...(typeof restart === "string" ? { restart } : {}),
    ...(Array.isArray(ports) ? { ports: ports.map(formatScalar) } : {}),
  })
}

/** Facts of a container, declared or found. */
export interface Facts {
  readonly holds: string
  readonly image?: string
  readonly restart?: string
  readonly ports?: readonly string[]
}

/** Describes the declared facts. */
export function factsOf({ holds, image, restart, ports }: Facts): string {
  return [
    `holds ${holds}`,
    ...(image === undefined ? [] : [`image ${image}`]),
    ...(restart === undefined ? [] : [`restart ${restart || "no"}`]),
    ...(ports === undefined
      ? []
      : [ports.length > 0 ? `publishes ${[...ports].sort().join(", ")}` : "publishes nothing"]),
  ].join(", ")
}

function wantOf({ must, generation, fingerprint }: Properties): ExpectedContent | undefined {
  if (must === "nothing") return { must }
  if (typeof generation !== "number" || typeof fingerprint !== "string") return undefined
  return { must: "token", generation, fingerprint }
}

/** Checks whether enough is known to inspect it. */
export function isKnown(inputs: Properties): inputs is IncarnationInputs {
  return [...identity, "variable", "must"].every((key) => !hasUnknown(inputs[key]))
}

/** Returns a container's ports on the host, from `127.0.0.1:18789->18789`. */
export function hostPorts({ ports = [] }: Pick<IncarnationInputs, "ports">): number[] {
  return ports.map((each) => Number(/:(\d+)->/.exec(each)?.[1]))
}

export function incarnationId({ host, name }: Pick<IncarnationInputs, "host" | "name">): string {
  return `${host}|container ${name}`
}
