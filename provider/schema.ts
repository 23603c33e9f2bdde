import { type PackageSpec, packageSpec } from "./package-schema.ts"
import { accessDeclaration } from "./resources/access/inputs.ts"
import { authorityDeclaration } from "./resources/authority/inputs.ts"
import { certificateDeclaration } from "./resources/certificate/inputs.ts"
import { clientKeyDeclaration } from "./resources/client-key/inputs.ts"
import { containersDeclaration } from "./resources/containers/inputs.ts"
import { flipDeclaration } from "./resources/flip/inputs.ts"
import { handshakeDeclaration } from "./resources/handshake/inputs.ts"
import { incarnationDeclaration } from "./resources/incarnation/inputs.ts"
import { listenerDeclaration } from "./resources/listener/inputs.ts"
import { pairingDeclaration } from "./resources/pairing/inputs.ts"
import { placementDeclaration } from "./resources/placement/inputs.ts"
import { preflightDeclaration } from "./resources/preflight/inputs.ts"
import { proxyDeclaration } from "./resources/proxy/inputs.ts"
import { proxyCheckDeclaration } from "./resources/proxy-check/inputs.ts"
import { reachDeclaration } from "./resources/reach/reach.ts"
import { receiptDeclaration } from "./resources/receipt/receipt.ts"
import { serviceDeclaration } from "./resources/service/declaration.ts"
import { tokenDeclaration } from "./resources/token/inputs.ts"
import { tokenSourceDeclaration } from "./resources/token-source/token-source.ts"
import { trustedProxyDeclaration } from "./resources/trusted-proxy/inputs.ts"
import { vaultRecordDeclaration } from "./resources/vault-record/vault-record.ts"
import { vaultSourceDeclaration } from "./resources/vault-source/vault-source.ts"
import { version } from "./version.ts"

const declarations = {
  Token: tokenDeclaration,
  Preflight: preflightDeclaration,
  Receipt: receiptDeclaration,
  Reach: reachDeclaration,
  Placement: placementDeclaration,
  Flip: flipDeclaration,
  Handshake: handshakeDeclaration,
  Service: serviceDeclaration,
  Containers: containersDeclaration,
  Incarnation: incarnationDeclaration,
  Listener: listenerDeclaration,
  VaultSource: vaultSourceDeclaration,
  TokenSource: tokenSourceDeclaration,
  VaultRecord: vaultRecordDeclaration,
  Pairing: pairingDeclaration,
  Authority: authorityDeclaration,
  Certificate: certificateDeclaration,
  ClientKey: clientKeyDeclaration,
  Haproxy: proxyDeclaration,
  Access: accessDeclaration,
  TrustedProxy: trustedProxyDeclaration,
  ProxyCheck: proxyCheckDeclaration,
}

/** Pulumi's package schema, for tools that know only the protocol: `pulumi package`, `pulumi import`, YAML programs. */
export const schema: PackageSpec = {
  name: "gatekey",
  version,
  displayName: "gatekey",
  description: "Declares the one token of self-hosted assistant gateways and their nodes, and where it must be.",
  license: "Apache-2.0",
  ...packageSpec(declarations),
}
