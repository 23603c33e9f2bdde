import { isLoopback } from "../../../core/address.ts"
import { shown } from "../../../core/escape.ts"
import type { Log } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"

/** A gateway that others can reach without TLS: a token that is shown on that way can be read. Told once a run. */
export function warnWhenExposed(run: Run, urn: string, { role, port, guarded, addresses }: Properties, log: Log): void {
  if (role === "node" || guarded === true || !Array.isArray(addresses)) return
  const open = addresses.map(String).filter((address) => !isLoopback(address))
  if (open.length === 0 || !run.reports.isFirst(`exposed ${urn}`)) return
  log(
    "warning",
    `the gateway listens on ${shown(open.join(", "))}, port ${port}, without TLS as far as is declared: others reach it, and can read what is sent. Bind it to the loopback, give it TLS and tlsFingerprint, or declare guarded: true where something else guards it`,
  )
}
