import { tokenBinding } from "./token-binding.ts"
import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import type { ManagerName } from "../probes/services/manager.ts"
import type { Program } from "../probes/services/program.ts"
import type { Token } from "./token.ts"

export interface ServiceArgs {
  /** The Token that its environment is compared with. Default: none. */
  token?: Token
  /** `local` (the default), or `ssh://user@name`. */
  host?: pulumi.Input<string>
  /** What keeps it running: `launchd`, `systemd` (a user unit), `process` (a plain process), or `container`. */
  manager: ManagerName
  /** The label, the unit, the container, or a name for the process. */
  name: pulumi.Input<string>
  /** The file of its definition. Default: where the manager looks for one of that name. */
  path?: pulumi.Input<string>
  /** The environment variable that can carry the token. */
  variable: pulumi.Input<string>
  /** What the environment of the live process must contain: `token` or `nothing`. Default: `nothing`. */
  must?: pulumi.Input<"token" | "nothing">
  /** A file with one token that the process reads when it starts, and keeps. */
  reads?: pulumi.Input<string>
  /** The gateway that it is, on its host's loopback: it accepts a new token without a restart. Default: none. */
  gateway?: { readonly port: number; readonly product: string; readonly tlsFingerprint?: string }
  /** What it authenticates with without a token, in a few words. Default: `device pairing`. */
  otherwise?: pulumi.Input<string>
  /** Why it must be restarted whenever it ends, in a few words. Default: it need not. */
  keepAlive?: pulumi.Input<string>
  /** Its definition, owned as a whole. Default: that of the product's own installer is managed. */
  program?: pulumi.Input<Program>
  /** It may be not installed, or disabled by its user. Default: false. */
  optional?: pulumi.Input<boolean>
  /** Replace a definition that gatekey did not write by `program`. Default: false. */
  overwrite?: pulumi.Input<boolean>
  /** `watch`: differences are reported only. Default: `manage`. */
  act?: pulumi.Input<"manage" | "watch">
  /** The revisions of its places: a change of one plans its reload or restart. */
  revisions?: pulumi.Input<pulumi.Input<string>[]>
  /** Why, in a few words; shown with a drift. */
  why?: pulumi.Input<string>
}

/** What actually runs: the definition as it is loaded, the live process, and the token that it runs with. */
export class Service extends pulumi.CustomResource {
  /** Such as `loaded`, `not loaded`, `edited on disk but not reloaded`. */
  declare readonly definition: pulumi.Output<string>
  /** Such as `running since …`, `not running (exit 1, 7 restarts)`. */
  declare readonly process: pulumi.Output<string>
  /** Such as `generation 2 (fp:…)`, `no token (device pairing)`. */
  declare readonly runsWith: pulumi.Output<string>

  constructor(name: string, { token, ...args }: ServiceArgs, options: pulumi.CustomResourceOptions = {}) {
    const outputs = { definition: undefined, process: undefined, runsWith: undefined }
    super(
      "gatekey:index:Service",
      name,
      { host: "local", ...args, ...(token && tokenBinding(token)), ...outputs },
      options,
    )
  }
}
