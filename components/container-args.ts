import type * as docker from "@pulumi/docker"
import * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import { products } from "../products/index.ts"
import type { GatewayContainerArgs } from "./gateway-container-args.ts"

/** The time in which a gateway may end its work; without it the Docker provider kills it at once. */
const graceSeconds = 30

/**
 * Builds the arguments of @pulumi/docker for a container. They contain the token, as a secret, only if the product reads
 * it from nothing but the environment.
 * @param image a name, an id, or the output of a RemoteImage
 * @param incarnation a new number recreates the container: a changed label replaces it
 */
export function containerArgs(
  args: GatewayContainerArgs,
  image: pulumi.Input<string>,
  incarnation: pulumi.Input<number>,
): docker.ContainerArgs {
  const product = products[args.product ?? "openclaw"]
  const { command = args.role === "gateway" ? product.image.gateway : undefined, networks = [] } = args
  return {
    name: args.name,
    image,
    envs: environmentEntries(args),
    mounts: containerMounts(args),
    restart: args.restart ?? "unless-stopped",
    init: true,
    destroyGraceSeconds: graceSeconds,
    // The anonymous volumes of an image outlive the container too.
    removeVolumes: false,
    ...(command ? { command: [...command] } : {}),
    ...(args.role === "gateway" ? { ports: [containerPort(args, product.port)] } : {}),
    ...(networks.length > 0 ? { networksAdvanced: networks.map((name) => ({ name })) } : {}),
    labels: [{ label: "gatekey.incarnation", value: toText(incarnation) }],
    ...omitUndefined({ user: args.user }),
  }
}

/** Checks whether the container has the token in its environment, so that a rotation recreates it. */
export function hasTokenInEnvironment({ product = "openclaw" }: Pick<GatewayContainerArgs, "product">): boolean {
  return products[product].secretRef === undefined
}

/** Returns the folder in the container that `data` is mounted at, such as `/home/node/.openclaw`. */
export function dataFolder({ product = "openclaw" }: Pick<GatewayContainerArgs, "product">): string {
  const { config, image } = products[product]
  return config.replace("~", image.home).replace(/\/[^/]*$/, "")
}

function environmentEntries(args: GatewayContainerArgs): pulumi.Input<pulumi.Input<string>[]> {
  const { image, variable } = products[args.product ?? "openclaw"]
  const entries = Object.entries({ HOME: image.home, ...args.environment })
  const settings = entries.map(([name, value]) => `${name}=${value}`).sort()
  if (!hasTokenInEnvironment(args)) return settings
  return pulumi.secret(args.token.value.apply((value) => [...settings, `${variable}=${value}`]))
}

function containerMounts(args: GatewayContainerArgs): docker.types.input.ContainerMount[] {
  const data = { type: "bind", source: args.data, target: dataFolder(args) }
  const more = (args.volumes ?? []).map(({ source, target, readOnly }) => ({
    type: pulumi.output(source).apply((source) => (source.startsWith("/") ? "bind" : "volume")),
    source,
    target,
    ...omitUndefined({ readOnly }),
  }))
  return [data, ...more]
}

function containerPort(
  { port, bind = "127.0.0.1" }: GatewayContainerArgs,
  inside: number,
): docker.types.input.ContainerPort {
  return { internal: inside, external: port ?? inside, ip: bind, protocol: "tcp" }
}

function toText(number: pulumi.Input<number>): pulumi.Input<string> {
  return pulumi.output(number).apply(String)
}

/** Returns the address of a port that is published on one address only. */
export function addressOf({ bind = "127.0.0.1" }: Pick<GatewayContainerArgs, "bind">): { address?: string } {
  return ["127.0.0.1", "0.0.0.0", "::"].includes(bind) ? {} : { address: bind }
}
