import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import { type AuthorityPhase, type AuthorityPlan, planOf } from "../core/authority-phase.ts"

export interface AuthorityArgs {
  /** The trust domain: the names of its certificates begin with `spiffe://DOMAIN/`. */
  domain: pulumi.Input<string>
  /** Raised, with a phase, to rotate the authority. Default: 1. */
  generation?: number
  /** How far the rotation to this generation has come: `trust`, `clients`, `servers`, in this order. Default: it is complete. */
  phase?: AuthorityPhase
}

/** The stack's certificate authority, whose key is only in the state. Protected against deletion unless told otherwise. */
export class Authority extends pulumi.CustomResource {
  /** The authority's certificate, as PEM: what a guard and its clients verify by. In a phase, both certificates. */
  declare readonly certificate: pulumi.Output<string>
  /** The certificate's SHA-256, in hex. */
  declare readonly digest: pulumi.Output<string>
  /** When the authority's certificate ends, as ISO 8601 in UTC. */
  declare readonly expires: pulumi.Output<string>
  /** Which generations of the authority are trusted, and which of them issue. */
  readonly plan: AuthorityPlan

  constructor(name: string, args: AuthorityArgs, options: pulumi.CustomResourceOptions = {}) {
    const made = { certificate: undefined, key: undefined, digest: undefined, expires: undefined, seed: undefined }
    super("gatekey:index:Authority", name, { ...args, ...made }, { protect: true, ...options })
    this.plan = planOf({ generation: args.generation ?? 1, phase: args.phase })
  }
}
