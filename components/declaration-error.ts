import { UserError } from "../core/errors.ts"
import { escapeOutput } from "../core/escape.ts"

/** A mistake in what a program declares: the SDK prints its lines, one a problem, without a stack. */
export class DeclarationError extends UserError {
  /** How the SDK knows a `RunError`, in whichever copy of it is loaded. */
  readonly __pulumiRunError = true

  constructor(message: string) {
    super(escapeOutput(message))
  }
}
