import { randomBytes } from "node:crypto"
import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../../core/errors.ts"
import { createGenerations, findHighest, generateToken, refuseWeak } from "../../../core/generations.ts"
import { rotate } from "../../../core/rotate.ts"
import { Secret } from "../../../core/secret.ts"
import { describeWeakness } from "../../../core/strength.ts"
import { checkInputs } from "../../check-inputs.ts"
import { declared } from "../../declare.ts"
import type { Failure, Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import { type Properties, unknown } from "../../wire.ts"
import { adoptFailures, hasUnknownAdopt, readAdopted, sealAdopted } from "./adopt.ts"
import { type TokenInputs, tokenDeclaration } from "./inputs.ts"
import { generationsIn, notYetKnown, outputsOf } from "./outputs.ts"

const compared = ["rotation", "maxAge", "keep", "compromised"] as const

export const token: Resource = {
  async check({ news }) {
    const { given: inputs, failures } = checkInputs(tokenDeclaration, news)
    const given = typeof news.given === "string" ? { given: new Secret(news.given) } : {}
    return { inputs: { ...inputs, ...sealAdopted(news), ...given }, failures: [...failures, ...failuresIn(news)] }
  },

  diff({ run, urn, id, olds, news, log }) {
    run.tokens.learn(id, generationsIn(olds))
    // No resource of the stack may go on with a weak token.
    if (news.rotation === olds.rotation) refuseWeak(generationsIn(olds))
    const changes = compared.filter((key) => hasUnknown(news[key]) || !isDeepStrictEqual(olds[key], news[key]))
    if (changes.length === 0) warnWhenDue(run, urn, olds, log)
    return { changes }
  },

  async create({ run, news, preview, log }) {
    const inputs = declared(tokenDeclaration, news)
    if (preview && (hasUnknownAdopt(inputs.adopt) || news.given === unknown)) {
      run.tokens.noteAdopted(unknown)
      return { id: "", outputs: { ...news, ...notYetKnown, generation: inputs.rotation } }
    }
    const adopted = inputs.given?.reveal() ?? (await readAdopted(inputs.adopt))
    const weak = adopted === undefined ? undefined : describeWeakness(adopted)
    if (weak && preview) {
      log(
        "warning",
        `the adopted token ${weak}: it becomes generation 0, is not written, and is rotated in the same \`pulumi up\``,
      )
    }
    if (preview) {
      run.tokens.noteAdopted(adopted)
      const known = adopted !== undefined && !weak ? new Secret(adopted) : unknown
      return { id: "", outputs: { ...news, ...notYetKnown, value: known, generation: inputs.rotation } }
    }
    const generations = createGenerations(inputs.rotation, adopted)
    const id = `token-${randomBytes(4).toString("hex")}`
    run.tokens.learn(id, generations)
    return { id, outputs: outputsOf(news, generations) }
  },

  async read({ run, id, inputs, state }) {
    if (state.generations === undefined) return importToken(id)
    run.tokens.learn(id, generationsIn(state))
    return { id, inputs, outputs: state }
  },

  async update({ run, id, olds, news, preview }) {
    if (compared.some((key) => hasUnknown(news[key])) || news.given === unknown)
      return { ...news, ...notYetKnown, generation: unknown }
    const inputs = declared(tokenDeclaration, news)
    const before = generationsIn(olds)
    const after = rotate(before, inputs.rotation, {
      keep: inputs.keep ?? 3,
      compromised: inputs.compromised ?? [],
      coming: preview ? "" : generateToken(),
      given: inputs.given?.reveal(),
      now: new Date().toISOString(),
    })
    const promoted = findHighest(after) !== findHighest(before)
    run.tokens.learn(id, after)
    const made = outputsOf(news, after)
    if (!preview || !promoted) return made
    return { ...made, generations: unknown, created: unknown, due: made.due === "" ? "" : unknown }
  },

  async delete() {},
}

function failuresIn({ compromised, rotation, adopt }: Properties): Failure[] {
  const failures: Failure[] = []
  if (Array.isArray(compromised) && compromised.includes(rotation)) {
    failures.push({ property: "rotation", reason: `generation ${rotation} is marked compromised; raise the number` })
  }
  return [...failures, ...adoptFailures(adopt)]
}

async function importToken(id: string) {
  const inputs: TokenInputs = { rotation: 1, keep: 3, adopt: { from: id } }
  const value = await readAdopted(inputs.adopt)
  const weak = value === undefined ? "is missing" : describeWeakness(value)
  if (value === undefined || weak) {
    throw new UserError(
      `the token of ${id} ${weak}; declare it with adopt instead of importing it: the same \`pulumi up\` then rotates it`,
    )
  }
  return { id, inputs, outputs: outputsOf(inputs, createGenerations(1, value)) }
}

/** Checks whether only the `up` will know the value, or an entry of it. */
function hasUnknown(value: unknown): boolean {
  return value === unknown || (Array.isArray(value) && value.includes(unknown))
}

function warnWhenDue(run: Run, urn: string, { due, generation, highest = generation }: Properties, log: Log): void {
  if (typeof due !== "string" || due === "" || Date.parse(due) > Date.now()) return
  if (!run.reports.isFirst(`due ${urn}`)) return
  log(
    "warning",
    `generation ${generation} is due since ${due.slice(0, 10)}; rotate: raise gatekey:token.rotation to ${Number(highest) + 1}`,
  )
}
