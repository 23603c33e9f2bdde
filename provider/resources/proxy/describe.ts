import { describeAuthorities } from "../../../certificates/authority-set.ts"
import type { Notice } from "../../../core/notice.ts"
import type { Properties } from "../../wire.ts"
import { type ProxyInputs, trustsOf } from "./inputs.ts"

/** Describes what is not as declared; undefined if nothing. @param faults the names of the descriptions that differ */
export function faultIn({ configured, loaded, faults }: Properties): string | undefined {
  const names = Array.isArray(faults) ? faults : []
  const found = [
    ...(names.includes("configured") ? [String(configured)] : []),
    ...(names.includes("loaded") ? [`its process runs with ${String(loaded)}`] : []),
  ]
  return found.length > 0 ? found.join("; ") : undefined
}

/** Describes what an `up` does for a proxy that is not as declared. @param olds what was found, by its last read */
export function describeChange(olds: Properties, news: ProxyInputs, revoked: readonly string[]): Notice {
  const fault = faultIn(olds)
  const [before, after] = [trustsOf(olds), trustsOf(news)].map(describeAuthorities)
  const found = [
    ...(fault === undefined ? [] : [fault]),
    ...(before === after ? [] : [`trusts authority ${before}, expected ${after}`]),
  ]
  const cut = revoked.length > 0 ? `, and cuts off ${revoked.join(", ")}` : ""
  return {
    message: found.length > 0 ? found.join("; ") : "its declaration changes",
    plan: `\`pulumi up\` writes and loads it; no other connection is dropped${cut}`,
    restart: "none",
  }
}
