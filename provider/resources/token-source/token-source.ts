import { UserError } from "../../../core/errors.ts"
import { Secret } from "../../../core/secret.ts"
import { checkInputs } from "../../check-inputs.ts"
import { need } from "../../declare.ts"
import { generation, secret } from "../../kinds.ts"
import type { Resource } from "../../resource.ts"
import { type Properties, unknown } from "../../wire.ts"
import { acceptToken, describeNewer, describeRejected, problemOf } from "../arriving-token.ts"

export const tokenSourceDeclaration = {
  about: "A token that the program gets from elsewhere: each value that it did not have before is another generation.",
  inputs: { given: need(secret, "The token.") },
  computed: {},
  outputs: {
    generation: need(generation, "The generation of the token in force, counted from 1."),
    value: need(secret, "The token in force: `given`, unless that is rejected."),
  },
}

const where = "token.value"

/** Comes before all other resources if the program gives the token: another value is another generation. */
export const tokenSource: Resource = {
  async check({ news }) {
    const { given: inputs, failures } = checkInputs(tokenSourceDeclaration, news)
    const { given } = news
    return { inputs: { ...inputs, ...(typeof given === "string" ? { given: new Secret(given) } : {}) }, failures }
  },

  diff({ olds, news }) {
    return { changes: revealed(olds.value) === revealed(news.given) ? [] : ["given"] }
  },

  async create({ run, news, preview }) {
    const given = revealed(news.given)
    if (preview && given === undefined) return { id: "", outputs: { ...news, ...notYetKnown } }
    return { id: "given", outputs: { ...news, ...acceptToken(run, strong(given), 1) } }
  },

  async read({ id, inputs, state }) {
    if (inputs.given === undefined) throw new UserError(`${id}: a token's source is not imported; declare it`)
    return { id, inputs, outputs: state }
  },

  async update({ run, olds, news, preview, log }) {
    const given = revealed(news.given)
    if (preview && given === undefined) {
      log("info", `${where} is not known before \`pulumi up\`, which then counts the generation`)
      return { ...news, ...notYetKnown }
    }
    const problem = problemOf(given ?? "")
    if (given === undefined || problem) {
      const rejected = describeRejected(where, problem ?? "is missing", remedy)
      if (!preview) return run.activity.failLast(new UserError(rejected))
      log("warning", rejected)
      return { ...news, generation: olds.generation, value: olds.value }
    }
    const accepted = acceptToken(run, given, Number(olds.generation) + 1)
    if (accepted.generation !== olds.generation) log(preview ? "warning" : "info", describeNewer(where, accepted, olds))
    return { ...news, ...accepted }
  },

  async delete() {},
}

const notYetKnown: Properties = { value: unknown, generation: unknown }
const remedy = "give a stronger one (openssl rand -hex 32)"

function revealed(value: unknown): string | undefined {
  return value instanceof Secret ? value.reveal() : undefined
}

/** @throws UserError if the token is missing or weak */
function strong(given: string | undefined): string {
  const problem = given === undefined ? "is missing" : problemOf(given)
  if (given === undefined || problem) throw new UserError(describeRejected(where, problem ?? "", remedy))
  return given
}
