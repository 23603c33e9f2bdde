import { Secret } from "../../core/secret.ts"
import { describeUnusable, describeWeakness } from "../../core/strength.ts"
import type { Run } from "../run/run.ts"
import type { Properties } from "../wire.ts"

/** Describes why a token that others have made cannot be accepted, without the token. @returns undefined if it can */
export function problemOf(token: string): string | undefined {
  return describeWeakness(token) ?? describeUnusable(token)
}

/** @param where what contains the token @param remedy what to do about it */
export function describeRejected(where: string, problem: string, remedy: string): string {
  return `the token in ${where} ${problem}, so it is rejected, and the fleet does not change; ${remedy}`
}

/** @param source what the token comes from */
export function describeNewer(source: string, { generation }: Properties, before: Properties): string {
  const back = Number(generation) < Number(before.generation)
  return back
    ? `${source} has the token of generation ${generation} again: the fleet goes back to it from ${before.generation}`
    : `${source} has a newer token: it becomes generation ${generation}, after ${before.generation}`
}

/** Returns the outputs of a source with its token and the generation that this is. @param otherwise its number if no Token is known yet */
export function acceptToken(run: Run, token: string, otherwise: number): { value: Secret; generation: number } {
  return { value: new Secret(token), generation: run.tokens.numberOf(token) ?? otherwise }
}
