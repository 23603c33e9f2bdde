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
import { gatewayIn, type HandshakeInputs } from "./inputs.ts"

/** What a connect says. */
export interface HandshakeEvaluation {
  /** `unasked`: it could not be asked on the node's way, which says nothing about that way. */
  readonly code: Verdict["kind"] | "unasked"
  readonly words: string
  /** `told`: worth telling once, and no error. `coming`: it is not ready yet. */
  readonly is: "right" | "told" | "wrong" | "coming"
  readonly remedy?: string
}

/** One connect. @param token the declared one; without it nothing can be told */
export async function evaluateHandshake(
  run: Run,
  inputs: HandshakeInputs,
  token: Secret,
): Promise<HandshakeEvaluation> {
  const own = await run.gateways.verdictOf(gatewayIn(inputs), token)
  return inputs.from === undefined ? judged(own) : seenFrom(inputs, inputs.from, token, own)
}

function judged(verdict: Verdict): HandshakeEvaluation {
  const { kind: code } = verdict
  const words = describeVerdict(verdict)
  switch (code) {
    case "accepted":
    case "answers":
      return { code, words, is: "right" }
    case "starting":
      return { code, words, is: "coming" }
    case "no gateway":
    case "unreachable":
      return { code, words, is: "told" }
    default:
      return { code, words, is: "wrong", ...omitUndefined({ remedy: remedies[code] }) }
  }
}

/** From a node. The token is shown only where the gateway is known to take it, so that it can lock nobody out. */
async function seenFrom(
  inputs: HandshakeInputs,
  from: string,
  token: Secret,
  own: Verdict,
): Promise<HandshakeEvaluation> {
  const route = await routeIn(inputs, from).catch(unreachable)
  if (typeof route === "object" && "kind" in route) return judged(route)
  if (typeof route === "string")
    return { code: "unasked", words: route, is: "told", remedy: "set url on the node, such as ws://studio.local:18789" }
  const { address, port, tls } = route
  if (tls && inputs.tlsFingerprint === undefined) {
    return {
      code: "unasked",
      words: "its route is wss://",
      is: "told",
      remedy: "set tlsFingerprint on the gateway, by which it is known",
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
    return { code: "unasked", words: `the gateway's own: ${describeVerdict(own)}`, is: "told" }
  }
  if (verdict.kind === "no gateway") {
    const remedy = `the gateway answers on its own host, and not at ${address}:${port} from here; does it listen there (gateway.bind), and is the way open?`
    return { code: verdict.kind, words: describeVerdict(verdict), is: "wrong", remedy }
  }
  return judged(verdict)
}

/** Where the node's route leads; or why that is not known. */
async function routeIn({ url, config, host, port, product }: HandshakeInputs, from: string) {
  const said = url ?? (config === undefined ? undefined : await lastUrl(from, config, product))
  const route = said === undefined ? undefined : parseRoute(said)
  if (route) return route
  if (normalizeHost(from) === normalizeHost(host)) return { address: "127.0.0.1", port, tls: false }
  return said === undefined
    ? "its route to the gateway is not known, as it never ran there"
    : "the address of its last start is none that can be reached"
}

const lastUrlScript = shellScript("last-url.sh", import.meta.url)

/** Where the node went when it was started last: it reads no address in its config. */
async function lastUrl(host: string, config: string, product: ProductName): Promise<string | undefined> {
  const folder = config.slice(0, config.lastIndexOf("/"))
  const { stdout } = await hostOf(host).run(`${prelude}${lastUrlScript}`, { args: [folder, product] })
  return urlInStore(product, Buffer.from(stdout).toString("latin1"))
}

const remedies: { readonly [kind in Verdict["kind"]]?: string } = {
  refused: "it holds another token than its place: `pulumi up` makes it take the right one, or says why it cannot",
  "rate limited": "too many wrong tokens came from there; find out who sends them, or wait",
  "not a gateway": "see who has its port",
  tls: "compare the certificate, and set tlsFingerprint to its SHA-256",
  protocol: "gatekey and the gateway are of different times: update the older one",
}
