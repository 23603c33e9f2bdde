import { resolve } from "node:path"
import * as pulumi from "@pulumi/pulumi"
import type { FleetArgs } from "../components/index.ts"
import type { Config } from "./schema.ts"

/** What a stack's configuration declares; homes in the project become absolute, a value to adopt becomes a secret. */
export function fleetArgs(config: Config, projectRoot: string): FleetArgs {
  const { protect, adopt, ...token } = config.token
  const adopted = adopt?.value === undefined ? adopt : { value: pulumi.secret(adopt.value) }
  const atHome = <A extends { home?: string }>(members: { [name: string]: A } = {}) =>
    Object.fromEntries(Object.entries(members).map(([name, args]) => [name, withHome(args, projectRoot)]))
  return {
    token: { ...token, ...(adopted ? { adopt: adopted } : {}) },
    ...(protect === undefined ? {} : { protect }),
    gateways: atHome(config.gateways),
    nodes: atHome(config.nodes),
    containers: atHome(config.containers),
  }
}

function withHome<A extends { home?: string }>(args: A, projectRoot: string): A {
  return args.home?.startsWith("./") ? { ...args, home: resolve(projectRoot, args.home) } : args
}
