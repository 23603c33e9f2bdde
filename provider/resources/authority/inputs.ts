import { need } from "../../declare.ts"
import { digest, secret, string, withRule } from "../../kinds.ts"

const domain = withRule(string, (text) =>
  /^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/.test(text)
    ? undefined
    : "must be 1 to 63 lower-case letters, digits, dots and hyphens, such as home",
)

export const authorityDeclaration = {
  about: "The stack's certificate authority. Its key is only in the state, encrypted.",
  inputs: {
    domain: need(domain, "The trust domain: the names of its certificates begin with `spiffe://DOMAIN/`."),
  },
  computed: {},
  outputs: {
    certificate: need(string, "The authority's certificate, as PEM: what a guard and its clients verify by."),
    key: need(secret, "The authority's private key, as PEM."),
    digest: need(digest, "The certificate's SHA-256, in hex."),
    expires: need(string, "When the authority's certificate ends, as ISO 8601 in UTC."),
  },
}
