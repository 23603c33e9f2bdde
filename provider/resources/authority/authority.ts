import { randomBytes } from "node:crypto"
import { type AuthoritySet, createSeed } from "../../../certificates/authority-set.ts"
import { type AuthorityStep, planOf, stepProblem } from "../../../core/authority-phase.ts"
import { UserError } from "../../../core/errors.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import { unknown } from "../../wire.ts"
import { describeChange, describeUnmanaged } from "./describe.ts"
import { completed, stepIn } from "./inputs.ts"
import { findUnmanaged, refuseStep } from "./obstacles.ts"
import { authoritySetIn, movedTo, outputsOf } from "./state.ts"

/** Makes the authority once, keeps it, and has another one take its place in phases. */
export const authority: Resource = {
  async check({ news }) {
    return completed(news)
  },

  diff({ run, id, olds, news }) {
    run.authorities.learn(id, authoritySetIn(olds))
    // Every certificate has the domain in its name.
    if (olds.domain !== news.domain) return { changes: ["domain"], replaces: ["domain"] }
    const [from, to] = [stepIn(olds), stepIn(news)]
    return { changes: (["generation", "phase"] as const).filter((key) => from[key] !== to[key]) }
  },

  async create({ run, news, preview }) {
    const step = stepIn(news)
    if (step.phase !== undefined)
      throw new UserError(`a new authority is complete: found phase ${step.phase}, expected none; remove phase`)
    if (preview) return { id: "", outputs: { ...news, ...notYetKnown, seed: unknown } }
    const empty: AuthoritySet = { domain: String(news.domain), seed: createSeed(), authorities: new Map() }
    const made = await movedTo(empty, step, new Date())
    const id = `authority-${randomBytes(4).toString("hex")}`
    run.authorities.learn(id, made)
    return { id, outputs: { ...news, ...outputsOf(made) } }
  },

  async read({ run, id, inputs, state }) {
    if (state.key === undefined) throw new UserError(`${id}: an authority is not imported; it is made`)
    run.authorities.learn(id, authoritySetIn(state))
    return { id, inputs, outputs: state }
  },

  async update({ run, id, olds, news, preview, log }) {
    const [from, to] = [stepIn(olds), stepIn(news)]
    const problem = stepProblem(from, to)
    if (problem) throw new UserError(problem)
    refuseStep(run, id, from, to)
    const set = authoritySetIn(olds)
    if (preview) {
      announce(run, id, { from, to, log })
      const isComplete = planOf(to).trusted.every((generation) => set.authorities.has(generation))
      const coming = isComplete ? outputsOf(await movedTo(set, to, new Date())) : { ...notYetKnown, seed: set.seed }
      return { ...news, ...coming }
    }
    const moved = await movedTo(set, to, new Date())
    run.authorities.learn(id, moved)
    return { ...news, ...outputsOf(moved) }
  },

  /** Its certificates stay valid until they end: what verifies by them no longer should. */
  async delete() {},
}

const notYetKnown = { certificate: unknown, key: unknown, digest: unknown, expires: unknown }

function announce(
  run: Run,
  id: string,
  { from, to, log }: { readonly from: AuthorityStep; readonly to: AuthorityStep; readonly log: Log },
): void {
  log("info", describeChange(from, to))
  const unmanaged = planOf(from).guards === planOf(to).guards ? [] : findUnmanaged(run.authorities.observed(id))
  if (unmanaged.length > 0) log("warning", describeUnmanaged(unmanaged))
}
