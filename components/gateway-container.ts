import type * as docker from "@pulumi/docker"
import * as pulumi from "@pulumi/pulumi"
import type { ProductName, Role } from "../products/product.ts"
import { containerArgs, hasTokenInEnvironment } from "./container-args.ts"
import { containerProblems } from "./container-problems.ts"
import { children } from "./create.ts"
import { DeclarationError } from "./declaration-error.ts"
import { dockerProvider, loadDocker } from "./docker.ts"
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
  /** Another number makes the container anew. */
  incarnation?: pulumi.Input<number>
}

export interface ContainerVolume {
  /** An absolute folder on the host, or the name of a Docker volume. */
  source: pulumi.Input<string>
  /** The absolute path in the container. */
  target: string
  /** Default: false. */
  readOnly?: boolean
}

/**
 * A gateway or node in a container, which @pulumi/docker makes. An openclaw container finds the token in a file below
 * `data`, so a rotation leaves it alone; a clawdbot container has it in its environment, so a rotation makes it anew.
 * @throws DeclarationError, before any resource is made, with a line for each problem
 */
export class GatewayContainer extends pulumi.ComponentResource {
  readonly container: docker.Container

  constructor(name: string, args: GatewayContainerArgs, options: pulumi.ComponentResourceOptions = {}) {
    const problems = containerProblems(name, args)
    if (problems.length > 0) throw new DeclarationError(problems.join("\n"))
    super("gatekey:index:GatewayContainer", name, {}, options)
    const { Container, RemoteImage } = loadDocker()
    const provider = this.getProvider("docker:index/container:Container") ?? dockerProvider(args.host)
    const child = { ...children(this, options), provider }
    const pulled = args.pull === false ? undefined : new RemoteImage(`${name} image`, image(args), child)
    this.container = new Container(`${name} container`, containerArgs(args, pulled?.name ?? args.image), {
      ...child,
      // Two containers cannot have one name and one port.
      deleteBeforeReplace: true,
      additionalSecretOutputs: hasTokenInEnvironment(args) ? ["envs"] : [],
    })
    this.registerOutputs({})
  }
}

/** Others on the host may use the image as well: it stays there. */
function image({ image }: GatewayContainerArgs): docker.RemoteImageArgs {
  return { name: image, keepLocally: true }
}
