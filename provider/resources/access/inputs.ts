import { checkInputs } from "../../check-inputs.ts"
import { type Inputs, may, need, preset } from "../../declare.ts"
import { hasUnknown } from "../../inputs.ts"
import { host, object, oneOf, path, port, string } from "../../kinds.ts"
import type { Checked } from "../../resource.ts"
import type { Properties } from "../../wire.ts"

const guard = object("AccessGuard", {
  address: need(string, "The address or name of the guard's host, as the sidecar has it."),
  port: need(port, "The port of the guard."),
  name: need(string, "The name by which the guard's certificate is checked."),
})

export const accessDeclaration = {
  about: "Whether a client gets to its gateway by its sidecar and the guard: one real connect, without any secret.",
  inputs: {
    host: preset(host, "local", "The host of the client: `local`, or `ssh://[user@]name[:port]`."),
    port: need(port, "The loopback port of its sidecar."),
    name: need(string, "The name of the client, for messages."),
    gateway: need(string, "The name of its gateway, for reports."),
    guard: need(guard, "The guard that its sidecar leads to."),
    authority: need(string, "The id of the Authority of the guard."),
    mode: preset(
      oneOf(["trusted-proxy", "token"]),
      "trusted-proxy",
      "The mode of the gateway: of mode `token` it answers, since the credential of the client itself lets in.",
    ),
    config: may(
      path,
      "The config of a node, which tells the route of its last start. Default: the route is not checked.",
    ),
  },
  computed: {
    verdict: need(
      string,
      "`accepted` (with mode `token`, `answers`), or a description of which layer refused, and why.",
    ),
  },
  outputs: {
    code: may(string, "The code of the verdict: `accepted`, `past`, `sidecar`, `tls`, `guard`, `gateway`."),
    toldCode: may(string, "The code of what an `up` reported last and left."),
    told: may(string, "The last description in `verdict` that an `up` reported and left."),
  },
}

/** An access's inputs once they are checked and all known. */
export type AccessInputs = Inputs<typeof accessDeclaration>

export const identity = ["host", "port"] as const

/** What the connect has to end with. */
export function wantedOf({ mode }: Properties): string {
  return mode === "token" ? "answers" : "accepted"
}

export function completed(news: Properties): Checked {
  const { given, failures } = checkInputs(accessDeclaration, news)
  return { inputs: { ...given, verdict: wantedOf(given) }, failures }
}

export function isKnown(inputs: Properties): inputs is AccessInputs {
  return !hasUnknown(inputs)
}

export function accessId({ host, port }: Pick<AccessInputs, "host" | "port">): string {
  return `${host}|${port}`
}
