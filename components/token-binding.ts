import type * as pulumi from "@pulumi/pulumi"
import type { Token } from "./token.ts"

/** The inputs that make a resource depend on the generation in force. */
export interface TokenBinding {
  readonly token: pulumi.Output<string>
  readonly generation: pulumi.Output<number>
  readonly fingerprint: pulumi.Output<string>
}

export function tokenBinding({ id, generation, fingerprint }: Token): TokenBinding {
  return { token: id, generation, fingerprint }
}
