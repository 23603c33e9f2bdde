import { expectTypeOf, test } from "vitest"
import type { ContainersArgs } from "../../components/containers.ts"
import type { FlipArgs } from "../../components/flip.ts"
import type { HandshakeArgs } from "../../components/handshake.ts"
import type { IncarnationArgs } from "../../components/incarnation.ts"
import type { ListenerArgs } from "../../components/listener.ts"
import type { PairingArgs } from "../../components/pairing.ts"
import type { PlacementArgs } from "../../components/placement.ts"
import type { PreflightArgs } from "../../components/preflight.ts"
import type { ReachArgs } from "../../components/reach.ts"
import type { ReceiptArgs } from "../../components/receipt.ts"
import type { ServiceArgs } from "../../components/service.ts"
import type { TokenArgs } from "../../components/token.ts"
import type { TokenSourceArgs } from "../../components/token-source.ts"
import type { VaultRecordArgs } from "../../components/vault-record.ts"
import type { VaultSourceArgs } from "../../components/vault-source.ts"
import type { Declaration } from "../../provider/declare.ts"
import type { containersDeclaration } from "../../provider/resources/containers/inputs.ts"
import type { flipDeclaration } from "../../provider/resources/flip/inputs.ts"
import type { handshakeDeclaration } from "../../provider/resources/handshake/inputs.ts"
import type { incarnationDeclaration } from "../../provider/resources/incarnation/inputs.ts"
import type { listenerDeclaration } from "../../provider/resources/listener/inputs.ts"
import type { pairingDeclaration } from "../../provider/resources/pairing/inputs.ts"
import type { placementDeclaration } from "../../provider/resources/placement/inputs.ts"
import type { preflightDeclaration } from "../../provider/resources/preflight/inputs.ts"
import type { reachDeclaration } from "../../provider/resources/reach/reach.ts"
import type { receiptDeclaration } from "../../provider/resources/receipt/receipt.ts"
import type { serviceDeclaration } from "../../provider/resources/service/declaration.ts"
import type { tokenDeclaration } from "../../provider/resources/token/inputs.ts"
import type { tokenSourceDeclaration } from "../../provider/resources/token-source/token-source.ts"
import type { vaultRecordDeclaration } from "../../provider/resources/vault-record/vault-record.ts"
import type { vaultSourceDeclaration } from "../../provider/resources/vault-source/vault-source.ts"

/** What a component takes from its Token, whose parts the arguments do not name. */
type OfToken = "token" | "generation" | "fingerprint" | "created" | "due"
type Given<Args> = Exclude<keyof Args, OfToken>
type Declared<D extends Declaration> = Exclude<keyof D["inputs"], OfToken>

// The compiler checks it.
test("the arguments of each component are the inputs that the provider declares", () => {
  expectTypeOf<Given<ContainersArgs>>().toEqualTypeOf<Declared<typeof containersDeclaration>>()
  expectTypeOf<Given<FlipArgs> | "must" | "reference">().toEqualTypeOf<Declared<typeof flipDeclaration>>()
  expectTypeOf<Given<HandshakeArgs>>().toEqualTypeOf<Declared<typeof handshakeDeclaration>>()
  expectTypeOf<Given<IncarnationArgs>>().toEqualTypeOf<Declared<typeof incarnationDeclaration>>()
  expectTypeOf<Given<ListenerArgs>>().toEqualTypeOf<Declared<typeof listenerDeclaration>>()
  expectTypeOf<Given<PairingArgs>>().toEqualTypeOf<Declared<typeof pairingDeclaration>>()
  expectTypeOf<Given<PlacementArgs>>().toEqualTypeOf<Declared<typeof placementDeclaration>>()
  expectTypeOf<Given<PreflightArgs>>().toEqualTypeOf<Declared<typeof preflightDeclaration>>()
  expectTypeOf<Given<ReachArgs>>().toEqualTypeOf<Declared<typeof reachDeclaration>>()
  expectTypeOf<Given<ReceiptArgs>>().toEqualTypeOf<Declared<typeof receiptDeclaration>>()
  expectTypeOf<Given<ServiceArgs>>().toEqualTypeOf<Declared<typeof serviceDeclaration>>()
  expectTypeOf<Given<TokenArgs>>().toEqualTypeOf<Declared<typeof tokenDeclaration>>()
  expectTypeOf<Given<TokenSourceArgs>>().toEqualTypeOf<Declared<typeof tokenSourceDeclaration>>()
  expectTypeOf<Given<VaultRecordArgs>>().toEqualTypeOf<Declared<typeof vaultRecordDeclaration>>()
  expectTypeOf<Given<VaultSourceArgs>>().toEqualTypeOf<Declared<typeof vaultSourceDeclaration>>()
})
