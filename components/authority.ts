import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"

export interface AuthorityArgs {
  /** The trust domain: the names of its certificates begin with `spiffe://DOMAIN/`. */
  domain: pulumi.Input<string>
}

/** The stack's certificate authority, whose key is only in the state. Protected against deletion unless told otherwise. */
export class Authority extends pulumi.CustomResource {
  /** The authority's certificate, as PEM: what a guard and its clients verify by. */
  declare readonly certificate: pulumi.Output<string>
  /** The certificate's SHA-256, in hex. */
  declare readonly digest: pulumi.Output<string>
  /** When the authority's certificate ends, as ISO 8601 in UTC. */
  declare readonly expires: pulumi.Output<string>

  constructor(name: string, args: AuthorityArgs, options: pulumi.CustomResourceOptions = {}) {
    const outputs = { certificate: undefined, key: undefined, digest: undefined, expires: undefined }
    super("gatekey:index:Authority", name, { ...args, ...outputs }, { protect: true, ...options })
  }
}
