import * as v from "valibot"
import { parseDuration } from "../../../core/duration.ts"
import { parsePlaceId } from "../../../core/place.ts"
import { type Inputs, may, need, preset } from "../../declare.ts"
import { generation, integers, object, positive, secret, string, withRule } from "../../kinds.ts"

const age = withRule(string, (text) =>
  parseDuration(text) === undefined ? "must be a number with a unit, such as 30d, 12h or 4w" : undefined,
)
const placeId = withRule(string, (id) => {
  const place = parsePlaceId(id)
  return typeof place === "string" ? place : undefined
})

/** The place or value of the token in use. */
export const adopt = v.pipe(
  object("Adopt", {
    from: may(placeId, "The place that contains it, as `host|path|locator`."),
    value: may(secret, "Or the value itself, as a secret."),
  }),
  v.metadata({ secret: true }),
)
export type Adopt = v.InferOutput<typeof adopt>

export const tokenDeclaration = {
  about: "The one generated secret: 32 random bytes as 64 hex digits.",
  inputs: {
    rotation: need(
      positive,
      "The generation in force, from 1. Raising it rotates; lowering it to a generation that is kept goes back.",
    ),
    maxAge: may(
      age,
      "The age after which a preview reports that a rotation is due, such as `30d`. It never rotates by itself.",
    ),
    keep: preset(positive, 3, "How many generations are kept to go back to, including the one in force."),
    compromised: may(integers, "Generations that must never be in force again."),
    adopt: may(adopt, "The token in use, adopted as the first generation; read only when the Token is created."),
    given: may(secret, "The token of that generation, if it is made elsewhere. Default: it is generated."),
  },
  computed: {},
  outputs: {
    value: need(secret, "The generation in force."),
    previous: need(secret, "The generation that was in force before; empty at first."),
    fingerprint: need(string, "What may be shown of the value: `fp:` and eight hex digits, keyed by the stack."),
    generation: need(generation, "The number of the generation in force."),
    highest: may(generation, "The highest generation that was ever in force."),
    created: need(string, "When the generation in force was made, as ISO 8601 in UTC."),
    due: need(string, "When it is due for rotation, as ISO 8601 in UTC; empty without `maxAge`."),
    generations: need(secret, "All generations that are kept."),
  },
}

/** Checked inputs of a Token, when all of them are known. */
export type TokenInputs = Inputs<typeof tokenDeclaration>
