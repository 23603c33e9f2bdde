import type { Json } from "../../core/content.ts"
import { isMapping } from "../../core/mapping.ts"
import { isGuessableHeader, isUsualHeader } from "../../products/identity-header.ts"
import { headerKey, settingIn } from "../../products/trusted-proxy.ts"

/** How a gateway's config trusts a proxy; a header's name that cannot be guessed is a secret, and is left out. */
export interface TrustSettings {
  /** Undefined if no header is set. */
  readonly header: "random" | { readonly name: string | undefined } | undefined
  readonly allowsLoopback: boolean
  /** How many users the proxy may name; 0 if it may name every one. */
  readonly users: number
  /** The addresses and ranges of the proxies. */
  readonly proxies: readonly string[]
  /** Whether nodes that come from the host itself are paired without an approval. */
  readonly approvesLocal: boolean
}

/** Reads them from a parsed config; undefined if it trusts no proxy. */
export function trustSettingsIn(config: Json): TrustSettings | undefined {
  if (!isMapping(settingIn(config, "gateway.auth.trustedProxy"))) return undefined
  const name = settingIn(config, headerKey)
  const users = settingIn(config, "gateway.auth.trustedProxy.allowUsers")
  const proxies = settingIn(config, "gateway.trustedProxies")
  return {
    header: typeof name === "string" && name.trim() !== "" ? headerOf(name.trim()) : undefined,
    allowsLoopback: settingIn(config, "gateway.auth.trustedProxy.allowLoopback") === true,
    users: Array.isArray(users) ? users.length : 0,
    proxies: Array.isArray(proxies) ? proxies.filter((each) => typeof each === "string") : [],
    approvesLocal: settingIn(config, "gateway.nodes.pairing.autoApproveLocal") !== false,
  }
}

function headerOf(name: string): TrustSettings["header"] {
  if (!isGuessableHeader(name)) return "random"
  // Another name may be meant as a secret, however weak.
  return { name: isUsualHeader(name) ? name.toLowerCase() : undefined }
}
