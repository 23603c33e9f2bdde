import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import type { DurationText } from "../core/duration.ts"

export interface TokenArgs {
  /** Which generation is in force: an integer from 1. Raising it rotates; lowering it to a kept one goes back. */
  rotation: pulumi.Input<number>
  /** The token of that generation, if it is made elsewhere; secret. Default: it is generated. */
  given?: pulumi.Input<string>
  /** Age after which a preview says that a rotation is due, such as `30d`. It never rotates by itself. */
  maxAge?: pulumi.Input<DurationText>
  /** How many generations are kept to go back to, the one in force included. Default 3. */
  keep?: pulumi.Input<number>
  /** Generations that must never be in force again. */
  compromised?: pulumi.Input<pulumi.Input<number>[]>
  /** The token in use today, adopted as the first generation; checked only when the Token is created. */
  adopt?: pulumi.Input<Adopt>
}

/** The token in use today. */
export interface Adopt {
  /** The place that contains it: `host|path|locator`, such as `local|~/.openclaw/openclaw.json|gateway.auth.token`. */
  from?: pulumi.Input<string>
  /** Or the value itself, as a Pulumi secret. */
  value?: pulumi.Input<string>
}

/** The one generated secret: 32 random bytes as 64 hex digits. Protected against deletion by default. */
export class Token extends pulumi.CustomResource {
  /** The generation in force; secret. */
  declare readonly value: pulumi.Output<string>
  /** The previous generation; secret, empty at first. */
  declare readonly previous: pulumi.Output<string>
  /** The printable form of the value: `fp:` and eight hex digits, keyed by the stack. */
  declare readonly fingerprint: pulumi.Output<string>
  /** The generation in force. */
  declare readonly generation: pulumi.Output<number>
  /** When the generation in force was made; ISO 8601, UTC. */
  declare readonly created: pulumi.Output<string>
  /** When it is due for rotation; ISO 8601, UTC; empty without `maxAge`. */
  declare readonly due: pulumi.Output<string>

  constructor(name: string, args: TokenArgs, options: pulumi.CustomResourceOptions = {}) {
    const outputs = {
      value: undefined,
      previous: undefined,
      fingerprint: undefined,
      generation: undefined,
      created: undefined,
      due: undefined,
      generations: undefined,
    }
    super("gatekey:index:Token", name, { ...args, ...outputs }, { protect: true, ...options })
  }
}
