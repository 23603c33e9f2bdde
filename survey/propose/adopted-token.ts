import type { Secret } from "../../core/secret.ts"
import type { GatewayView } from "../resolve/view.ts"
import type { Suggestion } from "./draft.ts"

/** The token in use, and its entry in a declaration. */
export interface Adopted {
  readonly value: Secret
  readonly adopt: { readonly from: string } | Suggestion
  /** Whether a running gateway accepted it. */
  readonly proved: boolean
  readonly gateway: GatewayView
}
