import { type AuthorityStep, phaseProblem, phases } from "../../../core/authority-phase.ts"
import { checkInputs } from "../../check-inputs.ts"
import { type Inputs, may, need } from "../../declare.ts"
import { digest, oneOf, positive, secret, string, withRule } from "../../kinds.ts"
import type { Checked } from "../../resource.ts"
import type { Properties } from "../../wire.ts"

const domain = withRule(string, (text) =>
  /^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/.test(text)
    ? undefined
    : "must be 1 to 63 lower-case letters, digits, dots and hyphens, such as home",
)

export const authorityDeclaration = {
  about: "The stack's certificate authority. Its key is only in the state, encrypted.",
  inputs: {
    domain: need(domain, "The trust domain: the names of its certificates begin with `spiffe://DOMAIN/`."),
    generation: may(positive, "Raised, with a phase, to rotate the authority. Default: 1."),
    phase: may(
      oneOf(phases),
      "How far the rotation to this generation has come: `trust`, `clients`, `servers`. Default: it is complete.",
    ),
  },
  computed: {},
  outputs: {
    certificate: need(
      string,
      "The authority's certificate, as PEM: what a guard and its clients verify by. In a phase, both certificates.",
    ),
    key: need(secret, "The authority's private key, as PEM. In a phase, both keys, in the certificates' order."),
    digest: need(digest, "The certificate's SHA-256, in hex; of the newest."),
    expires: need(string, "When the authority's certificate ends, as ISO 8601 in UTC; of the newest."),
    seed: may(secret, "What the names of the headers between guards and gateways derive from."),
  },
}

/** An Authority's inputs once they are checked and all known. */
export type AuthorityInputs = Inputs<typeof authorityDeclaration>

export function completed(news: Properties): Checked {
  const { given, failures } = checkInputs(authorityDeclaration, news)
  const problem = failures.length > 0 ? undefined : phaseProblem(stepIn(given))
  return { inputs: given, failures: problem ? [{ property: "phase", reason: problem }] : failures }
}

/** Returns the step of inputs or of a state; of one that has none, the first. */
export function stepIn({ generation, phase }: Properties): AuthorityStep {
  return {
    generation: generation === undefined ? 1 : Number(generation),
    phase: phases.find((each) => each === phase),
  }
}
