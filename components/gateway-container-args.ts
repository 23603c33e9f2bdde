import type * as pulumi from "@pulumi/pulumi"
import type { ProductName, Role } from "../products/product.ts"
import type { Token } from "./token.ts"

export interface GatewayContainerArgs {
  token: Token
  /** Whose Docker engine runs it: `local` (that of DOCKER_HOST, else of this machine), or `ssh://[user@]name[:port]`. */
  host: string
  /** The container's own name, such as `openclaw-gateway`. No other container may have it. */
  name: string
  /** What runs in it: a `gateway`, or a `node`, which needs a `command`. */
  role: Role
  /** `openclaw` or `clawdbot`. Default: `openclaw`. */
  product?: ProductName
  /** The image, such as `ghcr.io/openclaw/openclaw:2026.9.1`. A tag that moves is not followed: name a version. */
  image: string
  /** Whether an image that the host does not have is pulled on its own, before anything is stopped. Default: true. */
  pull?: boolean
  /** The host's port of a gateway. Default: the product's. */
  port?: number
  /** The host's address that the port is published on. Default: `127.0.0.1`, for this host alone. */
  bind?: string
  /**
   * `bind` may be an address that others reach, as a proxy with TLS, a firewall or a VPN guards it. Default: false, and a
   * preview warns of such a one.
   */
  guarded?: boolean
  /** The absolute folder on the host with its config and state, such as `/srv/openclaw`; it must be there. */
  data: string
  /** The user in the container, such as `1000:1000`, who must own what is in `data`. Default: the image's. */
  user?: string
  /** The program in the container and its arguments, none of them a secret. Default: the product's gateway. */
  command?: readonly string[]
  /** Docker networks, by name, in place of the default one. */
  networks?: readonly pulumi.Input<string>[]
  /** More that is mounted. Default: nothing. */
  volumes?: readonly ContainerVolume[]
  /** More variables, none of them a secret. */
  environment?: { readonly [name: string]: string }
  /** When the engine starts it again. Default: `unless-stopped`. */
  restart?: "no" | "on-failure" | "always" | "unless-stopped"
  /** Others that may have its port, such as `process:haproxy`. Default: none. */
  owners?: readonly string[]
  /** Whom `up` stops when they have its port, and whose restart it switches off: `docker:NAME` and the like. Default: nobody. */
  evict?: readonly string[]
  /** Replace a container of its name that gatekey did not make, and live values that are not known. Default: false. */
  overwrite?: boolean
}

export interface ContainerVolume {
  /** An absolute folder on the host, or the name of a Docker volume. */
  source: pulumi.Input<string>
  /** The absolute path in the container. */
  target: string
  /** Default: false. */
  readOnly?: boolean
}
