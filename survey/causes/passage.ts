import { isLoopback } from "../../core/address.ts"
import { shown } from "../../core/escape.ts"
import { describeVerdict } from "../../gateways/verdict.ts"
import type { GatewayView, NodeView } from "../resolve/view.ts"
import { type Cause, codeOfVerdict } from "./cause.ts"

/** Reports what blocks a node's route to its gateway. */
export function passageCauses({ name, survey, passage, gateway, member }: NodeView): Cause[] {
  if (!passage) return []
  const { host } = survey.target
  const { route, verdict, addresses, certificate } = passage
  const at = `${shown(route.address)}:${route.port}`
  const say = (code: Cause["code"], sentence: string, remedy?: string): Cause[] => [
    { code, weight: "broken", who: name, host, sentence, ...(remedy ? { remedy } : {}) },
  ]
  const stranger = foreignAddresses(route.address, addresses, gateway)
  if (stranger && verdict.kind !== "accepted" && verdict.kind !== "answers")
    return say(
      "wrong-address",
      `on ${name} the name ${shown(route.address)} means ${stranger}, which is not ${gateway?.name}`,
      "check /etc/hosts and the name server there",
    )
  if (addresses.length === 0) return say("no-name", `the name ${shown(route.address)} is not resolved on ${name}`)
  const pin = member.settings?.tlsFingerprint?.replaceAll(":", "").toLowerCase()
  if (certificate && pin && pin !== certificate)
    return say(
      "tls-pin",
      `the certificate of ${at} is not the one that ${name} has pinned: its TLS fingerprint differs`,
      "compare it on the gateway's host, then set gateway.remote.tlsFingerprint",
    )
  if (passage.lacksTls)
    return say(
      "lacks-tls",
      `the gateway at ${at} speaks TLS, but ${name} connects without it`,
      "start it with --tls; compare the certificate's fingerprint on the gateway's host before you pin it with --tls-fingerprint",
    )
  switch (verdict.kind) {
    case "accepted":
    case "answers":
    case "starting":
      return []
    case "refused":
      // Only a token that the gateway accepts is sent.
      return []
    case "rate limited":
      return say(
        "locked-out",
        `${name} is locked out of ${gateway?.name ?? at} after too many wrong tokens: ${describeVerdict(verdict)}`,
        "end what sends them; a restart of the gateway ends the lock-out at once",
      )
    case "no gateway": {
      const refused = verdict.code === "ECONNREFUSED"
      if (gateway && refused && isLoopbackOnly(gateway))
        return say(
          "loopback-only",
          `the gateway on ${gateway.name} listens on 127.0.0.1 only, but ${name} connects from another machine (${at})`,
          "set gateway.bind to lan, with TLS or a guard before it",
        )
      if (verdict.code === "ETIMEDOUT" && gateway?.verdict.kind !== "no gateway")
        return say(
          "dropped",
          `${at} does not answer ${name} (${shown(verdict.reason)})${gateway ? `, while the gateway answers on its own host: a firewall between them drops the packets` : ": it is off, or a firewall drops the packets"}`,
        )
      if (gateway?.verdict.kind === "no gateway") return []
      return say("no-way", `${name} finds no gateway at ${at}: ${shown(verdict.reason)}`)
    }
    default:
      return say(codeOfVerdict(verdict.kind), `${name} finds no gateway at ${at}: ${describeVerdict(verdict)}`)
  }
}

/** Returns the addresses of the name there, if none is the gateway's own. */
function foreignAddresses(
  name: string,
  addresses: readonly string[],
  gateway: GatewayView | undefined,
): string | undefined {
  const own = gateway?.survey.snapshot.addresses ?? []
  if (own.length === 0 || addresses.length === 0 || addresses.includes(name)) return undefined
  return addresses.some((address) => own.includes(address) || address.startsWith("127."))
    ? undefined
    : addresses.map((each) => shown(each)).join(", ")
}

function isLoopbackOnly({ survey, member }: GatewayView): boolean {
  const sockets = survey.ports.get(member.port)?.sockets ?? []
  return sockets.length > 0 && sockets.every(({ address }) => isLoopback(address))
}
