import { may, need } from "../declare.ts"
import { generation, string } from "../kinds.ts"

const about = {
  token: "The id of the Token.",
  generation: "The generation of the Token that is in force.",
  fingerprint: "The fingerprint of the Token's value in force.",
}

/** What binds a resource to its Token, and may be shown. */
export const bound = {
  token: may(string, about.token),
  generation: may(generation, about.generation),
  fingerprint: may(string, about.fingerprint),
}

/** The same for a resource that cannot do without it. */
export const needsBound = {
  token: need(string, about.token),
  generation: need(generation, about.generation),
  fingerprint: need(string, about.fingerprint),
}
