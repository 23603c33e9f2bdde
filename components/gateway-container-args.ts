import type * as pulumi from "@pulumi/pulumi"
import type { HostText } from "../core/host.ts"
import type { ProductName, Role } from "../products/product.ts"
import type { Token } from "./token.ts"

export interface GatewayContainerArgs {
  /** The token. */
  token: Token
  /** Whose Docker engine runs it: `local` (that of DOCKER_HOST, else of this machine), or `ssh://[user@]name[:port]`. */
  host: HostText
  /** The container's own name, such as `openclaw-gateway`. No other container may have it. */
  name: string
  /** What runs in it: a `gateway`, or a `node`, which needs a `command`. */
  role: Role
  /** `openclaw` or `clawdbot`. Default: `openclaw`. */
  product?: ProductName
  /** The image, such as `ghcr.io/openclaw/openclaw:2026.9.1`. A moving tag is not followed: name a version. */
  image: string
  /** Whether an image that is not on the host is pulled separately, before anything is stopped. Default: true. */
  pull?: boolean
  /** The host's port of a gateway. Default: the product's. */
  port?: number
  /** The host's address that the port is published on. Default: `127.0.0.1`, for this host alone. */
  bind?: string
  /**
   * `bind` may be an address that other hosts reach, since a proxy with TLS, a firewall or a VPN protects it. Default: false, and a
   * preview warns of it.
   */
  guarded?: boolean
  /** The absolute folder on the host with its config and state, such as `/srv/openclaw`; it must be there. */
  data: string
  /** The user in the container, such as `1000:1000`; it must own what is in `data`. Default: the image's. */
  user?: string
  /** The program in the container and its arguments, none of them a secret. Default: the product's gateway. */
  command?: readonly string[]
  /** Docker networks, by name, in place of the default one. */
  networks?: readonly pulumi.Input<string>[]
  /** Further mounts. Default: none. */
  volumes?: readonly ContainerVolume[]
  /** Further variables, none of them a secret. */
  environment?: { readonly [name: string]: string }
  /** When the engine restarts it. Default: `unless-stopped`. */
  restart?: "no" | "on-failure" | "always" | "unless-stopped"
  /** Other owners that may use its port, such as `process:haproxy`. Default: none. */
  owners?: readonly string[]
  /** What `up` stops if it uses the port, and keeps from restarting: `docker:NAME` and the like. Default: none. */
  evict?: readonly string[]
  /** Replace a container of this name that gatekey did not make, and unknown live values. Default: false. */
  overwrite?: boolean
}

/** A mount of a container. */
export interface ContainerVolume {
  /** An absolute folder on the host, or the name of a Docker volume. */
  source: pulumi.Input<string>
  /** The absolute path in the container. */
  target: string
  /** Default: false. */
  readOnly?: boolean
}
