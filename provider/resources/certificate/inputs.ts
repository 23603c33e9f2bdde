import { commonName, type Identity, roles } from "../../../certificates/identity.ts"
import { defaultLifetime, lifetimeProblem } from "../../../certificates/lifetime.ts"
import { nameProblem } from "../../../core/client-name.ts"
import { checkInputs } from "../../check-inputs.ts"
import { type Inputs, may, need, preset } from "../../declare.ts"
import { digest, host, oneOf, path, positive, string, strings, withRule } from "../../kinds.ts"
import type { Checked } from "../../resource.ts"
import { type Properties, unknown } from "../../wire.ts"

export const certificateDeclaration = {
  about: "A private key on a host, which never leaves it, with a certificate of the stack's authority, in one file.",
  inputs: {
    host: need(host, "`local` or `ssh://[user@]host[:port]`."),
    path: need(path, "The file of the key and its certificate (PEM, 0600): absolute, or beginning with `~/`."),
    authority: need(string, "The Authority's id."),
    name: need(withRule(string, nameProblem), "Whose certificate it is, such as `tw`."),
    generation: preset(positive, 1, "Raised to make every earlier certificate of that name worthless."),
    issuer: may(positive, "The generation of the authority that issues it. Default: 1."),
    role: preset(
      oneOf(roles),
      "node",
      "What it is for: `node` and `client` show it to a guard, and a `guard` shows its own.",
    ),
    names: may(strings, "DNS names and addresses by which a guard is reached."),
    lifetime: preset(
      withRule(string, lifetimeProblem),
      defaultLifetime,
      "How long a certificate is valid, from `7d` to `398d`. Any `up` renews it once a third of that is over.",
    ),
  },
  computed: {
    holds: need(string, "Describes what the file contains."),
  },
  outputs: {
    digest: may(digest, "The certificate's SHA-256, in hex."),
    expires: may(string, "When the certificate ends, as ISO 8601 in UTC."),
    renews: may(string, "When an `up` renews it, as ISO 8601 in UTC."),
  },
}

/** A Certificate's inputs once they are checked and all known. */
export type CertificateInputs = Inputs<typeof certificateDeclaration>

export const identity = ["host", "path"] as const

export function completed(news: Properties): Checked {
  const { given, failures } = checkInputs(certificateDeclaration, news)
  const misplaced = given.role !== "guard" && Array.isArray(given.names) && given.names.length > 0
  const wrong = misplaced
    ? [{ property: "names", reason: "only a guard has names; drop them, or set role: guard" }]
    : []
  const holds = failures.length > 0 ? {} : { holds: wantedIn(given) }
  return { inputs: { ...given, ...holds }, failures: [...failures, ...wrong] }
}

/** What the file has to contain, described. */
function wantedIn({ name, generation, issuer }: Properties): string | typeof unknown {
  if (name === unknown || generation === unknown || issuer === unknown) return unknown
  return describeCurrent({ name: String(name), generation: Number(generation), issuer: Number(issuer ?? 1) })
}

/** Describes the declared certificate; a stack's first authority is not named. */
export function describeCurrent({
  issuer = 1,
  ...identity
}: Pick<Identity, "name" | "generation"> & { readonly issuer?: number }): string {
  return `certificate of ${commonName(identity)}${issuer === 1 ? "" : ` from authority g${issuer}`}`
}

export function identityOf({ name, generation, role, names = [] }: CertificateInputs): Identity {
  return { name, generation, role, names }
}

export function isKnown(inputs: Properties): inputs is CertificateInputs {
  return !Object.values(inputs).includes(unknown)
}

export function certificateId({ host, path }: CertificateInputs): string {
  return `${host}|${path}`
}
