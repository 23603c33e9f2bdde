import { omitUndefined } from "../../core/given.ts"
import { checkServer, openSession } from "../../gateways/gateway.ts"
import { isWithoutGuard, type Verdict } from "../../gateways/verdict.ts"
import { hostOf } from "../../hosts/index.ts"
import type { OwnSidecar } from "./proxies.ts"
import { verdictOfError } from "./wire.ts"

/** How far a client gets by its sidecar: to the sidecar, the guard, the gateway. */
export interface SidecarWay {
  /** Of one connect through the sidecar, without any secret. */
  readonly verdict: Verdict
  /** Why the guard cannot be used from there; undefined if it can, or was not asked. */
  readonly guard?: { readonly layer: "tcp" | "tls"; readonly reason: string }
}

/** Connects from the sidecar's host, and asks the guard there for its certificate. */
export async function sidecarWayOf(host: string, { facts, authority }: OwnSidecar): Promise<SidecarWay> {
  const { port, guard } = facts
  const dial = () => hostOf(host).dial("127.0.0.1", port)
  const connect = () =>
    openSession({ product: "openclaw", port, dial }, undefined, []).then(({ verdict, session }) => {
      session?.close()
      return verdict
    }, verdictOfError)
  const [first, problem] = await Promise.all([
    connect(),
    authority === undefined
      ? undefined
      : checkServer(() => hostOf(host).dial(guard.address, guard.port), { authority, name: guard.name }),
  ])
  // The guard may have come up in between.
  const verdict = isWithoutGuard(first) && problem === undefined ? await connect() : first
  return { verdict, ...omitUndefined({ guard: problem }) }
}
