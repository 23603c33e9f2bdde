import { keyIdOf, publicKeyProblem } from "../../../core/access-token.ts"
import { nameProblem } from "../../../core/client-name.ts"
import { checkInputs } from "../../check-inputs.ts"
import { type Inputs, may, need, preset } from "../../declare.ts"
import { host, path, positive, string, withRule } from "../../kinds.ts"
import type { Checked } from "../../resource.ts"
import { type Properties, unknown } from "../../wire.ts"

export const clientKeyDeclaration = {
  about: "A private key on a host, which never leaves it, and the program beside it that prints access tokens.",
  inputs: {
    host: need(host, "`local` or `ssh://[user@]host[:port]`."),
    folder: need(path, "The folder of the key (`client.key`, 0600) and of the program (`token`)."),
    authority: need(string, "The Authority's id: its domain is the issuer of the tokens."),
    name: need(withRule(string, nameProblem), "Whose key it is, such as `laptop`."),
    generation: preset(positive, 1, "Raised to make every earlier key of that name worthless."),
    audience: need(withRule(string, nameProblem), "The name of the guard that the tokens are for."),
  },
  computed: {
    holds: need(string, "Describes what the file of the key contains."),
    minter: need(string, "Describes the program that prints tokens."),
  },
  outputs: {
    publicKey: may(
      withRule(string, publicKeyProblem),
      "The public key (PEM), by which a guard verifies the tokens; absent while its host has none of this generation.",
    ),
    made: may(string, "The public key of an earlier generation that is still there, as its host was not reached."),
  },
}

/** A ClientKey's inputs once they are checked and all known. */
export type ClientKeyInputs = Inputs<typeof clientKeyDeclaration>

export const identity = ["host", "folder"] as const

/** What `minter` has to be. */
export const rightMinter = "as declared"

export function completed(news: Properties): Checked {
  const { given, failures } = checkInputs(clientKeyDeclaration, news)
  if (failures.length > 0) return { inputs: given, failures }
  const { name, generation } = given
  const isKnown = name !== unknown && generation !== unknown
  const holds = isKnown ? describeCurrent({ name: String(name), generation: Number(generation) }) : unknown
  return { inputs: { ...given, holds, minter: rightMinter } }
}

export function describeCurrent(client: Pick<ClientKeyInputs, "name" | "generation">): string {
  return `the key of ${keyIdOf(client)}`
}

export function isKnown(inputs: Properties): inputs is ClientKeyInputs {
  return !Object.values(inputs).includes(unknown)
}

export function clientKeyId({ host, folder }: ClientKeyInputs): string {
  return `${host}|${folder}`
}
