import { isLoopback } from "../../core/address.ts"
import { parseRoute } from "../../core/route.ts"
import { products } from "../../products/index.ts"
import type { Survey } from "../collect/survey.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import type { GatewayView, NodeView } from "../resolve/view.ts"
import type { Adopted } from "./adopted-token.ts"

/** Describes why values are not overwritten without a decision. */
export function describeReason(copies: readonly PlaceCopy[], adopted: Adopted | undefined): string {
  const it = copies.length === 1 ? "a value" : "values"
  if (!adopted?.proved) return `${it} that no running gateway could be asked about`
  const { refused } = adopted.gateway.inquiry
  const rejected = copies.every(({ held }) => held.kind === "value" && refused.some((each) => each.equals(held.value)))
  return `${it} that ${rejected ? "the running gateway rejects, and that" : ""} ${copies.length === 1 ? "is" : "are"} not the token in use`.replace(
    / {2,}/g,
    " ",
  )
}

export function describeReaderCopy({ reader }: PlaceCopy): string {
  return reader
    ? `a copy of the token in use, for ${reader}`
    : "a copy of the token in use, and what reads it is not known"
}

export function describeScript({ use }: PlaceCopy, isSame: boolean): string {
  const what = isSame ? "the token in use" : "another value"
  return `a script ${use?.starts ? `that starts the ${use.starts.role} ` : ""}has ${what}`
}

/** Describes how the script can work without its own copy. */
export function describeScriptFix(
  { locator, use }: PlaceCopy,
  { survey, member }: GatewayView | NodeView,
  { delivery }: { readonly delivery: "copy" | "reference" },
): string {
  const { product, role } = member
  const table = products[product]
  if (use?.url && !isHere(use.url, survey)) return "it connects to another host, for which gatekey has no alternative"
  const file = "secretRef" in table && delivery === "reference" && role === "gateway" ? table.secretRef.file : undefined
  const variable = locator === "--token" ? undefined : locator
  if (use?.starts?.role === "gateway" && !variable)
    return "better: drop --token, because the gateway reads its token from its config; with it, no rotation reaches the gateway"
  if (!use?.url && !variable) return "better: drop --token, because the command finds the gateway's token by itself"
  if (file) return `better: ${variable ? `${variable}=` : "--token "}"$(cat ${file})"`
  const whole = variable ? "it" : "with --url the command reads no token from the config: it"
  return `${whole} must be changed by hand at each rotation, unless delivery: reference gives it a file to read`
}

function isHere(url: string, { snapshot }: Survey): boolean {
  const address = parseRoute(url)?.address
  return address !== undefined && (isLoopback(address) || [snapshot.name, ...snapshot.addresses].includes(address))
}
