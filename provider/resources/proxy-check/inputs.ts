import { ownProxies } from "../../../core/own-proxy.ts"
import { checkInputs } from "../../check-inputs.ts"
import { type Inputs, may, need, preset } from "../../declare.ts"
import { hasUnknown } from "../../inputs.ts"
import { host, list, object, oneOf, port, positive, secret, string, strings } from "../../kinds.ts"
import type { Checked } from "../../resource.ts"
import type { Properties } from "../../wire.ts"

const client = object("CheckedClient", {
  name: need(string, "The name of its certificate, such as `tw`."),
  generation: need(positive, "The generation of its certificate that counts."),
  role: need(oneOf(["node", "client"]), "A `node` has no scopes."),
  scopes: may(strings, "What it may do at the gateway, such as `operator.read`. Default: nothing."),
})

export const proxyCheckDeclaration = {
  about:
    "Whether a proxy of the user's own lets in whom it should, and hands over nothing that a client says of itself: real connects through it, with certificates that exist in memory only.",
  inputs: {
    host: preset(host, "local", "The host from which the proxy is tried: `local`, or `ssh://[user@]name[:port]`."),
    address: need(string, "The address or name of the proxy, as that host reaches it."),
    port: need(port, "The port of the proxy."),
    name: need(string, "The name by which the proxy's certificate is checked."),
    proxy: need(oneOf(ownProxies), "Which proxy it is: what lets in, and which setting repairs a fault."),
    authority: need(string, "The id of the Authority of its clients."),
    issuer: preset(positive, 1, "The generation of the authority that issues the certificates of clients."),
    gateway: need(string, "The name of its gateway, for messages."),
    gatewayHost: preset(
      host,
      "local",
      "The host of the gateway and of the proxy: `local`, or `ssh://[user@]name[:port]`.",
    ),
    mode: preset(
      oneOf(["trusted-proxy", "token"]),
      "trusted-proxy",
      "The mode of the gateway: of mode `token` it goes by no identity, so only what the proxy refuses is checked.",
    ),
    userHeader: may(
      secret,
      "The name of the header with the identity. Default: that of the proxy, if it has one of its own.",
    ),
    clients: need(list(client, "a list"), "Whom the proxy has to let in, by certificate."),
  },
  computed: {
    verdict: need(string, "`as required`, or a description of what the proxy lacks."),
  },
  outputs: {
    codes: may(strings, "The codes of what it lacks."),
    findings: may(strings, "What it lacks: what was found and what was expected, one sentence each."),
    fixes: may(strings, "How each of them is repaired."),
    notKnown: may(strings, "What could not be found out, with the reason."),
  },
}

/** Checked inputs of a proxy's check, when all of them are known. */
export type ProxyCheckInputs = Inputs<typeof proxyCheckDeclaration>

export const identity = ["gatewayHost", "port", "name"] as const

/** What `verdict` has to be. */
export const right = "as required"

export function completed(news: Properties): Checked {
  const { given, failures } = checkInputs(proxyCheckDeclaration, news)
  return { inputs: { ...given, verdict: right }, failures }
}

export function isKnown(inputs: Properties): inputs is ProxyCheckInputs {
  return !hasUnknown(inputs)
}

export function proxyCheckId({ gatewayHost, port, name }: Pick<ProxyCheckInputs, (typeof identity)[number]>): string {
  return `${gatewayHost}|${port}|${name}`
}
