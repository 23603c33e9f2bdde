import type * as docker from "@pulumi/docker"
import * as pulumi from "@pulumi/pulumi"
import { isLoopback } from "../core/address.ts"
import { omitUndefined } from "../core/given.ts"
import { products } from "../products/index.ts"
import { addressOf, containerArgs, hasTokenInEnvironment } from "./container-args.ts"
import { containerProblems } from "./container-problems.ts"
import { childOptions, createPlacement } from "./create.ts"
import { DeclarationError } from "./declaration-error.ts"
import { dockerProvider, loadDocker } from "./docker.ts"
import type { GatewayContainerArgs } from "./gateway-container-args.ts"
import { gatewayContainerPlaces, tokenFile } from "./gateway-container-places.ts"
import { Handshake } from "./handshake.ts"
import { Incarnation, type IncarnationArgs } from "./incarnation.ts"
import { Listener, type ListenerArgs } from "./listener.ts"
import type { Place } from "./place.ts"
import type { Placement } from "./placement.ts"
import { Service, type ServiceArgs } from "./service.ts"
import type { Token } from "./token.ts"

/**
 * A gateway or node in a container, which `@pulumi/docker` makes. An openclaw container finds the token in a file in
 * `data`, so a rotation only restarts it; a clawdbot container has it in its environment, so a rotation recreates it. An
 * Incarnation checks what the Docker provider does not.
 * @throws DeclarationError, before any resource is made, with a line for each problem
 */
export class GatewayContainer extends pulumi.ComponentResource {
  /** The `Container` of `@pulumi/docker`; its types are needed only if one is declared. */
  readonly container: pulumi.CustomResource
  /** The host's port of a gateway. */
  readonly port: number
  /** Its port is a published one: no client comes from its own loopback. */
  readonly published = true
  /** Whether the gateway accepts the token, at the wire. */
  readonly handshake: Handshake | undefined
  /** The places in `data`, for what must be written after them. */
  readonly placements: readonly Placement[]

  constructor(name: string, args: GatewayContainerArgs, options: pulumi.ComponentResourceOptions = {}) {
    const problems = containerProblems(name, args)
    if (problems.length > 0) throw new DeclarationError(problems.join("\n"))
    super("gatekey:index:GatewayContainer", name, {}, options)
    const { Container, RemoteImage } = loadDocker()
    const provider = this.getProvider("docker:index/container:Container") ?? dockerProvider(args.host)
    this.placements = createPlacements(gatewayContainerPlaces(name, args), args.token, this, options)
    const waits = childOptions(this, options, this.placements.slice(-1))
    const seen = new Incarnation(`${name} incarnation`, incarnationArgs(args), waits)
    const child = { ...waits, provider }
    const pulled = args.pull === false ? undefined : new RemoteImage(`${name} image`, imageArgs(args), child)
    this.container = new Container(
      `${name} container`,
      containerArgs(args, pulled?.name ?? args.image, seen.incarnation),
      {
        ...child,
        // Two containers cannot have the same name and port.
        deleteBeforeReplace: true,
        additionalSecretOutputs: hasTokenInEnvironment(args) ? ["envs"] : [],
      },
    )
    const after = childOptions(this, {}, [this.container])
    new Service(`${name} service`, serviceOf(args, this.placements), after)
    this.port = portOf(args)
    warnWhenExposed(args, this)
    this.handshake = args.role === "gateway" ? this.#listens(name, args, after) : undefined
    this.registerOutputs({})
  }

  #listens(name: string, args: GatewayContainerArgs, after: pulumi.CustomResourceOptions): Handshake {
    const listener = new Listener(`${name} port ${this.port}`, listenerOf(args), after)
    const { token, host, product = "openclaw" } = args
    const at = { token, host, product, port: this.port, published: this.published, ...addressOf(args) }
    return new Handshake(`${name} handshake`, at, childOptions(this, {}, [listener]))
  }
}

function warnWhenExposed({ role, bind = "127.0.0.1", guarded }: GatewayContainerArgs, parent: pulumi.Resource): void {
  if (role !== "gateway" || guarded || isLoopback(bind)) return
  const remedy = "drop bind, or declare guarded: true if something else protects it"
  const message = `bind: ${bind} opens the gateway to other hosts without TLS, so they can read what is sent; ${remedy}`
  pulumi.log.warn(message, parent).catch(() => {})
}

/** Creates each place after the previous one; the first has the dependencies of the component. */
function createPlacements(
  places: readonly Place[],
  token: Token,
  parent: pulumi.ComponentResource,
  options: pulumi.ComponentResourceOptions,
): Placement[] {
  const made: Placement[] = []
  for (const place of places) {
    made.push(
      createPlacement(
        place,
        token,
        made.length > 0 ? childOptions(parent, {}, made.slice(-1)) : childOptions(parent, options),
      ),
    )
  }
  return made
}

/** Builds what the container must be, as far as the Docker provider does not check it in a plain preview. */
function incarnationArgs(args: GatewayContainerArgs): IncarnationArgs {
  const { token, host, name, image, restart = "unless-stopped", bind = "127.0.0.1", evict, overwrite } = args
  const { variable, port } = products[args.product ?? "openclaw"]
  const ports = args.role === "gateway" ? [`${bind}:${portOf(args)}->${port}`] : []
  const must = hasTokenInEnvironment(args) ? "token" : "nothing"
  return { token, host, name, variable, must, image, restart, ports, ...omitUndefined({ evict, overwrite }) }
}

/** Declares the service of the container: started if it was stopped, restarted for another token in its file. */
function serviceOf(args: GatewayContainerArgs, placements: readonly Placement[]): ServiceArgs {
  const { token, host, name } = args
  const { variable } = products[args.product ?? "openclaw"]
  const held = hasTokenInEnvironment(args)
    ? ({ must: "token" } as const)
    : args.role === "gateway"
      ? { reads: tokenFile(args) }
      : {}
  const revisions = placements.map(({ revision }) => revision)
  return { token, host, manager: "container", name, variable, optional: true, revisions, ...held }
}

/** Declares the listener; the declared `bind` says whether its address is safe. */
function listenerOf(args: GatewayContainerArgs): ListenerArgs {
  const { host, name, product = "openclaw", owners = [], evict } = args
  return {
    host,
    port: portOf(args),
    product,
    owners: [`docker:${name}`, ...owners],
    guarded: true,
    ...omitUndefined({ evict }),
  }
}

/** The host's port of a gateway. */
function portOf({ port, product = "openclaw" }: Pick<GatewayContainerArgs, "port" | "product">): number {
  return port ?? products[product].port
}

/** Keeps the image on the host, since other containers may use it. */
function imageArgs({ image }: GatewayContainerArgs): docker.RemoteImageArgs {
  return { name: image, keepLocally: true }
}
