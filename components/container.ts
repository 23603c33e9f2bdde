import * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import type { HostText } from "../core/host.ts"
import { products } from "../products/index.ts"
import type { ProductName } from "../products/product.ts"
import { childOptions, createPlacement } from "./create.ts"
import { type Place, resolveHome } from "./place.ts"
import type { Placement } from "./placement.ts"
import { Service, type ServiceArgs } from "./service.ts"
import type { Token } from "./token.ts"

export interface ContainerArgs {
  /** The token. */
  token: Token
  /** Where it runs: `local`, or `ssh://[user@]name[:port]`. */
  host: HostText
  /** The container's own name, such as `clawdbot-gateway-secure`. */
  name: string
  /** The Compose project that runs it. */
  compose: {
    /** The Compose file: absolute, or `~/…`. The `.env` beside it is checked too. */
    file: string
    /** The service in it that runs the container. */
    service: string
  }
  /** What the service's environment must contain: `token` or `nothing` (a retired container). Default: `token`. */
  must?: "token" | "nothing"
  /** `openclaw` or `clawdbot`: sets the variable. Default: `openclaw`. */
  product?: ProductName
  /** Absolute folder in place of `~`, for a sandbox. Default: the home of the host's user. */
  home?: string
  /** Overwrite unknown live values at the first `up`. Default: false. */
  overwrite?: boolean
}

/** The places of a token in a container's Compose project, and the container itself, which only Compose can recreate. */
export class Container extends pulumi.ComponentResource {
  constructor(name: string, args: ContainerArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("gatekey:index:Container", name, {}, options)
    const [environment, dotenv] = containerPlaces(name, args)
    const first = createPlacement(environment, args.token, childOptions(this, options))
    const last = createPlacement(dotenv, args.token, childOptions(this, options, [first]))
    if (args.must !== "nothing")
      new Service(`${name} service`, serviceOf(args, [first, last]), childOptions(this, {}, [last]))
    this.registerOutputs({})
  }
}

/** Declares the service of the container: its environment is fixed, so `up` runs `docker compose up` to apply the Compose file. */
function serviceOf(args: ContainerArgs, placements: readonly Placement[]): ServiceArgs {
  const { token, host, name } = args
  const { variable } = products[args.product ?? "openclaw"]
  const revisions = placements.map(({ revision }) => revision)
  return { token, host, manager: "container", name, variable, must: "token", optional: true, revisions }
}

export function containerPlaces(name: string, args: Omit<ContainerArgs, "token">): [Place, Place] {
  const { host, home, compose, must = "token", overwrite } = args
  const { variable } = products[args.product ?? "openclaw"]
  const path = resolveHome(compose.file, home)
  const asked = omitUndefined({ overwrite })
  const reasons =
    must === "token"
      ? { why: "the container takes its token from here", serves: `${args.name} has no token once it is made anew` }
      : { why: "a forgotten container goes on answering with its copy" }
  const environment: Place = {
    name: `${name} compose environment`,
    host,
    path,
    locator: `${compose.service}.${variable}`,
    format: "compose",
    must,
    ...reasons,
    ...asked,
  }
  const dotenv: Place = {
    name: `${name} compose dotenv`,
    host,
    path: path.replace(/[^/]*$/, ".env"),
    locator: variable,
    format: "dotenv",
    must: "nothing",
    why: "a second copy beside the Compose file",
    ...asked,
  }
  return [environment, dotenv]
}
