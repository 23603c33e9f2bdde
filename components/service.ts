import { boundTo } from "./bound.ts"
import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import type { ManagerName } from "../probes/services/manager.ts"
import type { Program } from "../probes/services/program.ts"
import type { Token } from "./token.ts"

export interface ServiceArgs {
  token: Token
  /** `local` (the default), or `ssh://user@name`. */
  host?: pulumi.Input<string>
  /** Who keeps it running: `launchd`, `systemd` (a user unit), `process` (a plain process), or `container`. */
  manager: ManagerName
  /** The label, the unit, the container, or a name for the process. */
  name: pulumi.Input<string>
  /** The file of its definition. Default: where the manager looks for one of that name. */
  path?: pulumi.Input<string>
  /** The environment variable that can carry the token. */
  variable: pulumi.Input<string>
  /** What the live process's environment must hold: `token` or `nothing`. Default: `nothing`. */
  must?: pulumi.Input<"token" | "nothing">
  /** A file of one token that the process reads at its start, and holds from then on. */
  reads?: pulumi.Input<string>
  /** The gateway that it is, on its host's loopback: it takes a new token without a restart. Default: none. */
  gateway?: { readonly port: number; readonly product: string; readonly tlsFingerprint?: string }
  /** What it lives by without a token, in a few words. Default: `device pairing`. */
  otherwise?: pulumi.Input<string>
  /** Why it must be started again whenever it ends, in a few words. Default: it need not. */
  keepAlive?: pulumi.Input<string>
  /** Its definition, owned whole. Default: that of the product's own installer is managed. */
  program?: pulumi.Input<Program>
  /** Not installed, or switched off by its user, is right as well. Default: false. */
  optional?: pulumi.Input<boolean>
  /** Replace a definition that gatekey did not write by `program`. Default: false. */
  overwrite?: pulumi.Input<boolean>
  /** `watch`: what differs is said, and nothing is done. Default: `manage`. */
  act?: pulumi.Input<"manage" | "watch">
  /** The revisions of the places that it is made of: one that changes plans its reload or restart. */
  revisions?: pulumi.Input<pulumi.Input<string>[]>
  /** Why, in a few words; shown with a drift. */
  why?: pulumi.Input<string>
}

/** What really runs: the definition as it is loaded, the live process, and the token that it runs with. */
export class Service extends pulumi.CustomResource {
  /** In words: `loaded`, `not loaded`, `edited on disk but not reloaded`. */
  declare readonly definition: pulumi.Output<string>
  /** In words: `running since …`, `not running (exit 1, 7 restarts)`. */
  declare readonly process: pulumi.Output<string>
  /** In words: `generation 2 (fp:…)`, `no token (device pairing)`. */
  declare readonly runsWith: pulumi.Output<string>

  constructor(name: string, { token, ...args }: ServiceArgs, options: pulumi.CustomResourceOptions = {}) {
    const outputs = { definition: undefined, process: undefined, runsWith: undefined }
    super("gatekey:index:Service", name, { host: "local", ...args, ...boundTo(token), ...outputs }, options)
  }
}
