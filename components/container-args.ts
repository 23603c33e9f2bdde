import type * as docker from "@pulumi/docker"
import * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import { products } from "../products/index.ts"
import type { GatewayContainerArgs } from "./gateway-container-args.ts"

/** How long a gateway has to end its work; without it the Docker provider kills at once. */
const graceSeconds = 30

/**
 * What @pulumi/docker is told of a container. The token is in it only where the product takes it from the environment
 * alone, and then as a secret.
 * @param image a name, an id, or what a RemoteImage tells
 * @param incarnation another number makes the container anew: labels replace
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
    envs: environment(args),
    mounts: mounts(args),
    restart: args.restart ?? "unless-stopped",
    init: true,
    destroyGraceSeconds: graceSeconds,
    // What an image keeps in volumes without a name outlives the container as well.
    removeVolumes: false,
    ...(command ? { command: [...command] } : {}),
    ...(args.role === "gateway" ? { ports: [port(args, product.port)] } : {}),
    ...(networks.length > 0 ? { networksAdvanced: networks.map((name) => ({ name })) } : {}),
    labels: [{ label: "gatekey.incarnation", value: text(incarnation) }],
    ...omitUndefined({ user: args.user }),
  }
}

/** Whether the container has the token in its environment, so that a rotation makes it anew. */
export function hasTokenInEnvironment({ product = "openclaw" }: Pick<GatewayContainerArgs, "product">): boolean {
  return products[product].secretRef === undefined
}

/** The folder in the container that `data` is mounted at, such as `/home/node/.openclaw`. */
export function dataFolder({ product = "openclaw" }: Pick<GatewayContainerArgs, "product">): string {
  const { config, image } = products[product]
  return config.replace("~", image.home).replace(/\/[^/]*$/, "")
}

function environment(args: GatewayContainerArgs): pulumi.Input<pulumi.Input<string>[]> {
  const { image, variable } = products[args.product ?? "openclaw"]
  const entries = Object.entries({ HOME: image.home, ...args.environment })
  const plain = entries.map(([name, value]) => `${name}=${value}`).sort()
  if (!hasTokenInEnvironment(args)) return plain
  return pulumi.secret(args.token.value.apply((value) => [...plain, `${variable}=${value}`]))
}

function mounts(args: GatewayContainerArgs): docker.types.input.ContainerMount[] {
  const data = { type: "bind", source: args.data, target: dataFolder(args) }
  const more = (args.volumes ?? []).map(({ source, target, readOnly }) => ({
    type: pulumi.output(source).apply((source) => (source.startsWith("/") ? "bind" : "volume")),
    source,
    target,
    ...omitUndefined({ readOnly }),
  }))
  return [data, ...more]
}

function port({ port, bind = "127.0.0.1" }: GatewayContainerArgs, inside: number): docker.types.input.ContainerPort {
  return { internal: inside, external: port ?? inside, ip: bind, protocol: "tcp" }
}

function text(number: pulumi.Input<number>): pulumi.Input<string> {
  return pulumi.output(number).apply(String)
}

/** A port that is published on one address alone is reached there. */
export function addressOf({ bind = "127.0.0.1" }: Pick<GatewayContainerArgs, "bind">): { address?: string } {
  return ["127.0.0.1", "0.0.0.0", "::"].includes(bind) ? {} : { address: bind }
}
