import type { Resource } from "./resource.ts"

/** The resources, loaded when first used: the engine starts a second process that uses none. */
const resources: Readonly<Record<string, () => Promise<Resource>>> = {
  "gatekey:index:Token": async () => (await import("./resources/token/token.ts")).token,
  "gatekey:index:Preflight": async () => (await import("./resources/preflight/preflight.ts")).preflight,
  "gatekey:index:Reach": async () => (await import("./resources/reach/reach.ts")).reach,
  "gatekey:index:Receipt": async () => (await import("./resources/receipt/receipt.ts")).receipt,
  "gatekey:index:Placement": async () => (await import("./resources/placement/placement.ts")).placement,
  "gatekey:index:Flip": async () => (await import("./resources/flip/flip.ts")).flip,
  "gatekey:index:Handshake": async () => (await import("./resources/handshake/handshake.ts")).handshake,
  "gatekey:index:Service": async () => (await import("./resources/service/service.ts")).service,
  "gatekey:index:Incarnation": async () => (await import("./resources/incarnation/incarnation.ts")).incarnation,
  "gatekey:index:Containers": async () => (await import("./resources/containers/containers.ts")).containers,
  "gatekey:index:Listener": async () => (await import("./resources/listener/listener.ts")).listener,
  "gatekey:index:VaultSource": async () => (await import("./resources/vault-source/vault-source.ts")).vaultSource,
  "gatekey:index:TokenSource": async () => (await import("./resources/token-source/token-source.ts")).tokenSource,
  "gatekey:index:VaultRecord": async () => (await import("./resources/vault-record/vault-record.ts")).vaultRecord,
  "gatekey:index:Authority": async () => (await import("./resources/authority/authority.ts")).authority,
  "gatekey:index:Certificate": async () => (await import("./resources/certificate/certificate.ts")).certificate,
  "gatekey:index:ClientKey": async () => (await import("./resources/client-key/client-key.ts")).clientKey,
  "gatekey:index:Haproxy": async () => (await import("./resources/proxy/proxy.ts")).proxy,
  "gatekey:index:Access": async () => (await import("./resources/access/access.ts")).access,
  "gatekey:index:TrustedProxy": async () => (await import("./resources/trusted-proxy/trusted-proxy.ts")).trustedProxy,
  "gatekey:index:ProxyCheck": async () => (await import("./resources/proxy-check/proxy-check.ts")).proxyCheck,
  "gatekey:index:Pairing": async () => (await import("./resources/pairing/pairing.ts")).pairing,
}

export async function resourceOf(type: string): Promise<Resource | undefined> {
  return Object.hasOwn(resources, type) ? resources[type]?.() : undefined
}
