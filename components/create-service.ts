import type * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import type { Program } from "../probes/services/program.ts"
import { resolveHome } from "./place.ts"
import type { Placement } from "./placement.ts"
import { Service, type ServiceArgs } from "./service.ts"
import type { Token } from "./token.ts"

/** The settings of a component's service. */
export interface ServiceSettings {
  /**
   * `manage`: what is installed, and not disabled by its user, is kept loaded and running, with the current token.
   * `watch`: differences are reported only. `none`: it is not checked. Default: `manage`.
   */
  service?: "manage" | "watch" | "none"
  /** What it starts: gatekey then owns and installs the whole definition. Default: that of the product's own installer. */
  program?: Program
  /** A file with one token that it reads when it starts. Default: none. */
  reads?: string
  /** The gateway that it is: port, product; it accepts a new token without a restart. Default: none. */
  gateway?: ServiceArgs["gateway"]
  /** Why it must be restarted whenever it ends, in a few words. Default: it need not. */
  keepAlive?: string
  /** What it authenticates with without a token, in a few words. Default: `device pairing`. */
  otherwise?: string
  /** The variable of a password, if the member has one in place of a token: it and `--password` must be empty. */
  password?: string
  /** The resources, besides its own places, that a restart must wait for. Default: nothing. */
  after?: readonly pulumi.Resource[]
}

interface CreateServiceSettings extends ServiceSettings {
  /** The token. */
  readonly token: Token
  readonly variable: string
  readonly home?: string
  readonly overwrite?: boolean
}

type ServiceIdentity = Pick<ServiceArgs, "host" | "manager" | "name" | "path" | "must">

/** Creates the service of a component, after its places. */
export function createService(
  parent: pulumi.ComponentResource,
  name: string,
  settings: CreateServiceSettings,
  known: ServiceIdentity,
  envFile: string | undefined,
  placements: readonly Placement[],
): void {
  const {
    service = "manage",
    token,
    password,
    variable,
    home,
    reads,
    gateway,
    otherwise,
    keepAlive,
    overwrite,
    after = [],
  } = settings
  if (service === "none") return
  const file = settings.program?.environmentFile ?? (known.must === "token" ? envFile : undefined)
  const program = settings.program && withHome(settings.program, file, home)
  const args = {
    ...known,
    token,
    variable: password ?? variable,
    act: service,
    optional: program === undefined,
    revisions: placements.map(({ revision }) => revision),
    ...omitUndefined({
      program,
      gateway,
      otherwise,
      keepAlive,
      overwrite,
      reads: reads === undefined ? undefined : resolveHome(reads, home),
    }),
  }
  new Service(name, args, { parent, dependsOn: [...after, ...placements] })
}

/** Sets the home of a sandbox as the program's home. */
function withHome(program: Program, envFile: string | undefined, home: string | undefined): Program {
  const { command, folder, log, environment } = program
  const [first = "", ...rest] = command
  const at = (path: string | undefined) => (path === undefined ? undefined : resolveHome(path, home))
  const own = home === undefined ? environment : { HOME: home, ...environment }
  const paths = omitUndefined({
    folder: at(folder) ?? home,
    log: at(log),
    environmentFile: at(envFile),
    environment: own,
  })
  return { ...program, command: [resolveHome(first, home), ...rest], ...paths }
}
