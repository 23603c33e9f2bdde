import { connect } from "node:net"
import { waitUntil } from "../../core/until.ts"
import { openSession } from "../../gateways/gateway.ts"
import type { Verdict } from "../../gateways/verdict.ts"
import { ownIdentity } from "../../products/trusted-proxy.ts"
import type { ProxyClient } from "../../proxies/client.ts"
import type { Managed } from "../../test/support/engine/managed.ts"
import { whenFinished } from "../../test/support/finished.ts"
import { startFreshNode } from "../../test/support/products/gateway.ts"
import { freePort } from "../../test/support/products/listener.ts"
import { startTrusting, type TrustingGateway } from "../../test/support/products/trusting-gateway.ts"
import { type Haproxy, startHaproxy } from "../../test/support/proxies/haproxy.ts"
import { openSite, type Sidecar, type Site } from "./site.ts"

/** A site with a real gateway that trusts its guard. */
export interface Live extends Site {
  readonly gateway: TrustingGateway
}

/** Whom the gateway knows, each with its scopes. */
const identities = { "node:tw": [], "client:laptop": ["operator.read"], [ownIdentity.identity]: ownIdentity.scopes }

/** The guard itself is started by the caller, once it lists its clients. */
export async function openLive(): Promise<Live> {
  const port = await freePort()
  const site = await openSite(port, "studio")
  await site.up([{ name: "tw" }])
  return { ...site, gateway: await startTrusting(site.header(), identities, port) }
}

/** A real node behind its sidecar, with the proxies that it needs. */
export interface LiveNode {
  readonly pairing: Managed
  readonly sidecar: Sidecar
  readonly proxies: { readonly guard: Haproxy; readonly sidecar: Haproxy }
  log(): string
  connects(): number
}

const patienceMilliseconds = 240_000

/** Starts a node that never had a token, and approves it by the provider's own Pairing. */
export async function startLiveNode(live: Live, name: NonNullable<ProxyClient["name"]> = "tw"): Promise<LiveNode> {
  const sidecar = await live.sidecar(name)
  const proxies = { guard: await startHaproxy(live.guard.folder), sidecar: await startHaproxy(sidecar.folder) }
  const node = startFreshNode(name, sidecar.port)
  whenFinished(() => node.stop())
  node.run()
  await wait(() => /pairing/i.test(node.log()), `${name} does not ask for its pairing`)
  const pairing = live.fresh("Pairing")
  const at = { authority: live.authority.state?.id ?? "", header: 1, host: "local", port: live.gateway.port }
  const inputs = { ...at, node: name, from: "local", certificate: 1, approve: true }
  await pairing.up(inputs)
  // openclaw pauses a node that waits for its approval, and asks for what it may do after its next start.
  await node.end()
  node.run()
  const connects = () => node.log().match(/node host gateway connected/g)?.length ?? 0
  await wait(() => connects() > 0, `${name} does not connect`)
  await wait(() => pairing.up(inputs).then(isDone, isNotDone), `${name} is not approved and connected`)
  return { pairing, sidecar, proxies, log: node.log, connects }
}

const isDone = () => true
const isNotDone = () => false

/** Waits for what has to come. @throws Error */
export async function wait(holds: () => boolean | Promise<boolean>, otherwise: string): Promise<void> {
  if (!(await waitUntil(holds, patienceMilliseconds, 10))) throw new Error(otherwise)
}

/** One connect to the gateway by a sidecar, as a node's, up to the gateway's answer. */
export async function knockBy(port: number): Promise<Verdict> {
  const dial = async () => connect(port, "127.0.0.1")
  const { verdict, session } = await openSession({ product: "openclaw", port, dial }, undefined, [])
  session?.close()
  return verdict
}
