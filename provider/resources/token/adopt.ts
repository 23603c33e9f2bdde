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

/** A value to adopt is a secret, also where the program forgot to say so. */
export function sealed({ adopt }: Properties): Properties {
  const value = isObject(adopt) ? adopt.value : undefined
  return typeof value === "string" ? { adopt: { ...(adopt as object), value: new Secret(value) } } : {}
}

export function isUnknown(adopt: unknown): boolean {
  return adopt === unknown || (isObject(adopt) && Object.values(adopt).includes(unknown))
}

/** The token to take over. @throws UserError when its place holds none, or one that no place could hold */
export async function adoptedValue(adopt: Adopt | undefined): Promise<string | undefined> {
  if (!adopt) return undefined
  const { from, value } = adopt
  const found = from === undefined ? value?.reveal() : await valueAt(from).catch(refuse)
  const where = from === undefined ? "adopt.value" : `adopt.from (${from})`
  if (typeof found !== "string" || found === "") throw new UserError(`${where} holds no token; ${remedy}`)
  const problem = describeWeakness(found) ? undefined : describeUnusable(found)
  if (problem) throw new UserError(`the token of ${where} ${problem}, so gatekey cannot take it over; ${remedy}`)
  return found
}

const remedy = "name what holds the token in use, or leave adopt out to make a new one"

function refuse(error: unknown): never {
  throw error instanceof UserError ? new UserError(`${error.message}; ${remedy}`) : error
}
