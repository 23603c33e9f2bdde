import type { FormatName } from "../core/content.ts"
import { formatNames } from "../core/content.ts"
import type { HostText } from "../core/host.ts"
import type { Manager, ProductName } from "../products/product.ts"
import type { Credential } from "../products/readers.ts"
import type { ServiceSettings } from "./create-service.ts"
import type { Must } from "./placement.ts"
import type { ReaderArgs } from "./reader.ts"
import type { Token } from "./token.ts"
import type { VaultArgs } from "./vault-args.ts"

export { formatNames }

export const deliveries = ["reference", "copy", "exec"] as const
type Delivery = (typeof deliveries)[number]

/** What a gateway and a node have in common. */
export interface MemberArgs extends Pick<ServiceSettings, "service" | "program"> {
  /** The token. */
  token: Token
  /** Where it runs: `local`, or `ssh://[user@]name[:port]`. */
  host: HostText
  /** What starts it: `launchd`, `systemd` (a user unit), or `process` (nothing that keeps a file of its own). */
  manager: Manager
  /** `openclaw` or `clawdbot`. Default: `openclaw`. */
  product?: ProductName
  /**
   * What the gateway checks the secret as (`gateway.auth.mode`), and a node sends it. Default: `token`; in a fleet a
   * node has that of its gateway.
   */
  mode?: Credential
  /** Absolute folder in place of `~`, for a sandbox. Default: the home of the host's user. */
  home?: string
  /**
   * How the config gets the token: a `reference` to one secret file, a `copy` of it, or `exec`: a reference to a
   * program that fetches it from the `vault` each time, so that no file contains it.
   * Default: `reference` where the product understands one (openclaw), else `copy` (clawdbot, always).
   */
  delivery?: Delivery
  /** Where `exec` finds the token. Default: none; a fleet passes its own. */
  vault?: VaultArgs
  /** How `exec` reads the vault there. */
  reader?: ReaderArgs
  /** Profiles of sh, bash and zsh that must not export the token, such as `~/.zshrc`. Default: none. */
  profiles?: readonly string[]
  /** Drop-ins of the systemd unit that must not contain the token: file names such as `10-token.conf`. Default: none. */
  dropIns?: readonly string[]
  /** Further places on this host. Default: none. */
  places?: readonly ExtraPlace[]
  /** The places of the previous product (clawdbot, for openclaw) must not contain the token. Default: true. */
  predecessor?: boolean
  /** Overwrite unknown live values at the first `up`. Default: false. */
  overwrite?: boolean
}

/** A further place of a member, besides those of its product. */
export type ExtraPlace = PlaceInMember & (TokenInPlace | ReferenceInPlace)

interface TokenInPlace {
  /** What it must contain: `token` or `nothing`; with a `reference`, that reference. Default: `token`. */
  must?: Exclude<Must, "reference">
  reference?: undefined
}

interface ReferenceInPlace {
  must?: "reference"
  /** Such as `op://Home/gatekey/token`, which `op run` replaces with the token. */
  reference: `op://${string}`
}

interface PlaceInMember {
  /** Its part of the resource's name: `backup script` is shown as `tw backup script`. */
  name: string
  /** Absolute, or `~/…`. */
  path: string
  /** Where in the file: a config key, a variable's name, a `--flag`, `SERVICE.VARIABLE`, or `*` for the whole file. */
  locator: string
  /** Default: as the file's name says. */
  format?: FormatName
  /** Why, in a few words. */
  why?: string
  /** Overwrite an unknown live value at the first `up`. Default: that of the member. */
  overwrite?: boolean
}
