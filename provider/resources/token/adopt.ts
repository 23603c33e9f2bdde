import { UserError } from "../../../core/errors.ts"
import { Secret } from "../../../core/secret.ts"
import { describeUnusable, describeWeakness } from "../../../core/strength.ts"
import { valueAt } from "../../hosts/place.ts"
import { isObject } from "../../kinds.ts"
import type { Failure } from "../../resource.ts"
import { type Properties, unknown } from "../../wire.ts"
import type { Adopt } from "./inputs.ts"

export function adoptFailures(adopt: unknown): Failure[] {
  if (!isObject(adopt)) return []
  const { from, value } = adopt
  const failures: Failure[] = []
  if ((from === undefined) === (value === undefined)) {
    failures.push({ property: "adopt", reason: "needs either from (a place: host|path|locator) or value (a secret)" })
  }
  return failures
}

/** Makes the value to adopt a secret, also if the program did not. */
export function sealAdopted({ adopt }: Properties): Properties {
  const value = isObject(adopt) ? adopt.value : undefined
  return typeof value === "string" ? { adopt: { ...(adopt as object), value: new Secret(value) } } : {}
}

export function hasUnknownAdopt(adopt: unknown): boolean {
  return adopt === unknown || (isObject(adopt) && Object.values(adopt).includes(unknown))
}

/** Reads the token to adopt. @throws UserError if its place contains none, or one that no place could contain */
export async function readAdopted(adopt: Adopt | undefined): Promise<string | undefined> {
  if (!adopt) return undefined
  const { from, value } = adopt
  const found = from === undefined ? value?.reveal() : await valueAt(from).catch(refuse)
  const where = from === undefined ? "adopt.value" : `adopt.from (${from})`
  if (typeof found !== "string" || found === "") throw new UserError(`${where} contains no token; ${remedy}`)
  const problem = describeWeakness(found) ? undefined : describeUnusable(found)
  if (problem) throw new UserError(`the token of ${where} ${problem}, so gatekey cannot adopt it; ${remedy}`)
  return found
}

const remedy = "name the place of the token in use, or drop adopt to make a new one"

function refuse(error: unknown): never {
  throw error instanceof UserError ? new UserError(`${error.message}; ${remedy}`) : error
}
