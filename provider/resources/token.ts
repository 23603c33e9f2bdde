import { randomBytes } from "node:crypto"
import { parseDuration } from "../../core/duration.ts"
import { UserError } from "../../core/errors.ts"
import { begin, fingerprintOf, type Generations, inForce, newToken, ringOf, rotate } from "../../core/generations.ts"
import { parsePlaceId } from "../../core/place.ts"
import { Secret } from "../../core/secret.ts"
import { unusable, weakness } from "../../core/strength.ts"
import { failuresOf, object, ringIn, text, whole, wholeList } from "../inputs.ts"
import { valueAt } from "../look.ts"
import type { Failure, Log, Resource } from "../resource.ts"
import { learn, noteAdopted } from "../rings.ts"
import { type Properties, unknown } from "../wire.ts"

const expectations = {
  rotation: { kind: whole, required: true },
  maxAge: { kind: text },
  keep: { kind: whole },
  compromised: { kind: wholeList },
  adopt: { kind: object },
}

const compared = ["rotation", "maxAge", "keep", "compromised"] as const

interface Inputs {
  readonly rotation: number
  readonly maxAge?: string
  readonly keep?: number
  readonly compromised?: readonly number[]
  readonly adopt?: { readonly from?: string; readonly value?: Secret | string }
}

export const token: Resource = {
  async check({ news }) {
    const failures = [...failuresOf(news, expectations), ...judged(news)]
    return { inputs: { keep: 3, ...news }, failures }
  },

  diff({ urn, olds, news, log }) {
    const changes = compared.filter((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]))
    if (changes.length === 0) warnWhenDue(urn, olds, log)
    return { changes }
  },

  async create({ news, preview, log }) {
    const inputs = news as unknown as Inputs
    const adopted = await adoptedValue(inputs)
    const weak = adopted === undefined ? undefined : weakness(adopted)
    if (weak && preview) {
      log(
        "warning",
        `the adopted token ${weak}: it is taken as generation 0, written nowhere, and rotated in the same \`pulumi up\``,
      )
    }
    if (preview) {
      noteAdopted(adopted)
      const known = adopted !== undefined && !weak ? new Secret(adopted) : unknown
      return { id: "", outputs: { ...news, ...notYetKnown, value: known, generation: inputs.rotation } }
    }
    const generations = begin(
      inputs.rotation,
      adopted === undefined ? undefined : { value: adopted, weak: Boolean(weak) },
    )
    return { id: `token-${randomBytes(4).toString("hex")}`, outputs: outputs(news, generations) }
  },

  async read({ id, inputs, state }) {
    if (!(state.generations instanceof Secret)) return imported(id)
    learn(ringIn(state))
    return { id, inputs, outputs: state }
  },

  async update({ olds, news, preview }) {
    const inputs = news as unknown as Inputs
    const before = generationsIn(olds)
    const after = rotate(before, inputs.rotation, {
      keep: inputs.keep ?? 3,
      compromised: inputs.compromised ?? [],
      coming: newToken(),
      now: new Date().toISOString(),
    })
    const promoted = after.next !== before.next
    learn(ringOf(after))
    if (!preview || !promoted) return outputs(news, after)
    const { generations, ring, created, due, ...known } = outputs(news, after)
    return { ...known, generations: unknown, ring: unknown, created: unknown, due: due === "" ? "" : unknown }
  },

  async delete() {},
}

const notYetKnown = {
  value: unknown,
  previous: unknown,
  fingerprint: unknown,
  created: unknown,
  due: unknown,
  ring: unknown,
  generations: unknown,
}

function judged({ maxAge, compromised, rotation, adopt }: Properties): Failure[] {
  const failures: Failure[] = []
  if (typeof maxAge === "string" && parseDuration(maxAge) === undefined) {
    failures.push({ property: "maxAge", reason: "must be a number with a unit, such as 30d, 12h or 4w" })
  }
  if (Array.isArray(compromised) && compromised.includes(rotation)) {
    failures.push({ property: "rotation", reason: `generation ${rotation} is marked compromised; raise the number` })
  }
  if (typeof adopt === "object" && adopt !== null) {
    const { from, value } = adopt as Record<string, unknown>
    if ((from === undefined) === (value === undefined)) {
      failures.push({ property: "adopt", reason: "needs either from (a place: host|path|locator) or value (a secret)" })
    }
    const place = typeof from === "string" ? parsePlaceId(from) : undefined
    if (typeof place === "string") failures.push({ property: "adopt.from", reason: place })
  }
  return failures
}

/** The token to take over. @throws UserError when its place holds none, or one that no place could hold */
async function adoptedValue({ adopt }: Inputs): Promise<string | undefined> {
  if (!adopt) return undefined
  const { from, value } = adopt
  const where = from === undefined ? "adopt.value" : `adopt.from (${from})`
  const found = from === undefined ? (value instanceof Secret ? value.reveal() : value) : await valueAt(from)
  if (typeof found !== "string" || found === "") throw new UserError(`${where} holds no token to adopt`)
  const problem = weakness(found) ? undefined : unusable(found)
  if (problem)
    throw new UserError(
      `the token of ${where} ${problem}; gatekey cannot take it over: leave adopt out to make a new one`,
    )
  return found
}

async function imported(id: string) {
  const inputs: Inputs = { rotation: 1, keep: 3, adopt: { from: id } }
  const value = await adoptedValue(inputs)
  const weak = value === undefined ? "is missing" : weakness(value)
  if (value === undefined || weak) {
    throw new UserError(
      `the token of ${id} ${weak}; declare it with adopt instead of importing it: the same \`pulumi up\` then rotates it`,
    )
  }
  const properties = inputs as unknown as Properties
  return { id, inputs: properties, outputs: outputs(properties, begin(1, { value, weak: false })) }
}

function outputs(inputs: Properties, generations: Generations): Properties {
  const { generation, value, created } = inForce(generations)
  const previous = generations.kept.find(({ generation }) => generation === generations.previous)
  const maxAge = typeof inputs.maxAge === "string" ? parseDuration(inputs.maxAge) : undefined
  return {
    ...inputs,
    value: new Secret(value),
    previous: new Secret(previous?.value ?? ""),
    fingerprint: fingerprintOf(generations),
    generation,
    created,
    due: maxAge === undefined ? "" : new Date(Date.parse(created) + maxAge).toISOString(),
    ring: new Secret(JSON.stringify(ringOf(generations))),
    generations: new Secret(JSON.stringify(generations)),
  }
}

function generationsIn({ generations }: Properties): Generations {
  if (!(generations instanceof Secret)) throw new Error("the Token's state holds no generations")
  return JSON.parse(generations.reveal()) as Generations
}

/** The engine asks for the difference more than once a run; the person is told once. */
const warned = new Set<string>()

function warnWhenDue(urn: string, { due, generation }: Properties, log: Log): void {
  if (typeof due !== "string" || due === "" || Date.parse(due) > Date.now() || warned.has(urn)) return
  warned.add(urn)
  log(
    "warning",
    `generation ${generation} is due since ${due.slice(0, 10)}; rotate: raise gatekey:token.rotation to ${Number(generation) + 1}`,
  )
}
