import { type Explanation, explain } from "./explanation.ts"
import type { Code } from "./finding.ts"

/** What a preview finds in a place. */
export const findingCodes: { readonly [code in Code]: Explanation } = {
  current: explain("The place contains the token in force.", "Nothing, if it must contain the token."),
  reference: explain("The place contains a reference instead of a value.", "Nothing, if it is the declared one."),
  previous: explain("It contains the previous token: it missed a rotation.", "`pulumi up`"),
  older: explain("It contains an earlier token of the stack.", "`pulumi up`"),
  next: explain("It contains a token that is not in force yet: an `up` was interrupted.", "`pulumi up` finishes it."),
  default: explain("It contains a public default.", "`pulumi up`"),
  foreign: explain(
    "It contains a token that is not of this stack.",
    "Read the first `up`; then `adopt` or `overwrite`.",
  ),
  missing: explain("The file has no such key, or the value is empty.", "`pulumi up`, if a token is expected."),
  "no-file": explain("The file does not exist.", "`pulumi up`, if a token is expected."),
  unreadable: explain("The file cannot be read or parsed.", "Repair what the message names, then `pulumi up`."),
  unreachable: explain("The host does not answer.", "Check its SSH; `gatekey:rotation.unreachable` lets it wait."),
  "too-open": explain("The content is right, but others can read or change the file.", "`pulumi up` closes it."),
  leftover: explain("A temporary file of a killed run lies beside it.", "`pulumi up` removes it."),
  duplicate: explain("An ignored entry of the file contains a value, too.", "`pulumi up`"),
}
