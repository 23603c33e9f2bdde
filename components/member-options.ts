import type { MemberArgs } from "./member.ts"

export interface MemberOptions extends Omit<MemberArgs, "token"> {
  /** Nothing anywhere: it lives by another credential. */
  readonly tokenless?: boolean
  /** Of a gateway: where it answers. Default: the product's port, without TLS. */
  readonly port?: number
  readonly tlsFingerprint?: string
  /** The gateway in the same home has the config and the dotenv: only the service's own places are declared. */
  readonly sharesConfig?: boolean
}
