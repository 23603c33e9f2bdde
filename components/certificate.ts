import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import { issuerOf } from "../core/authority-phase.ts"
import type { Authority } from "./authority.ts"

export interface CertificateArgs {
  /** Who signs it. */
  authority: Authority
  /** `local` or `ssh://[user@]host[:port]`. */
  host: pulumi.Input<string>
  /** The file of the key and its certificate (PEM, 0600): absolute, or beginning with `~/`. */
  path: pulumi.Input<string>
  /** Whose certificate it is, such as `tw`. */
  name: pulumi.Input<string>
  /** Raised to make every earlier certificate of that name worthless. Default: 1. */
  generation?: pulumi.Input<number>
  /** `node` (the default) and `client` show it to a guard, and a `guard` shows its own. */
  role?: pulumi.Input<"node" | "client" | "guard">
  /** DNS names and addresses by which a guard is reached. */
  names?: pulumi.Input<pulumi.Input<string>[]>
  /** How long a certificate is valid, from `7d` to `398d`. Default: `365d`. Any `up` renews it once a third of that is over. */
  lifetime?: pulumi.Input<string>
}

/** A private key on a host, which never leaves it, with a certificate of the stack's authority, in one file. */
export class Certificate extends pulumi.CustomResource {
  /** The certificate's SHA-256, in hex. */
  declare readonly digest: pulumi.Output<string>
  /** When the certificate ends, as ISO 8601 in UTC. */
  declare readonly expires: pulumi.Output<string>
  /** When an `up` renews it, as ISO 8601 in UTC. */
  declare readonly renews: pulumi.Output<string>

  constructor(name: string, { authority, ...args }: CertificateArgs, options: pulumi.CustomResourceOptions = {}) {
    const outputs = { holds: undefined, digest: undefined, expires: undefined, renews: undefined }
    const issuer = pulumi.output(args.role).apply((role = "node") => issuerOf(authority.plan, role))
    super("gatekey:index:Certificate", name, { ...args, authority: authority.id, issuer, ...outputs }, options)
  }
}
