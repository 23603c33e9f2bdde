import type { Duplex } from "node:stream"
import { anyAddress, isAddress, isLoopback } from "../../core/address.ts"
import { Unreachable, UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { parseRoute, type Route } from "../../core/route.ts"
import type { Secret } from "../../core/secret.ts"
import { shellScript } from "../../core/shell.ts"
import { withTimeout } from "../../core/timeout.ts"
import { readCertificateFingerprint } from "../../gateways/certificate.ts"
import { checkTokenByHttp, checkTokenByWebSocket, type GatewayRoute, openSession } from "../../gateways/gateway.ts"
import { type Pairings, parsePairings } from "../../gateways/pairings.ts"
import type { Verdict } from "../../gateways/verdict.ts"
import { hostOf } from "../../hosts/index.ts"
import type { PortSnapshot as Port } from "../../probes/listeners/snapshot.ts"
import type { Credential } from "../../products/readers.ts"
import type { Member } from "./member.ts"

/** How long a connection may take that only checks the route. */
const patienceMilliseconds = 4_000

/** Returns the way to a gateway on its own host, with its certificate. @throws UserError if it sends none */
async function wayTo(
  host: string,
  { product, port, settings }: Member,
  address: string,
  as: Credential = "token",
): Promise<GatewayRoute> {
  const dial = () => hostOf(host).dial(address, port)
  return {
    product,
    port,
    as,
    dial,
    ...(settings?.tls ? { tlsFingerprint: await readCertificateFingerprint(await dial()) } : {}),
  }
}

const everywhere = ["0.0.0.0", "::", anyAddress]

/** Returns the address on which it listens: the loopback if possible. */
export function addressIn(snapshot: Port | undefined): string {
  const addresses = snapshot?.sockets.map(({ address }) => address) ?? []
  const open = addresses.length === 0 || addresses.some((each) => isLoopback(each) || everywhere.includes(each))
  return open ? "127.0.0.1" : (addresses[0] ?? "127.0.0.1")
}

/** Checks by one connect on its own host whether the gateway accepts the token. */
export async function verdictOf(
  host: string,
  member: Member,
  snapshot: Port | undefined,
  token: Secret | undefined,
  as: Credential = "token",
): Promise<Verdict> {
  const address = addressIn(snapshot)
  try {
    const way = await wayTo(host, member, address, as)
    return await (isLoopback(address) ? checkTokenByWebSocket(way, token) : checkTokenByHttp(way, token))
  } catch (error) {
    return verdictOfError(error)
  }
}

/** Reads the gateway's pairings; undefined if the token may not ask for them. */
export async function pairingsOf(
  host: string,
  member: Member,
  snapshot: Port | undefined,
  token: Secret,
  as: Credential = "token",
): Promise<Pairings | undefined> {
  const address = addressIn(snapshot)
  if (!isLoopback(address)) return undefined
  try {
    const way = await wayTo(host, member, address, as)
    const { session } = await openSession(way, token, ["operator.admin", "operator.pairing"])
    if (!session) return undefined
    try {
      const [devices, nodes] = await Promise.all([session.request("device.pair.list"), session.request("node.list")])
      return parsePairings(devices, nodes)
    } finally {
      session.close()
    }
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

/** A node's route, checked from its own host. */
export interface Passage {
  readonly route: Route
  /** The addresses of its name there. */
  readonly addresses: readonly string[]
  /** The certificate, if the route is TLS; SHA-256 in hex. */
  readonly certificate?: string
  readonly verdict: Verdict
  /** The route is without TLS, but the gateway speaks it. */
  readonly lacksTls?: true
  /** Milliseconds until that was known. */
  readonly took: number
}

/** Checks the node's route. @param token sent only if the gateway is known to accept it */
export async function passageOf(
  host: string,
  member: Member,
  url: string,
  token: Secret | undefined,
  as: Credential = "token",
): Promise<Passage | undefined> {
  const route = parseRoute(url)
  if (!route) return undefined
  const { address, port, tls } = route
  const streams: Duplex[] = []
  const dial = async () => {
    const stream = await hostOf(host).dial(address, port)
    streams.push(stream)
    return stream
  }
  const start = performance.now()
  const go = async () => {
    const certificate = tls ? await readCertificateFingerprint(await dial()) : undefined
    const way: GatewayRoute = {
      product: member.product,
      port,
      as,
      dial,
      ...(certificate ? { tlsFingerprint: certificate } : {}),
    }
    const verdict = await checkTokenByHttp(way, token)
    // A TLS server answers a plain client with an HTTP error, or closes the connection.
    const isOdd = verdict.kind === "not a gateway" || verdict.kind === "no gateway"
    const lacksTls = !tls && isOdd && (await speaksTls(dial))
    return { verdict, ...(certificate ? { certificate } : {}), ...(lacksTls ? { lacksTls } : {}) }
  }
  try {
    const [addresses, result] = await Promise.all([
      addressesOf(host, address),
      withTimeout(go(), patienceMilliseconds, throwTimeout).catch((error) => ({ verdict: verdictOfError(error) })),
    ])
    return { route, addresses, took: performance.now() - start, ...result }
  } finally {
    for (const stream of streams) stream.on("error", () => {}).destroy()
  }
}

async function speaksTls(dial: () => Promise<Duplex>): Promise<boolean> {
  try {
    return (await readCertificateFingerprint(await dial())) !== ""
  } catch {
    return false
  }
}

function throwTimeout(): never {
  throw new UserError(`timed out after ${patienceMilliseconds / 1000} s`)
}

/** The time limit: a name server that is down is asked more than once. */
const nameSeconds = 15

const addresses = shellScript("addresses.sh", import.meta.url)

/** Resolves a name on that host. */
async function addressesOf(host: string, name: string): Promise<string[]> {
  if (isAddress(name)) return [name]
  const { code, stdout } = await hostOf(host).run(addresses, { args: [name], timeout: nameSeconds * 1000 })
  if (code === null)
    throw new UserError(`${host}: the address of ${shown(name)} was not found within ${nameSeconds} s`, "host")
  return [
    ...new Set(
      Buffer.from(stdout)
        .toString()
        .split("\n")
        .filter((line) => /^[0-9a-fA-F.:%]+$/.test(line)),
    ),
  ]
}

export function verdictOfError(error: unknown): Verdict {
  if (error instanceof Unreachable) return { kind: "unreachable", reason: error.reason }
  if (error instanceof UserError) return { kind: "no gateway", reason: error.message }
  throw error
}
