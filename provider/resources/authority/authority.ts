import { randomBytes } from "node:crypto"
import { type Authority, createAuthority } from "../../../certificates/authority.ts"
import { readAuthority } from "../../../certificates/read.ts"
import { UserError } from "../../../core/errors.ts"
import { Secret } from "../../../core/secret.ts"
import { checkInputs } from "../../check-inputs.ts"
import type { Resource } from "../../resource.ts"
import { type Properties, unknown } from "../../wire.ts"
import { authorityDeclaration } from "./inputs.ts"

/** Makes the authority once, and keeps it. */
export const authority: Resource = {
  async check({ news }) {
    const { given, failures } = checkInputs(authorityDeclaration, news)
    return { inputs: given, failures }
  },

  diff({ run, id, olds, news }) {
    run.authorities.learn(id, authorityIn(olds))
    // Every certificate has the domain in its name.
    return olds.domain === news.domain ? { changes: [] } : { changes: ["domain"], replaces: ["domain"] }
  },

  async create({ run, news, preview }) {
    if (preview) {
      return { id: "", outputs: { ...news, certificate: unknown, key: unknown, digest: unknown, expires: unknown } }
    }
    const made = await createAuthority(String(news.domain), new Date())
    const id = `authority-${randomBytes(4).toString("hex")}`
    run.authorities.learn(id, made)
    const { digest, until } = readAuthority(made.certificate)
    return {
      id,
      outputs: { ...news, certificate: made.certificate, key: made.key, digest, expires: until.toISOString() },
    }
  },

  async read({ run, id, inputs, state }) {
    if (state.key === undefined) throw new UserError(`${id}: an authority is not imported; it is made`)
    run.authorities.learn(id, authorityIn(state))
    return { id, inputs, outputs: state }
  },

  async update({ news }) {
    return news
  },

  /** Its certificates stay valid until they end: what verifies by them no longer should. */
  async delete() {},
}

function authorityIn({ certificate, key, domain }: Properties): Authority {
  const held = key instanceof Secret ? key : new Secret(String(key))
  return { certificate: String(certificate), key: held, domain: String(domain) }
}
