import { Unreachable } from "../../../core/errors.ts"
import { omitUndefined } from "../../../core/given.ts"
import { openSession } from "../../../gateways/gateway.ts"
import { sendHttpProbe } from "../../../gateways/http.ts"
import { type ExpectedServer, openTls } from "../../../gateways/tls.ts"
import { hostOf } from "../../../hosts/index.ts"
import { unreachable } from "../../gateways/session.ts"
import type { ProxyCheckInputs } from "./inputs.ts"
import { type Reply, replyOf, replyOfProblem } from "./reply.ts"

/** One way to a proxy: from where, to which address, and what it is expected to be. */
export type Way = Pick<ProxyCheckInputs, "host" | "address" | "port" | "name"> & Pick<ExpectedServer, "authority">

/** A request: with a certificate or without, and headers that the client adds of its own accord. */
export interface Attempt {
  readonly own?: ExpectedServer["own"]
  readonly headers?: Readonly<Record<string, string>>
  readonly scopes?: readonly string[]
}

/** Opens a WebSocket through the proxy, as an operator without a device: it leaves no record at the gateway. */
export async function tryWebSocket(way: Way, { own, headers, scopes = [] }: Attempt): Promise<Reply> {
  const opened = await open(way, own)
  if ("kind" in opened) return opened
  const route = { product: "openclaw", port: way.port, headers: { ...hostHeader(way), ...headers } }
  const { session, verdict } = await openSession({ ...route, dial: async () => opened }, undefined, scopes).catch(
    (error) => ({ session: undefined, verdict: unreachable(error) }),
  )
  session?.close()
  return replyOf(verdict, session?.scopes)
}

/** Calls a tool that does not exist by the gateway's HTTP API, through the proxy. */
export async function tryHttp(way: Way, { own, headers }: Attempt): Promise<Reply> {
  const opened = await open(way, own)
  if ("kind" in opened) return opened
  return replyOf(await sendHttpProbe(opened, { port: way.port, headers: { ...hostHeader(way), ...headers } }))
}

/** @throws Unreachable if the host from which it is tried does not answer */
async function open({ host, address, port, name, authority }: Way, own: ExpectedServer["own"]) {
  let lost: Unreachable | undefined
  const dial = () =>
    hostOf(host)
      .dial(address, port)
      .catch((error) => {
        if (error instanceof Unreachable) lost = error
        throw error
      })
  const opened = await openTls(dial, { name, ...omitUndefined({ authority, own }) })
  if (lost) throw lost
  return "layer" in opened ? replyOfProblem(opened) : opened
}

/** The name in the request has to be that of the certificate: Caddy refuses another one. */
function hostHeader({ name, port }: Way): { readonly Host: string } {
  return { Host: `${name}:${port}` }
}
