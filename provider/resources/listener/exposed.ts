import { isLoopback } from "../../../core/address.ts"
import { shown } from "../../../core/escape.ts"
import type { Log } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"

/** Warns once a run about a gateway that other machines can reach without TLS: they can read a token on the network. */
export function warnWhenExposed(run: Run, urn: string, { role, port, guarded, addresses }: Properties, log: Log): void {
  if (role === "node" || guarded === true || !Array.isArray(addresses)) return
  const open = addresses.map(String).filter((address) => !isLoopback(address))
  if (open.length === 0 || !run.reports.isFirst(`exposed ${urn}`)) return
  log(
    "warning",
    `the gateway listens on ${shown(open.join(", "))}, port ${port}, and no TLS is declared: other machines reach it, and can read what is sent. Bind it to the loopback, give it TLS and tlsFingerprint, or declare guarded: true if something else protects it`,
  )
}
