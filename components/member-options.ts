import type { GatewayMode } from "../products/readers.ts"
import type { MemberArgs } from "./member.ts"

export interface MemberOptions extends Omit<MemberArgs, "token" | "mode"> {
  /** As a gateway's; a node has a credential's. */
  readonly mode?: GatewayMode
  /** No token anywhere: it authenticates with another credential. */
  readonly tokenless?: boolean
  /** The port of a gateway. Default: the product's port, without TLS. */
  readonly port?: number
  readonly tlsFingerprint?: string
  /** The gateway in the same home has the config and the dotenv: only the service's own places are declared. */
  readonly sharesConfig?: boolean
}
