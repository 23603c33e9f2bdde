import { formatCount } from "../../core/counted.ts"
import type { StateHistory } from "./state-history.ts"

/** Describes how far a generation got that the fleet does not have yet, such as `3 of 12 places written; the gateway studio stayed on generation 1`. */
export function describeProgress({ token, holders }: StateHistory): string {
  const behind = holders.filter(({ generation }) => generation !== token?.generation)
  if (behind.length === 0) return `all ${formatCount(holders.length, "place")} written; the later steps were not done`
  const written = `${holders.length - behind.length} of ${formatCount(holders.length, "place")} written`
  const gateways = behind.filter(({ gateway }) => gateway !== undefined)
  const stayed = [...Map.groupBy(gateways, ({ generation }) => generation)].map(([generation, all]) => {
    const names = all.map(({ gateway }) => gateway).join(", ")
    return `; the gateway${all.length === 1 ? "" : "s"} ${names} stayed on generation ${generation}`
  })
  return `${written}${stayed.join("")}`
}
