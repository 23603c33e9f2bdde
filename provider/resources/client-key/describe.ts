import type { Notice } from "../../../core/notice.ts"
import type { ClientKeyEvaluation } from "./evaluate.ts"
import { type ClientKeyInputs, describeCurrent, rightMinter } from "./inputs.ts"

/** Describes what an `up` will do about a key that is not as declared, or about its program. */
export function describeChange({ code, message, minter }: ClientKeyEvaluation, inputs: ClientKeyInputs): Notice {
  if (code !== "current") {
    const keeps = code === "foreign" ? "; what is there stays beside it, under another name" : ""
    return {
      message: `client.key contains ${message}, expected ${describeCurrent(inputs)}`,
      fix: `\`pulumi up\` makes a new key there${keeps}`,
    }
  }
  if (minter === rightMinter)
    return { message: "its declaration changes", plan: "`pulumi up` writes the program `token`; the key stays" }
  return { message: `the program token ${minter}`, fix: "`pulumi up` writes it; the key stays" }
}
