import { parseDuration } from "../../../core/duration.ts"
import { findHighest, findInForce, fingerprintInForce, type Generations } from "../../../core/generations.ts"
import { Secret } from "../../../core/secret.ts"
import { secretJson } from "../../inputs.ts"
import { type Properties, unknown } from "../../wire.ts"

export const notYetKnown = {
  value: unknown,
  previous: unknown,
  fingerprint: unknown,
  highest: unknown,
  created: unknown,
  due: unknown,
  generations: unknown,
}

export function outputsOf(inputs: Properties, generations: Generations): Properties {
  const { generation, value, created } = findInForce(generations)
  const previous = generations.kept.find(({ generation }) => generation === generations.previous)
  const maxAge = typeof inputs.maxAge === "string" ? parseDuration(inputs.maxAge) : undefined
  return {
    ...inputs,
    value: new Secret(value),
    previous: new Secret(previous?.value ?? ""),
    fingerprint: fingerprintInForce(generations),
    generation,
    highest: findHighest(generations),
    created,
    due: maxAge === undefined ? "" : new Date(Date.parse(created) + maxAge).toISOString(),
    generations: new Secret(JSON.stringify(generations)),
  }
}

export function generationsIn(state: Properties): Generations {
  const generations = secretJson<Generations>(state.generations)
  if (!generations) throw new Error("the Token's state has no generations")
  return generations
}
