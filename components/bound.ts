import type * as pulumi from "@pulumi/pulumi"
import type { Token } from "./token.ts"

/** The inputs by which a resource depends on the generation in force. */
export interface Bound {
  readonly token: pulumi.Output<string>
  readonly generation: pulumi.Output<number>
  readonly fingerprint: pulumi.Output<string>
}

export function boundTo({ id, generation, fingerprint }: Token): Bound {
  return { token: id, generation, fingerprint }
}
