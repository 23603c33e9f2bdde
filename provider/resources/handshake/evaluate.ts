import { omitUndefined } from "../../../core/given.ts"
import { normalizeHost } from "../../../core/host.ts"
import { parseRoute } from "../../../core/route.ts"
import type { Secret } from "../../../core/secret.ts"
import { shellScript } from "../../../core/shell.ts"
import { checkTokenByHttp } from "../../../gateways/gateway.ts"
import { describeVerdict, type Verdict } from "../../../gateways/verdict.ts"
import { hostOf } from "../../../hosts/index.ts"
import { prelude } from "../../../probes/services/script.ts"
import type { ProductName } from "../../../products/product.ts"
import { urlInStore } from "../../../survey/collect/node-store.ts"
import { unreachable } from "../../gateways/session.ts"
import type { Run } from "../../run/run.ts"
import { gatewayIn, type HandshakeInputs, isBound } from "./inputs.ts"

/** The result of one connect. */
export interface HandshakeEvaluation {
  /** `unasked`: no connect on the node's route was possible, which says nothing about that route. */
  readonly code: Verdict["kind"] | "unasked"
  readonly message: string
  /** `reported`: reported once, and not an error. `starting`: the gateway is not ready yet. */
  readonly outcome: "right" | "reported" | "wrong" | "starting"
  readonly remedy?: string
}

/** Connects once. @param token the declared one */
export async function evaluateHandshake(
  run: Run,
  inputs: HandshakeInputs,
  token: Secret,
): Promise<HandshakeEvaluation> {
  const own = await run.gateways.verdictOf(gatewayIn(inputs), token)
  return inputs.from === undefined ? evaluateVerdict(own) : evaluateFromNode(inputs, inputs.from, token, own)
}

function evaluateVerdict(verdict: Verdict): HandshakeEvaluation {
  const { kind: code } = verdict
  const message = describeVerdict(verdict)
  switch (code) {
    case "accepted":
    case "answers":
      return { code, message, outcome: "right" }
    case "starting":
      return { code, message, outcome: "starting" }
    case "no gateway":
    case "unreachable":
      return { code, message, outcome: "reported" }
    default:
      return { code, message, outcome: "wrong", ...omitUndefined({ remedy: remedies[code] }) }
  }
}

/** Connects from a node. It sends the token only if the gateway is known to accept it, so that it locks no client out. */
async function evaluateFromNode(
  inputs: HandshakeInputs,
  from: string,
  token: Secret,
  own: Verdict,
): Promise<HandshakeEvaluation> {
  const route = await routeIn(inputs, from).catch(unreachable)
  if (typeof route === "object" && "kind" in route) return evaluateVerdict(route)
  if (typeof route === "string")
    return {
      code: "unasked",
      message: route,
      outcome: "reported",
      remedy: "set url on the node, such as ws://studio.local:18789",
    }
  const { address, port, tls } = route
  if (tls && inputs.tlsFingerprint === undefined) {
    return {
      code: "unasked",
      message: "its route is wss://",
      outcome: "reported",
      remedy: "set tlsFingerprint on the gateway, which identifies it",
    }
  }
  const way = {
    product: inputs.product,
    port,
    dial: () => hostOf(from).dial(address, port),
    ...(tls && inputs.tlsFingerprint !== undefined ? { tlsFingerprint: inputs.tlsFingerprint } : {}),
  }
  const known = own.kind === "accepted"
  const verdict = await checkTokenByHttp(way, known && inputs.shows !== "nothing" ? token : undefined).catch(
    unreachable,
  )
  if ((verdict.kind === "answers" && !known) || (verdict.kind === "no gateway" && own.kind === "no gateway")) {
    return { code: "unasked", message: `the gateway's own: ${describeVerdict(own)}`, outcome: "reported" }
  }
  if (verdict.kind === "no gateway") {
    const remedy = `the gateway answers on its own host, but not at ${address}:${port} from the node: check that it listens there (gateway.bind), and that no firewall is in between`
    return { code: verdict.kind, message: describeVerdict(verdict), outcome: "wrong", remedy }
  }
  return evaluateVerdict(verdict)
}

/** Returns the node's route; or why it is not known. */
async function routeIn({ url, config, host, port, product }: HandshakeInputs, from: string) {
  const lastRoute = url ?? (config === undefined ? undefined : await lastUrl(from, config, product))
  const route = lastRoute === undefined ? undefined : parseRoute(lastRoute)
  if (route) return route
  if (normalizeHost(from) === normalizeHost(host)) return { address: "127.0.0.1", port, tls: false }
  return lastRoute === undefined
    ? "its route to the gateway is not known, as it never ran there"
    : "the address of its last start is none that can be reached"
}

const lastUrlScript = shellScript("last-url.sh", import.meta.url)

/** Reads the address that the node used at its last start: its config contains none. */
export async function lastUrl(host: string, config: string, product: ProductName): Promise<string | undefined> {
  const folder = config.slice(0, config.lastIndexOf("/"))
  const { stdout } = await hostOf(host).run(`${prelude}${lastUrlScript}`, { args: [folder, product] })
  return urlInStore(product, Buffer.from(stdout).toString("latin1"))
}

const remedies: { readonly [kind in Verdict["kind"]]?: string } = {
  refused: "it has another token than its place: `pulumi up` makes it accept the right one, or reports why it cannot",
  "rate limited": "it got too many wrong tokens from there; find what sends them, or wait",
  "not a gateway": "check which process uses its port",
  tls: "compare the certificate, and set tlsFingerprint to its SHA-256",
  protocol: "the versions of gatekey and the gateway differ: update the older one",
}

/** Connects; undefined if the Token is not part of this run. */
export async function evaluateSoon(run: Run, inputs: HandshakeInputs): Promise<HandshakeEvaluation | undefined> {
  if (!isBound(inputs)) return undefined
  const token = await run.tokens.tokenSoon(inputs.token, inputs.generation)
  return token && evaluateHandshake(run, inputs, token)
}
