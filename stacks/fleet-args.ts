import { relative, resolve } from "node:path"
import * as pulumi from "@pulumi/pulumi"
import type { FleetArgs, VaultArgs } from "../components/index.ts"
import type { Config } from "./schema.ts"

/**
 * Builds a fleet from a stack's configuration; paths in the project become absolute, a token becomes a secret.
 * @param programFolder the folder of the project's `main`, in which Pulumi runs the program and its plugins
 */
export function fleetArgs(config: Config, projectRoot: string, programFolder = import.meta.dirname): FleetArgs {
  const folder = relative(programFolder, projectRoot) || "."
  const { protect, adopt, value, ...token } = config.token
  const adopted = adopt?.value === undefined ? adopt : { value: pulumi.secret(adopt.value) }
  const atHome = <A extends Located>(members: { [name: string]: A } = {}) =>
    Object.fromEntries(Object.entries(members).map(([name, args]) => [name, withHome(args, projectRoot)]))
  return {
    token: {
      ...token,
      ...(adopted ? { adopt: adopted } : {}),
      ...(value === undefined ? {} : { value: pulumi.secret(value) }),
    },
    ...(protect === undefined ? {} : { protect }),
    ...(config.vault === undefined ? {} : { vault: config.vault as VaultArgs }),
    ...(config.rotation === undefined ? {} : { rotation: config.rotation }),
    // The rules of the schema are those of the types.
    gateways: atHome(config.gateways) as FleetArgs["gateways"],
    nodes: atHome(config.nodes) as NonNullable<FleetArgs["nodes"]>,
    ...(config.guard === undefined ? {} : { guard: guardArgs(config.guard) }),
    ...(config.authority === undefined ? {} : { authority: config.authority }),
    clients: atHome(config.clients) as NonNullable<FleetArgs["clients"]>,
    containers: atHome(config.containers),
    afterRotation: (config.afterRotation ?? []).map((hook) => inProject(hook, folder)),
  }
}

/** Makes the header of each proxy of the user's own a secret. */
function guardArgs(guards: NonNullable<Config["guard"]>): NonNullable<FleetArgs["guard"]> {
  const sealed = Object.entries(guards).map(([name, args]) => {
    const isSecret = "bring" in args && args.identityHeader !== undefined
    return [name, isSecret ? { ...args, identityHeader: pulumi.secret(args.identityHeader) } : args]
  })
  return Object.fromEntries(sealed)
}

/** Makes the folder of a local hook relative: an absolute path would differ on every machine, and look like an edited hook. */
function inProject<H extends { host: string }>(hook: H, folder: string): H & { folder?: string } {
  return hook.host === "local" ? { ...hook, folder } : hook
}

interface Located {
  host: string
  home?: string
  program?: { command: string[] }
}

/** Resolves paths that start with `./` in the project. */
function withHome<A extends Located>(args: A, projectRoot: string): A {
  const at = (path: string) => (path.startsWith("./") ? resolve(projectRoot, path) : path)
  const { home, program } = args
  const [first = "", ...rest] = program?.command ?? []
  return {
    ...args,
    ...(home === undefined ? {} : { home: at(home) }),
    ...(program ? { program: { ...program, command: [at(first), ...rest] } } : {}),
  }
}
