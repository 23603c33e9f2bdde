import { UserError } from "../core/errors.ts"
import { hostProblem } from "../core/place.ts"
import type { Host } from "./host.ts"
import { local } from "./local.ts"

/** @throws UserError for a host that this version cannot reach */
export function hostOf(name: string): Host {
  const problem = hostProblem(name)
  if (problem) throw new UserError(problem)
  return local
}
