import { may } from "../declare.ts"
import { generation, string } from "../kinds.ts"

const about = {
  token: "The id of the Token.",
  generation: "The generation of the Token that is in force.",
  fingerprint: "The fingerprint of the Token's value in force.",
}

/** The public properties that bind a resource to its Token. */
export const bound = {
  token: may(string, about.token),
  generation: may(generation, about.generation),
  fingerprint: may(string, about.fingerprint),
}
